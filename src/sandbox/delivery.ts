import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { HttpBindings } from '@hono/node-server'
import type { Reply } from './call.ts'
import type { Transit } from './disturbance.ts'

export interface Delivery {
  reply: Reply
  transit: Transit
  headers: Record<string, string>
  /** Node's own request and response, where there is a socket. */
  node: HttpBindings | undefined
  sleep: (ms: number) => Promise<void>
}

const NO_BODY = new Set([204, 304])
const HAL = 'application/hal+json;charset=UTF-8'

function textOf(reply: Reply): string {
  if (reply.body === undefined || NO_BODY.has(reply.status)) return ''
  return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
}

/** The answer on its way to the caller. Where something breaks, it breaks on the socket itself. */
export async function deliver({ reply, transit, headers, node, sleep }: Delivery): Promise<Response> {
  const text = textOf(reply)
  const all: Record<string, string> = {
    ...(text !== '' && { 'content-type': reply.contentType ?? HAL }),
    ...headers,
    ...reply.headers,
  }
  switch (transit.kind) {
    case 'whole':
      return new Response(NO_BODY.has(reply.status) ? null : text, { status: reply.status, headers: all })
    case 'reset':
      return resetConnection(node)
    case 'hang':
      return hang(node)
    case 'cut-off':
      return cutOff(node, reply.status, all, Buffer.from(text))
    case 'slow-body':
      return slowBody(reply.status, all, Buffer.from(text), () => sleep(transit.ms))
    default:
      return transit satisfies never
  }
}

function resetConnection(node: HttpBindings | undefined): Response {
  if (node === undefined) throw new TypeError('the connection was reset')
  node.incoming.socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

async function hang(node: HttpBindings | undefined): Promise<Response> {
  await new Promise<void>((resolve) => node?.outgoing.once('close', resolve))
  return RESPONSE_ALREADY_SENT
}

function cutOff(
  node: HttpBindings | undefined,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): Response {
  // An answer without a body has nothing to be cut, so its connection goes at once.
  if (body.length === 0) return resetConnection(node)
  if (node === undefined) {
    return new Response(
      new ReadableStream({
        pull: (controller) => {
          controller.enqueue(body.subarray(0, body.length / 2))
          controller.error(new TypeError('the connection broke'))
        },
      }),
      { status, headers },
    )
  }
  const { outgoing } = node
  outgoing.writeHead(status, { ...headers, 'content-length': body.length })
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy())
  return RESPONSE_ALREADY_SENT
}

function slowBody(status: number, headers: Record<string, string>, body: Buffer, pause: () => Promise<void>): Response {
  const middle = Math.floor(body.length / 2)
  const stream = new ReadableStream({
    start: async (controller) => {
      controller.enqueue(body.subarray(0, middle))
      await pause()
      controller.enqueue(body.subarray(middle))
      controller.close()
    },
  })
  return new Response(NO_BODY.has(status) ? null : stream, { status, headers })
}
