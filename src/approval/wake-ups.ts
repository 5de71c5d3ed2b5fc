import type { Store } from '../store/store.ts'

/** One who waits for an approval to change. */
export interface Sleeper {
  /** Resolves when it may have changed since the sleeper lay down. */
  woken: Promise<void>
  /** Lies down again: what happened until now does not count any more. */
  again(): void
  leave(): void
}

/** Wakes whoever waits for an approval when the store says that it may have changed; listens only while somebody waits. */
export function createWakeUps(store: Pick<Store, 'watch'>): { sleep(approvalId: string): Sleeper } {
  const sleepers = new Map<string, Set<() => void>>()
  let stop: (() => void) | undefined

  const wake = (approvalId: string | undefined) => {
    const concerned = approvalId === undefined ? [...sleepers.values()] : [sleepers.get(approvalId) ?? []]
    for (const group of concerned) for (const wakeUp of group) wakeUp()
  }

  return {
    sleep(approvalId) {
      stop ??= store.watch(wake)
      const group = sleepers.get(approvalId) ?? new Set()
      sleepers.set(approvalId, group)
      let current = Promise.withResolvers<void>()
      const wakeUp = () => current.resolve()
      group.add(wakeUp)
      return {
        get woken() {
          return current.promise
        },
        again() {
          current = Promise.withResolvers()
        },
        leave() {
          group.delete(wakeUp)
          if (group.size === 0 && sleepers.get(approvalId) === group) sleepers.delete(approvalId)
          if (sleepers.size > 0) return
          stop?.()
          stop = undefined
        },
      }
    },
  }
}
