import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MCP_HEADERS, openService, type TestService } from './service.ts'

let service: TestService
beforeAll(async () => {
  service = await openService({ insecure: true })
})
afterAll(() => service.close())

interface Slow {
  socket: Socket
  /** Seconds until the server ended it. */
  ended: Promise<number>
}

function open(first: string, drip = ''): Slow {
  const startedAt = performance.now()
  const socket = connect(service.port, '127.0.0.1', () => socket.write(first))
  const dripping = setInterval(() => drip !== '' && socket.writable && socket.write(drip), 500)
  const ended = new Promise<number>((resolve) => {
    socket.on('error', () => undefined)
    socket.resume()
    socket.on('close', () => {
      clearInterval(dripping)
      resolve((performance.now() - startedAt) / 1000)
    })
  })
  return { socket, ended }
}

const host = () => `Host: localhost:${service.port}`
const head = () => [
  'POST /mcp HTTP/1.1',
  host(),
  ...Object.entries(MCP_HEADERS).map(([name, value]) => `${name}: ${value}`),
]

describe('a connection that', () => {
  // They wait for the limits, so they wait together.
  it('sends nothing, or a byte at a time, is ended within half a minute', { timeout: 60_000 }, async () => {
    const slow = [
      open(''),
      open('POST /mcp HTT', 'P'),
      open(`GET /healthz HTTP/1.1\r\n${host()}\r\n`, 'x-a: b\r\n'),
      open([...head(), 'Content-Length: 100000', '', ''].join('\r\n'), ' '),
      open([...head(), 'Transfer-Encoding: chunked', '', ''].join('\r\n'), '1\r\n \r\n'),
      open([...head(), 'Content-Length: 2', '', ''].join('\r\n')),
    ]
    for (const seconds of await Promise.all(slow.map(({ ended }) => ended))) expect(seconds).toBeLessThan(30)
    expect(await service.send({ path: '/healthz' })).toMatchObject({ status: 200 })
  })
})
