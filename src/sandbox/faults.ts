import { z } from 'zod'
import type { Call } from './call.ts'

const retryAfter = {
  /** Seconds to wait, as the header says them. */
  retryAfterSeconds: z.number().min(0).default(1),
  /** How the header says it, or that there is none. */
  retryAfterAs: z.enum(['seconds', 'date', 'none']).optional(),
}
const status = z.int().min(200).max(599)

/** What can go wrong on the way. Each kind is one answer, or one way of not answering. */
const FaultEffect = z.discriminatedUnion('kind', [
  /** 429; by default with `Retry-After` in seconds. */
  z.object({ kind: z.literal('rate-limited'), ...retryAfter }),
  /** 500 UNEXPECTED_ERROR. */
  z.object({ kind: z.literal('server-error') }),
  /** 502 with a page of HTML. */
  z.object({ kind: z.literal('bad-gateway') }),
  /** 503; by default without `Retry-After`. */
  z.object({ kind: z.literal('unavailable'), ...retryAfter }),
  /** The token of this request is revoked, and the answer is 401 INVALID_TOKEN. */
  z.object({ kind: z.literal('expired-token') }),
  /** 403 ACCESS_FAILED: a role not yet in force (with `times`), or an environment that does not exist. */
  z.object({ kind: z.literal('forbidden') }),
  /** 403 of the gateway: `{message}` alone. */
  z.object({ kind: z.literal('gateway-forbidden') }),
  /** 404 NOT_FOUND. */
  z.object({ kind: z.literal('not-found') }),
  z.object({ kind: z.literal('empty-body'), status: status.default(200) }),
  /** 200 that calls itself JSON and is a page of HTML. */
  z.object({ kind: z.literal('not-json') }),
  /** 200 with JSON of another shape. */
  z.object({ kind: z.literal('wrong-shape'), body: z.unknown().default({ unexpected: true }) }),
  z.object({
    kind: z.literal('redirect'),
    status: z.union([z.literal(302), z.literal(307)]).default(302),
    to: z.string(),
  }),
  /** Any other answer, word by word. */
  z.object({
    kind: z.literal('reply'),
    status,
    body: z.unknown(),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** The true answer, but late. */
  z.object({ kind: z.literal('slow'), ms: z.number().min(0) }),
  /** The true answer, with a pause in the middle of its body. */
  z.object({ kind: z.literal('slow-body'), ms: z.number().min(0) }),
  /** The true answer, but the connection breaks in the middle of its body. */
  z.object({ kind: z.literal('cut-off') }),
  /** The connection is reset instead of an answer. */
  z.object({ kind: z.literal('reset') }),
  /** There is never an answer. */
  z.object({ kind: z.literal('hang') }),
  /** A page reached by a cursor repeats the last item of the page before. */
  z.object({ kind: z.literal('page-change') }),
])

const FaultScope = z.object({
  match: z
    .object({
      method: z.string().optional(),
      /** A part of the path. */
      path: z.union([z.string(), z.instanceof(RegExp)]).optional(),
      /** A regular expression, for callers over HTTP. */
      pathPattern: z
        .string()
        .refine((text) => isPattern(text), 'must be a regular expression')
        .optional(),
      host: z.enum(['auth', 'api']).optional(),
    })
    .default({}),
  /** How many requests it meets. */
  times: z.union([z.int().min(1), z.literal(Infinity)]).default(1),
  /** How many matching requests pass unharmed before. */
  after: z.int().min(0).default(0),
  /** `after`: the request is carried out first, and only the answer is lost. */
  when: z.enum(['before', 'after']).default('before'),
})

export const FaultSchema = z.intersection(FaultScope, FaultEffect)

/** A piece of code that runs before (or after) the request is carried out, for what happens meanwhile. */
interface Meanwhile {
  kind: 'meanwhile'
  run: () => void
}

export type FaultInput = z.input<typeof FaultScope> & (z.input<typeof FaultEffect> | Meanwhile)
export type Fault = z.output<typeof FaultScope> & (z.output<typeof FaultEffect> | Meanwhile)

export interface FaultHandle {
  /** How many requests it has met. */
  readonly hits: number
  remove(): void
}

export interface Faults {
  /** Throws where the fault is malformed. */
  add(fault: FaultInput): FaultHandle
  clear(): void
  /** The first fault that meets this call; counts it. */
  take(call: Call): Fault | undefined
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

function isMet({ match }: Fault, call: Call): boolean {
  if (match.host !== undefined && match.host !== call.host) return false
  if (match.method !== undefined && match.method.toUpperCase() !== call.method) return false
  if (match.pathPattern !== undefined && !new RegExp(match.pathPattern).test(call.path)) return false
  if (match.path instanceof RegExp)
    return new RegExp(match.path.source, match.path.flags.replace(/[gy]/g, '')).test(call.path)
  return match.path === undefined || call.path.includes(match.path)
}

function parseFault(input: FaultInput): Fault {
  if (input.kind !== 'meanwhile') return FaultSchema.parse(input)
  return { ...FaultScope.parse(input), kind: 'meanwhile', run: input.run }
}

export function createFaults(): Faults {
  interface Armed {
    fault: Fault
    seen: number
    hits: number
  }
  let armed: Armed[] = []
  return {
    add: (input) => {
      const entry: Armed = { fault: parseFault(input), seen: 0, hits: 0 }
      armed.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        remove: () => {
          armed = armed.filter((other) => other !== entry)
        },
      }
    },
    clear: () => {
      armed = []
    },
    take: (call) => {
      for (const entry of armed) {
        if (entry.hits >= entry.fault.times || !isMet(entry.fault, call)) continue
        entry.seen += 1
        if (entry.seen <= entry.fault.after) continue
        entry.hits += 1
        return entry.fault
      }
      return undefined
    },
  }
}
