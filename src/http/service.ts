import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Caller } from '../approval/caller.ts'
import type { RandomBytes } from '../approval/claim.ts'
import type { ConnectionResult } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError, messageOf } from '../lib/errors.ts'
import { type Listening, listenOn } from '../lib/listen.ts'
import type { Log } from '../lib/log.ts'
import type { Observer } from '../lib/observer.ts'
import { createMcpHttp } from '../mcp/http.ts'
import type { ServerDeps } from '../mcp/server.ts'
import { createWaits } from '../mcp/waits.ts'
import { createTokenEndpoint } from '../pingone/reachable.ts'
import type { Store } from '../store/store.ts'
import { createAccessTokens } from './access-token.ts'
import { createReadiness } from './readiness.ts'
import { createServiceRoutes } from './routes.ts'
import type { HttpSettings } from './settings.ts'

/** The approval pages, shaped like fetch. */
export interface Pages {
  fetch(request: Request): Response | Promise<Response>
  /** A link that lets one browser see all pages; absent where people sign in instead. */
  openUrl?(): string
  /** Ends what is open to browsers. */
  close(): void
}

export interface HttpServiceDeps {
  settings: HttpSettings
  server: Omit<ServerDeps, 'caller'>
  /** Who calls where no access token is asked for. */
  owner(client: string): Caller
  store(): Promise<Store>
  connection(): ConnectionResult
  /** Called once the port is known, before anything is answered. */
  pages(publicUrl: string): Promise<Pages>
  /** Prometheus text; read anew for each scrape. */
  metrics(): Promise<{ contentType: string; text: string }>
  observer: Observer
  clock: Clock
  randomBytes: RandomBytes
  log: Log
}

export interface HttpService {
  /** The public URL, without a slash at the end. */
  url: string
  /** A link that lets one browser see the pages; absent where people sign in. */
  openUrl?(): string
  /** Takes no more requests, lets what is under way end, then closes. */
  close(): Promise<void>
}

/** 500 calls of one caller may wait for people; more are answered at once. */
const WAITS = { all: 2000, perCaller: 600 }
/** A request has to have arrived by then, its body included: who sends a byte at a time is cut off. */
const ARRIVAL_LIMIT_MS = 20_000
const HEADERS_LIMIT_MS = 10_000
const KEEP_ALIVE_MS = 65_000
const MOST_CONNECTIONS = 4000
/** For what is under way when the service is asked to end. */
const CLOSE_LIMIT_MS = 30_000

export async function openHttpService(deps: HttpServiceDeps): Promise<HttpService> {
  const { settings, clock, log } = deps
  const stopping = new AbortController()
  const underWay = createUnderWay()
  let answer: Pages['fetch'] = () => new Response('Starting.\n', { status: 503, headers: { 'retry-after': '1' } })

  const listening = await listen(settings, () => createServer((request) => answer(request)).on('request', underWay.add))
  const publicUrl = settings.publicUrl ?? `http://localhost:${listening.port}`
  if (publicUrl.startsWith('http:') && !isLocal(publicUrl)) log.warn('http.unencrypted', { publicUrl })

  const pages = await deps.pages(publicUrl)
  const mcp = createMcpHttp({ ...deps.server, waits: createWaits(WAITS), stopping: stopping.signal })
  const tokenEndpoint = createTokenEndpoint({
    clock,
    observer: deps.observer,
    userAgent: `pingone-mfa-mcp/${deps.server.version}`,
  })
  answer = createServiceRoutes({
    ...deps,
    addresses: { publicUrl, host: settings.host, port: listening.port },
    pages,
    mcp,
    readiness: createReadiness({ ...deps, tokenEndpoint, stopping: stopping.signal }),
    tokens:
      settings.tokens === undefined
        ? undefined
        : createAccessTokens({ clock, log, audience: `${publicUrl}/mcp`, ...settings.tokens }),
  }).fetch

  log.info('http.listening', { host: settings.host, port: listening.port, publicUrl })

  return {
    url: publicUrl,
    ...(pages.openUrl === undefined ? {} : { openUrl: pages.openUrl }),
    async close() {
      if (stopping.signal.aborted) return
      stopping.abort()
      pages.close()
      for (const server of listening.servers) server.close()
      await underWay.end(CLOSE_LIMIT_MS)
      await mcp.close()
      await tokenEndpoint.close()
      for (const server of listening.servers) server.closeAllConnections()
    },
  }
}

/** The answers that have not gone out to their last byte: a stream of events ends long after it has begun. */
function createUnderWay() {
  const responses = new Set<ServerResponse>()
  let onEmpty = () => {}
  return {
    add(_request: IncomingMessage, response: ServerResponse) {
      responses.add(response)
      response.once('close', () => {
        responses.delete(response)
        if (responses.size === 0) onEmpty()
      })
    },
    /** Resolves once there is none, or after `limitMs`. */
    async end(limitMs: number): Promise<void> {
      if (responses.size === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs)
        onEmpty = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}

async function listen({ host, port }: HttpSettings, create: () => Server): Promise<Listening> {
  try {
    return await listenOn(host, port, create)
  } catch (error) {
    throw new AppError('NOT_CONFIGURED', `The service cannot listen on ${host}, port ${port} (${messageOf(error)}).`, {
      next: 'Choose another port with --port, or end the program that holds this one.',
      cause: error,
    })
  }
}

function createServer(handler: Pages['fetch']): Server {
  const server = createAdaptorServer({
    fetch: handler,
    // For probes of HTTP/1.0, which name no host. Who asks for more than that is refused by the guards.
    hostname: 'localhost',
    serverOptions: {
      requestTimeout: ARRIVAL_LIMIT_MS,
      headersTimeout: HEADERS_LIMIT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1000,
    },
  }) as Server
  server.maxConnections = MOST_CONNECTIONS
  return server
}

function isLocal(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)
}
