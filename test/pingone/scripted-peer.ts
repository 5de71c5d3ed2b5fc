import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it reached the peer. */
export interface Seen {
  method: string
  path: string
  query: string
  headers: Record<string, string | undefined>
  body: string
}

export interface Reply {
  status?: number
  headers?: Record<string, string>
  json?: unknown
  text?: string
  /** Answers by hand: slow, cut off, never. */
  raw?: (response: ServerResponse, request: IncomingMessage) => void
}

export type Script = Reply | ((seen: Seen) => Reply | Promise<Reply>)

export interface Peer {
  url: string
  port: number
  seen: Seen[]
  /** Requests to the token endpoint, and the others. */
  tokenRequests(): Seen[]
  apiRequests(): Seen[]
  /** The answers to come, in order; the last one is repeated. */
  onToken(...replies: Script[]): void
  onApi(...replies: Script[]): void
  close(): Promise<void>
}

export const ACCESS_TOKEN = 'eyCANARY-access-token.payload.signature'

const isToken = (seen: Seen) => seen.path.endsWith('/as/token')

/** A PingOne of scripted answers on loopback: the token endpoint and the API on one origin. */
export async function startPeer(): Promise<Peer> {
  const seen: Seen[] = []
  let tokenScript: Script[] = [{ json: { access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 3600 } }]
  let apiScript: Script[] = [{ json: {} }]
  const next = (script: Script[]) => (script.length > 1 ? script.shift()! : script[0]!)

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', 'http://peer')
    const one: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.search.slice(1),
      headers: request.headers as Record<string, string | undefined>,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    seen.push(one)
    const script = next(isToken(one) ? tokenScript : apiScript)
    const reply = typeof script === 'function' ? await script(one) : script
    if (reply.raw !== undefined) return reply.raw(response, request)
    const body = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json)
    const type = reply.json === undefined ? 'text/plain' : 'application/hal+json;charset=UTF-8'
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers })
    response.end(body)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    tokenRequests: () => seen.filter(isToken),
    apiRequests: () => seen.filter((one) => !isToken(one)),
    onToken: (...replies) => {
      tokenScript = replies
    },
    onApi: (...replies) => {
      apiScript = replies
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const never: Reply = { raw: () => {} }
export const reset: Reply = { raw: (response) => response.socket?.destroy() }
export const cutOff: Reply = {
  raw: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"id":')
    setImmediate(() => response.socket?.destroy())
  },
}

export const CORRELATION_ID = '11111111-2222-4333-8444-555555555555'

/** PingOne's error body, with its correlation id in the header. */
export function problem(
  status: number,
  code: string,
  details: unknown[] = [],
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { 'correlation-id': CORRELATION_ID, ...headers },
    json: { id: CORRELATION_ID, code, message: 'The request could not be completed.', details },
  }
}
