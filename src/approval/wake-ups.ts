import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import type { RandomBytes } from './claim.ts'

/** One who waits for an approval to change. */
export interface Sleeper {
  /** Lies down: what happened until now does not count any more. */
  again(): void
  /** Until the approval may have changed since then, until that time, or until it is aborted. */
  rest(until: number, signal: AbortSignal): Promise<void>
  leave(): void
}

interface WakeUpDeps {
  store: Pick<Store, 'watch'>
  clock: Clock
  randomBytes: RandomBytes
}

/** A wake-up may be lost with a connection: so often everybody looks, not all of them at the same moment. */
const LOOK_MS = 2000
const SPREAD_MS = 2

/** Wakes whoever waits for an approval when the store says that it may have changed; watches only while somebody waits. */
export function createWakeUps({ store, clock, randomBytes }: WakeUpDeps): { sleep(approvalId: string): Sleeper } {
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
      let awake = new AbortController()
      const wakeUp = () => awake.abort()
      group.add(wakeUp)
      return {
        again() {
          awake = new AbortController()
        },
        async rest(until, signal) {
          const lookMs = LOOK_MS + (randomBytes(1)[0] ?? 0) * SPREAD_MS
          const ms = Math.min(lookMs, until - clock.now())
          // Woken up, or whoever called has gone: the caller looks which.
          await clock.sleep(ms, AbortSignal.any([signal, awake.signal])).catch(() => undefined)
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
