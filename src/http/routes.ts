import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { Caller } from '../approval/caller.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Observer, TraceContext } from '../lib/observer.ts'
import { withRequestId } from '../lib/request-id.ts'
import type { McpHttp, Sender } from '../mcp/http.ts'
import type { Access, AccessTokens } from './access-token.ts'
import { authenticate, METADATA_PATH, protectedResource, refuseScopes, senderOf } from './authorize.ts'
import { type Addresses, onlyAsMeant, refused } from './guard.ts'
import type { Readiness } from './readiness.ts'
import type { Pages } from './service.ts'
import type { HttpSettings } from './settings.ts'

interface ServiceRouteDeps {
  settings: HttpSettings
  addresses: Addresses
  pages: Pages
  mcp: McpHttp
  /** Absent where no access token is asked for. */
  tokens: AccessTokens | undefined
  owner(client: string): Caller
  readiness(): Promise<Readiness>
  metrics(): Promise<{ contentType: string; text: string }>
  observer: Observer
  clock: Clock
  log: Log
}

/** What is known of a request before it is answered. */
interface Known {
  Variables: { access: Access | undefined }
}

const MAX_BODY_BYTES = 1_000_000
const PARSE_ERROR = -32_700

/** Everything that the service answers, shaped like fetch. */
export function createServiceRoutes(deps: ServiceRouteDeps): Hono<Known> {
  const { settings, addresses, pages, clock, log, observer } = deps
  const routes = new Hono<Known>()

  routes.use((context, next) => {
    const id = randomUUID()
    const startedAt = clock.now()
    return withRequestId(id, async () => {
      const { method, path } = context.req
      const route = routeOf(path)
      const verb = METHODS.includes(method) ? method : 'other'
      const activity = observer.begin({ kind: 'http', method: verb, route, trace: traceOf(context) })
      await activity.run(next)
      const { status } = context.res
      activity.end(String(status))
      context.res.headers.set('x-request-id', id)
      log.info('http.answered', { method, route, status, durationMs: clock.now() - startedAt })
    })
  })

  routes.get('/healthz', (context) => context.json({ status: 'ok' }))
  routes.get('/readyz', async (context) => {
    const { isReady, checks } = await deps.readiness()
    return context.json({ status: isReady ? 'ok' : 'unavailable', checks }, isReady ? 200 : 503)
  })
  routes.get('/metrics', async (context) => {
    const { contentType, text } = await deps.metrics()
    return context.body(text, 200, { 'content-type': contentType })
  })

  if (settings.tokens !== undefined) {
    const metadata = protectedResource({ publicUrl: addresses.publicUrl, issuer: settings.tokens.issuer })
    // Anybody may read it, a page that helps a client to sign in included. RFC 9728 §3.1: also with the resource's path.
    for (const path of [METADATA_PATH, `${METADATA_PATH}/mcp`]) {
      routes.use(path, cors({ origin: '*', allowMethods: ['GET'] }))
      routes.get(path, (context) => context.json(metadata))
    }
  }

  routes.use('/mcp', onlyAsMeant(addresses))
  routes.use('/mcp', async (context: Context, next) => {
    const { tokens } = deps
    const access = tokens && (await authenticate(context, { tokens, publicUrl: addresses.publicUrl }))
    if (access instanceof Response) return access
    context.set('access', access)
    await next()
    return undefined
  })
  // Only now: for who may not call, this process does not hold a body.
  routes.use('/mcp', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }))
  routes.all('/mcp', (context) => answerMcp(context, deps))

  // What is left are the pages; they look after themselves.
  routes.all('*', (context) => pages.fetch(context.req.raw))
  routes.onError((error, context) => {
    log.error('http.broken', { error: messageOf(error), stack: error.stack })
    return context.json({ error: 'Something went wrong inside this program.' }, 500)
  })
  return routes
}

async function answerMcp(context: Context<Known>, { mcp, owner, addresses }: ServiceRouteDeps): Promise<Response> {
  const { publicUrl } = addresses
  const access = context.get('access')
  const sender: Sender = access === undefined ? { caller: owner, mayChange: true } : senderOf(access)
  // Nothing is kept between requests, so that there is no stream to open and no session to end.
  if (context.req.method !== 'POST') return mcp.answer(context.req.raw, undefined, sender)

  const body = await readJson(context)
  if (body instanceof Response) return body
  const refusal = access === undefined ? undefined : refuseScopes(context, { body: body.json, access, publicUrl })
  return refusal ?? mcp.answer(context.req.raw, body.json, sender)
}

async function readJson(context: Context): Promise<{ json: unknown } | Response> {
  const encoding = context.req.header('content-encoding')
  if (encoding !== undefined && encoding !== 'identity')
    return refused(context, 415, 'Bodies are not taken compressed.')
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) return refused(context, 415, 'Bodies are taken as application/json.')
  try {
    return { json: JSON.parse(await context.req.text()) as unknown }
  } catch {
    return refused(context, 400, 'The body is not JSON.', PARSE_ERROR)
  }
}

function tooLarge(context: Context): Response {
  return refused(context, 413, 'The body is larger than 1 MB.')
}

/** Of the proxy or client that carried the request. */
function traceOf({ req }: Context): TraceContext | undefined {
  const [traceparent, tracestate] = [req.header('traceparent'), req.header('tracestate')]
  if (traceparent === undefined) return undefined
  return { traceparent, ...(tracestate === undefined ? {} : { tracestate }) }
}

/** Others are the caller's to make up, and figures have no room for them. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH']
const ROUTES = ['/mcp', '/healthz', '/readyz', '/metrics', METADATA_PATH, '/approvals']

/** For logs and figures: without ids and tokens that stand in a path. */
function routeOf(path: string): string {
  return ROUTES.find((route) => path === route || path.startsWith(`${route}/`)) ?? 'other'
}
