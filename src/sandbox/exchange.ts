import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { isoTime } from '../lib/clock.ts'
import type { Call, Reply } from './call.ts'
import { deliver } from './delivery.ts'
import type { Disturbed } from './disturbance.ts'
import { disturb } from './disturbance.ts'
import type { Faults } from './faults.ts'
import { invalidRequest, problem, Problem } from './problems.ts'
import type { RequestRecord } from './records.ts'
import type { World } from './world.ts'
import { settleTime } from './world.ts'

export type SandboxContext = Context<{ Bindings: Partial<HttpBindings> }>

export interface Exchanges {
  /** One request from its arrival to its answer. `act` is called once the body is read, and must not wait for anything. */
  run(context: SandboxContext, host: 'auth' | 'api', act: (call: Call) => Reply): Promise<Response>
  readonly requests: readonly RequestRecord[]
  setLatency: (ms: number) => void
}

const LARGEST_BODY = 1_000_000
const KEPT_REQUESTS = 10_000
const NO_STORE = {
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
}

/** Reads to the end even what is too long: a connection closed in the middle would lose the answer. */
async function readBody(request: Request): Promise<string> {
  if (request.body === null) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length <= LARGEST_BODY) chunks.push(chunk)
  }
  if (length > LARGEST_BODY) throw invalidRequest('The body is too long.', 413)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw invalidRequest('The body is not UTF-8.')
  }
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function callOf(context: SandboxContext, host: 'auth' | 'api', correlationId: string): Call {
  const { req } = context
  const url = new URL(req.url)
  return {
    host,
    method: req.raw.method,
    origin: url.origin,
    path: url.pathname,
    rawQuery: url.search,
    query: url.searchParams,
    params: req.param() as Record<string, string>,
    contentType: mediaType(req.header('content-type')),
    authorization: req.header('authorization') ?? '',
    body: '',
    correlationId,
    overlapsPage: false,
  }
}

export function createExchanges(world: World, faults: Faults, sleep: (ms: number) => Promise<void>): Exchanges {
  const requests: RequestRecord[] = []
  let latencyMs = 0

  function refuse(error: unknown, correlationId: string): Reply {
    const refusal = error instanceof Problem ? error : problem(500, 'UNEXPECTED_ERROR')
    const body = refusal.bodyFor({ errorId: world.ids.uuid(), correlationId })
    return { status: refusal.status, body, headers: refusal.headers, contentType: 'application/json;charset=UTF-8' }
  }

  async function answer(call: Call, request: Request, act: (call: Call) => Reply, met: (kind: string) => void) {
    const carryOut = (complete: Call): Reply => {
      try {
        settleTime(world)
        return act(complete)
      } catch (error) {
        return refuse(error, complete.correlationId)
      }
    }
    let complete: Call
    try {
      complete = { ...call, body: await readBody(request) }
    } catch (error) {
      return { reply: refuse(error, call.correlationId), transit: { kind: 'whole' } } satisfies Disturbed
    }
    if (latencyMs > 0) await sleep(latencyMs)
    const fault = faults.take(complete)
    if (fault === undefined) return { reply: carryOut(complete), transit: { kind: 'whole' } } satisfies Disturbed
    met(fault.kind)
    return disturb({
      world,
      fault,
      call: complete,
      sleep,
      carryOut,
      refuse: (error) => refuse(error, call.correlationId),
    })
  }

  return {
    requests,
    setLatency: (ms) => {
      latencyMs = ms
    },
    run: async (context, host, act) => {
      const call = callOf(context, host, world.ids.uuid())
      const record: { -readonly [K in keyof RequestRecord]: RequestRecord[K] } = {
        at: isoTime(world.now()),
        host,
        method: call.method,
        path: call.path,
        query: call.rawQuery,
        contentType: call.contentType,
        correlationId: call.correlationId,
        externalTransactionId: context.req.header('x-ping-external-transaction-id'),
        headerNames: [...context.req.raw.headers.keys()],
      }
      requests.push(record)
      if (requests.length > KEPT_REQUESTS) requests.shift()
      const { reply, transit } = await answer(call, context.req.raw, act, (kind) => {
        record.fault = kind
      })
      if (reply.status !== 0) record.status = reply.status
      const headers = { 'correlation-id': call.correlationId, 'x-amzn-requestid': call.correlationId, ...NO_STORE }
      const { incoming, outgoing } = context.env ?? {}
      const node = incoming === undefined || outgoing === undefined ? undefined : { incoming, outgoing }
      return deliver({ reply, transit, headers, node, sleep })
    },
  }
}
