import { request } from 'node:http'
import { connect, createServer, type Server } from 'node:net'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A request as anybody on this machine can send it: any Host, any method, any path, to either address. */
export function ask(
  port: number,
  options: { host?: string; method?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { host = '127.0.0.1', method = 'GET', path = '/approvals', headers = {} } = options
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, method, path, agent: false, headers: { host: `localhost:${port}`, ...headers } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

/** Bytes as they are; the answer as it comes, until the server ends the connection. */
export function say(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

/** Holds a port of one loopback address, as another program would. */
export async function squat(host: '127.0.0.1' | '::1', port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy())
  await listen(server, host, port)
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: host === '::1' }, resolve)
  })
}
