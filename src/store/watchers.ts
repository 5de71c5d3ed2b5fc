import type { Store } from './store.ts'

type OnChange = Parameters<Store['watch']>[0]

/** Those who watch one store, over one source of news, which is opened for the first and closed after the last. */
export interface Watchers {
  watch: Store['watch']
  /** Nobody hears of anything any more. */
  close(): void
}

export function createWatchers(open: (tell: OnChange) => () => void): Watchers {
  const watchers = new Set<OnChange>()
  let closeSource: (() => void) | undefined
  const tell: OnChange = (approvalId) => {
    for (const watcher of watchers) watcher(approvalId)
  }
  const closeUnused = () => {
    if (watchers.size > 0) return
    closeSource?.()
    closeSource = undefined
  }

  return {
    watch(onChange) {
      // A wrapper of its own: one function may watch twice.
      const watcher: OnChange = (approvalId) => onChange(approvalId)
      watchers.add(watcher)
      closeSource ??= open(tell)
      return () => {
        watchers.delete(watcher)
        closeUnused()
      }
    },
    close() {
      watchers.clear()
      closeUnused()
    },
  }
}
