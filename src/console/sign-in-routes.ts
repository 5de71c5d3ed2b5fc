import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { Approvals } from '../approval/approvals.ts'
import type { RandomBytes } from '../approval/claim.ts'
import { Secret } from '../lib/secret.ts'
import type { Cookie } from './cookies.ts'
import { readBody, refuse } from './guard.ts'
import type { Nonces } from './nonces.ts'
import type { Around } from './pages/frame.ts'
import { problemPage } from './pages/sign-in.ts'
import type { Sessions } from './sessions.ts'
import type { Finished, Purpose, SignIns } from './sign-ins.ts'
import { Code, NOT_A_CODE } from './typed-code.ts'

export interface SignInRouteDeps {
  signIns: SignIns
  sessions: Sessions
  /** Holds what a browser shows when it comes back. */
  binding: Cookie
  approvals: Approvals
  nonces: Nonces
  randomBytes: RandomBytes
  aroundFor(context: Context): Promise<Around>
}

const BINDING_MS = 15 * 60_000
const NOT_REACHED = 'The sign-in service does not answer. Nothing was decided; try again in a moment.'
/** Our own pages, and none of those that sign in or out. */
const OWN_PAGE = /^\/approvals(?:\/(?:history|audit|approvers|connection|endpoints(?:\/[\w.-]{1,200})?|[0-9a-z]{16}))?$/

/** Signing in to see, signing in for one approval, where both come back to, and signing out. */
export function addSignIn(routes: Hono, deps: SignInRouteDeps): void {
  const { signIns, sessions, approvals, nonces, aroundFor } = deps
  const bind = createBinding(deps)

  const problem = async (context: Context, sentence: string, purpose: Purpose | undefined, status: 403 | 503 = 403) => {
    const title = purpose?.kind === 'view' ? 'You are not signed in' : 'Nothing was decided'
    return context.html(problemPage({ title, sentence, back: backOf(purpose) }, await aroundFor(context)), status)
  }

  routes.get('/approvals/sign-in', async (context) => {
    if (context.req.raw.method !== 'GET') return context.body(null, 204)
    const asked = context.req.query('return') ?? ''
    const purpose: Purpose = { kind: 'view', back: OWN_PAGE.test(asked) ? asked : '/approvals' }
    const url = await signIns.begin(purpose, bind(context))
    return url === undefined ? problem(context, NOT_REACHED, purpose, 503) : context.redirect(url.href, 303)
  })

  routes.post('/approvals/:id/sign-in', async (context) => {
    const id = context.req.param('id')
    const schema = z.strictObject({ digest: z.string().max(100), code: z.string().max(40).optional() })
    const read = await readBody(context, { nonces, subject: id, schema })
    if ('refusal' in read) return read.refusal
    const { digest } = read.body
    const code = read.body.code === undefined ? undefined : Code.safeParse(read.body.code)
    if (code?.success === false) return refuse(context, NOT_A_CODE, 422, nonces.mint(id))
    const prepared = await approvals.prepareSignIn({ id, digest, code: code && new Secret(code.data) })
    if (!prepared.ok) return refuse(context, prepared.why, 409, nonces.mint(id))
    const { letters } = prepared
    const purpose: Purpose = { kind: 'approve', id, digest, ...(letters !== undefined && { letters }) }
    const url = await signIns.begin(purpose, bind(context))
    if (url === undefined) return refuse(context, NOT_REACHED, 503, nonces.mint(id))
    return context.json({ ok: true, location: url.href, nonce: nonces.mint(id) })
  })

  routes.get('/approvals/callback', async (context) => {
    if (context.req.raw.method !== 'GET') return context.body(null, 204)
    const finished = await signIns.finish(new URL(context.req.url).search, deps.binding.read(context))
    if (!finished.ok) return problem(context, finished.why, finished.purpose)
    const { purpose, person } = finished
    await sessions.start(context, person)
    const why = purpose.kind === 'approve' ? await decide(finished, purpose) : undefined
    return why === undefined ? context.redirect(backOf(purpose), 303) : problem(context, why, purpose)
  })

  routes.post('/approvals/sign-out', async (context) => {
    await sessions.end(context)
    return context.json({ ok: true, location: '/approvals' })
  })

  /** Why it was not approved; undefined where it was. */
  async function decide(
    { person, proof }: Extract<Finished, { ok: true }>,
    purpose: Extract<Purpose, { kind: 'approve' }>,
  ): Promise<string | undefined> {
    const { id, digest, letters } = purpose
    const result = await approvals.approveBySignIn({ id, digest, person, proof, ...(letters && { letters }) })
    if (result.approved) return undefined
    const { issuer, subject } = person
    await signIns.noteRejected(purpose, result.why, { issuer, subject })
    return result.why
  }
}

/** What ties a sign-in to the browser that began it. One serves for several tabs. */
function createBinding({ binding, randomBytes }: Pick<SignInRouteDeps, 'binding' | 'randomBytes'>) {
  return (context: Context): string => {
    const shown = binding.read(context)
    const value = shown !== undefined && /^[\w-]{43}$/.test(shown) ? shown : randomBytes(32).toString('base64url')
    binding.write(context, value, BINDING_MS)
    return value
  }
}

function backOf(purpose: Purpose | undefined): string {
  if (purpose === undefined) return '/approvals'
  return purpose.kind === 'approve' ? `/approvals/${purpose.id}` : purpose.back
}
