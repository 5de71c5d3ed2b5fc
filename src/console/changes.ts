import type { Store } from '../store/store.ts'

/** One watcher of the store for every page that follows along. */
export interface Changes {
  /** Resolves at the next change, after `ms`, or when it is aborted; true for a change. */
  next(ms: number, signal: AbortSignal): Promise<boolean>
  /** As long as it is held, changes are watched for. Answers how to let go. */
  hold(): () => void
}

export function createChanges(store: Store): Changes {
  const waiting = new Set<(isChange: boolean) => void>()
  let holders = 0
  let stop: (() => void) | undefined

  return {
    next(ms, signal) {
      if (signal.aborted) return Promise.resolve(false)
      return new Promise((resolve) => {
        const done = (isChange: boolean) => {
          clearTimeout(timer)
          waiting.delete(done)
          signal.removeEventListener('abort', onAbort)
          resolve(isChange)
        }
        const onAbort = () => done(false)
        const timer = setTimeout(done, ms, false)
        waiting.add(done)
        signal.addEventListener('abort', onAbort)
      })
    },
    hold() {
      holders += 1
      stop ??= store.watch(() => {
        for (const done of waiting) done(true)
      })
      return () => {
        holders -= 1
        if (holders > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}
