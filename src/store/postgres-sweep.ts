import type { PostgresDatabase } from './postgres-database.ts'
import { toApproval, toStep } from './rows.ts'
import type { Store } from './store.ts'
import { ABANDONED_AFTER_MS, DENIAL_MEMORY_MS, endingOf } from './transition-rules.ts'

type Sweep = Store['sweep']

/** Mostly nothing is found, and then this is all that a sweep costs. */
const OVER_TIME = `SELECT * FROM approvals WHERE state IN ('pending', 'approved') AND expires_at <= $1
  UNION ALL SELECT * FROM approvals WHERE state = 'executing' AND lease_until < $2
  UNION ALL SELECT * FROM approvals WHERE state = 'denied' AND request_key <> '' AND decided_at < $3`

/** Any number of processes may do it at once: each end is a transition of its own, and only one of them counts. */
export function createSweep(db: PostgresDatabase, transition: Store['transition']): Sweep {
  return oneAtATime(async (now, ending) => {
    const found = await db.all(OVER_TIME, now, now - ABANDONED_AFTER_MS, now - DENIAL_MEMORY_MS)
    let count = 0
    for (const row of found.map(toApproval)) {
      if (row.state === 'denied') {
        await db.run("UPDATE approvals SET request_key = '' WHERE id = $1", row.id)
        continue
      }
      const steps = await db.all('SELECT * FROM steps WHERE approval_id = $1 ORDER BY step', row.id)
      const result = await transition(endingOf(row, ending(row, steps.map(toStep)), now))
      if (result === 'done') count += 1
    }
    return count
  })
}

/**
 * Calls that come while one is at work share the next: when many approvals end at one moment, each of those who wait for
 * them would otherwise end them all.
 */
function oneAtATime(sweep: Sweep): Sweep {
  let current: Promise<number> | undefined
  let next: { args: Parameters<Sweep>; done: Promise<number> } | undefined

  const start: Sweep = (...args) => {
    current = sweep(...args).finally(() => {
      current = undefined
    })
    return current
  }
  const startNext = (): Promise<number> => {
    if (next === undefined) return Promise.resolve(0)
    const { args } = next
    next = undefined
    return start(...args)
  }

  return (...args) => {
    if (current === undefined) return start(...args)
    next ??= { args, done: current.then(startNext, startNext) }
    // The latest time is what all of them share.
    next.args = args
    return next.done
  }
}
