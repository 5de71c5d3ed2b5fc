import { isoTime } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import { expireOverdue, RECENT_REMOVAL_MS } from './expiry.ts'

/**
 * What ended more recently is still needed: a caller may ask for an outcome again, limits count the last hour, and a
 * factor that was removed is a warning for a day.
 */
export const KEEP_AT_LEAST_MS = RECENT_REMOVAL_MS

/** Deletes what ended before then. What waits, may start or runs is never deleted, nor is any entry of the audit log. */
export async function pruneApprovals(store: Store, { before, now }: { before: number; now: number }): Promise<number> {
  await expireOverdue(store, now)
  const cut = Math.min(before, now - KEEP_AT_LEAST_MS)
  return store.pruneApprovals(cut, (count) => ({
    at: now,
    kind: 'approvals.pruned',
    data: { before: isoTime(cut), count },
  }))
}
