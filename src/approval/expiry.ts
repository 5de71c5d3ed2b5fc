import type { AuditEvent, Store } from '../store/store.ts'

/** An approval waits this long for a person. */
export const PENDING_MS = 15 * 60_000
/** An approved action must start within this. */
export const START_MS = 5 * 60_000
/** After a denial the same request is refused for this long. */
export const DENIAL_MS = 5 * 60_000
/** Approving an addition covers its activation for this long. */
export const COVER_MS = 30 * 60_000
/** A factor that was removed within this is a warning. */
export const RECENT_REMOVAL_MS = 24 * 60 * 60_000

/** Expires what is over time, so that whoever looks next sees the truth. */
export async function expireOverdue(store: Store, now: number): Promise<void> {
  await store.sweep(now, (row): AuditEvent => {
    const kind = row.state === 'executing' ? 'execution.abandoned' : 'approval.expired'
    return { at: now, kind, approvalId: row.id, data: { was: row.state } }
  })
}
