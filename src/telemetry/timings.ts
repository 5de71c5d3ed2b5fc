import type { Observer } from '../lib/observer.ts'
import { observed } from '../lib/observer.ts'

const RESULT = { ended: () => 'ok', thrown: () => 'failed' }
/** Answers at once, how to stop: nothing that takes time. */
const UNTIMED = new Set(['watch'])

type Method = (...given: unknown[]) => unknown

/** The same store; each of its operations is observed under its name. */
export function withTimings<Store extends object>(store: Store, observer: Observer): Store {
  const timed = new Map<string | symbol, Method>()
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function' || typeof name === 'symbol' || UNTIMED.has(name)) return method
      const known = timed.get(name)
      if (known !== undefined) return known
      const own: Method = (...given) =>
        observed(
          observer,
          { kind: 'store', operation: name },
          async () => Reflect.apply(method, target, given) as Promise<unknown>,
          RESULT,
        )
      timed.set(name, own)
      return own
    },
  })
}

/** The same search, observed; it answers at once, without a promise. */
export function withSearchTimings<Given extends unknown[], Answer>(
  search: (...given: Given) => Answer,
  observer: Observer,
): (...given: Given) => Answer {
  return (...given) => {
    const activity = observer.begin({ kind: 'search' })
    let result = 'failed'
    try {
      const answer = activity.run(() => search(...given))
      result = 'ok'
      return answer
    } finally {
      activity.end(result)
    }
  }
}
