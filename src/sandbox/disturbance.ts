import type { Call, Reply } from './call.ts'
import type { Fault } from './faults.ts'
import { gatewayForbidden, insufficientPermissions, invalidToken, notFound, problem } from './problems.ts'
import { bearerOf } from './token.ts'
import type { World } from './world.ts'

/** How an answer travels: whole, with a pause, broken off, or not at all. */
export type Transit = { kind: 'whole' } | { kind: 'slow-body'; ms: number } | { kind: 'cut-off' | 'reset' | 'hang' }

export interface Disturbed {
  reply: Reply
  transit: Transit
}

export interface Disturbance {
  world: World
  fault: Fault
  call: Call
  sleep: (ms: number) => Promise<void>
  /** Carries the request out; never throws. */
  carryOut: (call: Call) => Reply
  /** Turns a refusal into a reply. */
  refuse: (error: unknown) => Reply
}

const WHOLE: Transit = { kind: 'whole' }
const HTML = 'text/html; charset=utf-8'
const PAGE =
  '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

function retryAfterHeader(as: 'seconds' | 'date' | 'none', seconds: number, now: number): Record<string, string> {
  if (as === 'none') return {}
  const text = as === 'seconds' ? String(seconds) : new Date(now + seconds * 1000).toUTCString()
  return { 'retry-after': text }
}

type Replacing = Exclude<
  Fault,
  { kind: 'slow' | 'slow-body' | 'cut-off' | 'reset' | 'hang' | 'page-change' | 'meanwhile' | 'expired-token' }
>

function replacement(replacing: Replacing, now: number, refuse: Disturbance['refuse']): Reply {
  switch (replacing.kind) {
    case 'rate-limited':
      return refuse(
        problem(429, 'REQUEST_LIMITED', [{ code: 'LIMIT_EXCEEDED', message: 'The rate limit has been reached.' }], {
          headers: retryAfterHeader(replacing.retryAfterAs ?? 'seconds', replacing.retryAfterSeconds, now),
        }),
      )
    case 'server-error':
      return refuse(problem(500, 'UNEXPECTED_ERROR'))
    case 'bad-gateway':
      return { status: 502, body: PAGE, contentType: HTML }
    case 'unavailable':
      return {
        status: 503,
        body: { message: 'Service Unavailable' },
        headers: retryAfterHeader(replacing.retryAfterAs ?? 'none', replacing.retryAfterSeconds, now),
      }
    case 'forbidden':
      return refuse(insufficientPermissions())
    case 'gateway-forbidden':
      return refuse(gatewayForbidden())
    case 'not-found':
      return refuse(notFound())
    case 'empty-body':
      return { status: replacing.status }
    case 'not-json':
      return { status: 200, body: PAGE }
    case 'wrong-shape':
      return { status: 200, body: replacing.body }
    case 'redirect':
      return { status: replacing.status, headers: { location: replacing.to } }
    case 'reply':
      return { status: replacing.status, body: replacing.body, headers: replacing.headers }
    default:
      return replacing satisfies never
  }
}

/** Lets a request meet a fault. With `when: 'after'` it is carried out first, whatever becomes of the answer. */
export async function disturb(disturbance: Disturbance): Promise<Disturbed> {
  const { world, fault, call, sleep, carryOut, refuse } = disturbance
  const carriedOutFirst = fault.when === 'after' ? carryOut(call) : undefined
  const answer = () => carriedOutFirst ?? carryOut(call)
  switch (fault.kind) {
    case 'slow':
      await sleep(fault.ms)
      return { reply: answer(), transit: WHOLE }
    case 'meanwhile':
      fault.run()
      return { reply: answer(), transit: WHOLE }
    case 'slow-body':
      return { reply: answer(), transit: { kind: 'slow-body', ms: fault.ms } }
    case 'cut-off':
      return { reply: answer(), transit: { kind: 'cut-off' } }
    case 'page-change':
      return { reply: carriedOutFirst ?? carryOut({ ...call, overlapsPage: true }), transit: WHOLE }
    case 'reset':
    case 'hang':
      return { reply: { status: 0 }, transit: { kind: fault.kind } }
    case 'expired-token':
      world.tokens.delete(bearerOf(call.authorization) ?? '')
      return { reply: refuse(invalidToken()), transit: WHOLE }
    case 'rate-limited':
    case 'server-error':
    case 'bad-gateway':
    case 'unavailable':
    case 'forbidden':
    case 'gateway-forbidden':
    case 'not-found':
    case 'empty-body':
    case 'not-json':
    case 'wrong-shape':
    case 'redirect':
    case 'reply':
      return { reply: replacement(fault, world.sharedNow(), refuse), transit: WHOLE }
    default:
      return fault satisfies never
  }
}
