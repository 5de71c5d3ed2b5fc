/** W3C Trace Context, as somebody sent it. */
export interface TraceContext {
  traceparent: string
  tracestate?: string
}

/**
 * A piece of work that takes time and ends somehow. Its names are from short lists, so that they can be labels; only
 * the path of a call to PingOne has ids in it, and whoever records it puts the endpoint's template in its place.
 */
export type Work =
  /** `trace` is of whatever carried the request, a proxy for one. */
  | { kind: 'http'; method: string; route: string; trace?: TraceContext | undefined }
  /** `trace` is the caller's own span. */
  | { kind: 'tool'; tool: string; transport: 'pipe' | 'tcp'; trace?: TraceContext | undefined }
  /** One attempt. `path` is without `/v1` and query, `origin` is scheme, host and port. */
  | { kind: 'pingone'; method: string; path: string; origin: string }
  /** Whether PingOne is there at all. Nobody counts it, but whatever sees outgoing calls is to leave it alone, too. */
  | { kind: 'probe' }
  | { kind: 'token' }
  | { kind: 'store'; operation: string }
  | { kind: 'search' }
  | { kind: 'execution'; action: string }

interface Activity {
  /** Runs `body` as part of this work: what begins in there is a part, too. */
  run<T>(body: () => T): T
  /**
   * To be called once. `result` is `ok` for a tool, a token, the store and the search, and else an error code or
   * `failed`; for HTTP the status, or `no_answer`; for an execution the state that it ended in, `lost` or `broken`.
   */
  end(result: string): void
}

/** Is told of work as it begins and ends: metrics, traces, or nobody. */
export interface Observer {
  begin(work: Work): Activity
}

export const UNSEEN: Activity = { run: (body) => body(), end: () => {} }

/** Nobody looks. */
export const NO_OBSERVER: Observer = { begin: () => UNSEEN }

/** One observer for all parts, from the start on; who looks is added when it is known, and may be nobody. */
export interface Relay extends Observer {
  add(observer: Observer): void
}

export function createRelay(): Relay {
  let current = NO_OBSERVER
  return {
    begin: (work) => current.begin(work),
    add(observer) {
      current = current === NO_OBSERVER ? observer : both(current, observer)
    },
  }
}

function both(a: Observer, b: Observer): Observer {
  return {
    begin(work) {
      const [first, second] = [a.begin(work), b.begin(work)]
      return {
        run: (body) => first.run(() => second.run(body)),
        end(result) {
          first.end(result)
          second.end(result)
        },
      }
    },
  }
}

/** Runs `body` as `work`, and tells how it ended: `ended` names it for what it answers, `thrown` for what it throws. */
export async function observed<T>(
  observer: Observer,
  work: Work,
  body: () => Promise<T>,
  { ended, thrown }: { ended(answer: T): string; thrown(error: unknown): string },
): Promise<T> {
  const activity = observer.begin(work)
  try {
    const answer = await activity.run(body)
    activity.end(ended(answer))
    return answer
  } catch (error) {
    activity.end(thrown(error))
    throw error
  }
}
