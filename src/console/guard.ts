import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import type { Nonces } from './nonces.ts'
import { STYLE_HASH } from './pages/style.ts'
import type { Site } from './site.ts'

const MAX_BODY_BYTES = 64 * 1024
const NONCE_HEADER = 'x-console-nonce'

/** What a form without script may be sent to, where people sign in. */
const FORMS = /^\/approvals\/(?:sign-out|[0-9a-z]{16}\/(?:sign-in|deny))$/

/** What every answer carries: nobody frames it, keeps it, or makes it load anything. */
export function closedHeaders(options: { formsMayReach?: string; referrer?: string } = {}): Record<string, string> {
  const { formsMayReach, referrer = 'no-referrer' } = options
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src '${STYLE_HASH}'`,
      "script-src 'self'",
      "connect-src 'self'",
      "img-src 'self'",
      "base-uri 'none'",
      `form-action 'self'${formsMayReach === undefined ? '' : ` ${formsMayReach}`}`,
      "frame-ancestors 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': referrer,
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}

/**
 * What a request must be like before anybody looks at what it wants. `formsMayReach`: the origin that the answer to a
 * form may lead to, where it is known.
 */
export function addGuard(routes: Hono, site: Site, formsMayReach: () => string | undefined = () => undefined): void {
  const takesForms = site.signIn !== undefined

  routes.use(async (context, next) => {
    await next()
    const target = formsMayReach()
    const headers = closedHeaders({
      ...(target !== undefined && { formsMayReach: target }),
      // A form names its origin only under a policy that lets a request say where it comes from.
      ...(takesForms && { referrer: 'same-origin' }),
    })
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
  })

  // A name that somebody else points at this server, or a page of another origin, gets nothing.
  routes.use(async (context, next) => {
    const { method } = context.req
    const origin = context.req.header('origin')
    const isMeant = context.req.header('host') === site.host && new URL(context.req.url).host === site.host
    if (!isMeant) return context.text(`This server answers only as ${site.isHosted ? site.host : 'localhost'}.\n`, 421)
    if (origin !== undefined && origin !== site.origin) return context.text('Not from another origin.\n', 403)
    if (method === 'GET' || method === 'HEAD') {
      const fault = faultOfReading(context)
      return fault === undefined ? next() : context.text(`${fault}\n`, 403)
    }
    if (method !== 'POST') return context.text('These pages take GET and POST.\n', 405, { allow: 'GET, HEAD, POST' })
    const fault = faultOfWriting(context, takesForms && FORMS.test(context.req.path))
    return fault === undefined ? next() : refuse(context, fault)
  })

  routes.use(
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (context) => refuse(context, 'That is too much at once.', 413) }),
  )
}

/** Links from elsewhere may lead here; nothing from elsewhere may include, frame or fetch ahead what is here. */
function faultOfReading(context: Context): string | undefined {
  const header = (name: string) => context.req.header(name) ?? ''
  const site = header('sec-fetch-site')
  const isForeign = site === 'cross-site' || site === 'same-site'
  if (isForeign && header('sec-fetch-mode') !== 'navigate') return 'Not from another site.'
  const destination = header('sec-fetch-dest')
  if (['iframe', 'frame', 'embed', 'object', 'fencedframe'].includes(destination)) return 'Not inside another page.'
  if (/prefetch|prerender/.test(header('sec-purpose') + header('purpose'))) return 'Not ahead of time.'
  return undefined
}

function faultOfWriting(context: Context, mayBeForm: boolean): string | undefined {
  if (context.req.header('origin') === undefined || context.req.header('sec-fetch-site') !== 'same-origin')
    return 'This is taken only from a page of this console, in a browser that says so.'
  if (isForm(context)) return mayBeForm ? undefined : 'This is taken only as JSON.'
  if (!/^application\/json(?:;\s*charset=utf-8)?$/i.test(context.req.header('content-type') ?? ''))
    return 'This is taken only as JSON.'
  return undefined
}

/** Sent by a page without its script. */
export function isForm(context: Context): boolean {
  return /^application\/x-www-form-urlencoded(?:;|$)/i.test(context.req.header('content-type') ?? '')
}

type Status = 400 | 403 | 404 | 409 | 413 | 422 | 503

/** Nothing was changed, and why, for the person who looks at the page. */
export function refuse(context: Context, sentence: string, status: Status = 403, nonce?: string): Response {
  return context.json({ ok: false, sentence, ...(nonce === undefined ? {} : { nonce }) }, status)
}

const TOO_OLD = 'This page was used already or is too old. Load it again.'

/** A body of that shape, sent with a one-time value of that subject; else the refusal. Uses the value up. */
export async function readBody<Schema extends z.ZodType>(
  context: Context,
  { nonces, subject, schema }: { nonces: Nonces; subject: string; schema: Schema },
): Promise<{ body: z.infer<Schema> } | { refusal: Response }> {
  const { nonce, body } = await read(context)
  if (!(await nonces.use(nonce, subject))) return { refusal: refuse(context, TOO_OLD, 409) }
  const parsed = schema.safeParse(body)
  if (parsed.success) return { body: parsed.data }
  return { refusal: refuse(context, 'The page sent something that it should not.', 400, nonces.mint(subject)) }
}

/** A form carries the one-time value as a field, the script as a header. */
async function read(context: Context): Promise<{ nonce: string; body: unknown }> {
  if (!isForm(context)) {
    const json: unknown = await context.req.json().catch(() => undefined)
    return { nonce: context.req.header(NONCE_HEADER) ?? '', body: json }
  }
  const { nonce = '', ...body } = Object.fromEntries(new URLSearchParams(await context.req.text()))
  return { nonce, body }
}
