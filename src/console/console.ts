import type { Server, ServerResponse } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { messageOf } from '../lib/errors.ts'
import { createEntry, type Entry } from './entry.ts'
import { closedHeaders } from './guard.ts'
import { keyFor } from './keys.ts'
import { createRoutes, type RouteDeps } from './routes.ts'
import { loopbackSite } from './site.ts'

/** The approval pages on loopback. */
export interface Console {
  url: string
  /** The page of one approval. */
  urlOf(id: string): string
  /** A link that lets one browser see all pages. */
  openUrl(): string
  /** The page of an enrolment, by its link's token. */
  enrolUrl(token: string): string
  close(): Promise<void>
}

export interface ConsoleOptions extends Omit<RouteDeps, 'site' | 'door' | 'nonceKey' | 'closing'> {
  /** 0 picks one. */
  port: number
}

const ATTEMPTS = 20

/** Opens the pages on 127.0.0.1 and ::1; undefined where no port can be had. */
export async function openConsole({ log, port, ...deps }: ConsoleOptions): Promise<Console | undefined> {
  const nonceKey = await keyFor(deps.store, 'nonces')
  for (let attempt = 0; attempt < (port === 0 ? ATTEMPTS : 1); attempt++) {
    const closing = new AbortController()
    let entry: Entry | undefined
    const opened = await listenOnBoth(port, (chosen) => {
      entry = createEntry({ ...deps, port: chosen })
      const site = loopbackSite(chosen)
      return createRoutes({ ...deps, log, site, door: { entry }, nonceKey, closing: closing.signal }).fetch
    })
    if ('servers' in opened) {
      const base = `http://localhost:${opened.port}`
      return {
        url: `${base}/approvals`,
        urlOf: (id) => `${base}/approvals/${id}`,
        openUrl: () => `${base}/approvals/open/${entry?.mintLink() ?? ''}`,
        enrolUrl: (token) => `${base}/approvals/enrol/${token}`,
        close() {
          closing.abort()
          return closeAll(opened.servers)
        },
      }
    }
    log.warn('console.not_opened', { port, error: messageOf(opened.error) })
  }
  return undefined
}

type Handler = (request: Request) => Response | Promise<Response>
type Listening = { servers: Server[]; port: number } | { error: unknown }

/**
 * Both loopback addresses on one port, or neither: whoever held the other one would be what the browser finds behind
 * `localhost`. A machine without IPv6 has only the one.
 */
async function listenOnBoth(port: number, handlerFor: (port: number) => Handler): Promise<Listening> {
  let handler: Handler = () => new Response(null, { status: 503 })
  const first = createLoopbackServer((request) => handler(request))
  try {
    await listen(first, port, '127.0.0.1')
  } catch (error) {
    return { error }
  }
  const chosen = (first.address() as { port: number }).port
  handler = handlerFor(chosen)
  const second = createLoopbackServer((request) => handler(request))
  try {
    await listen(second, chosen, '::1')
    return { servers: [first, second], port: chosen }
  } catch (error) {
    if (isWithoutIpv6(error)) return { servers: [first], port: chosen }
    await closeAll([first])
    return { error }
  }
}

function createLoopbackServer(handler: Handler): Server {
  const server = createAdaptorServer({ fetch: handler }) as Server
  // Before anything else: an answer that the routes never see, to a request that is none, is as closed as theirs.
  server.prependListener('request', (_request, response: ServerResponse) => {
    for (const [name, value] of Object.entries(closedHeaders())) response.setHeader(name, value)
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 10_000
  return server
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function isWithoutIpv6(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    ),
  )
}
