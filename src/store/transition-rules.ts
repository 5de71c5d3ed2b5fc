import type { ApprovalRow, Ending, Transition } from './store.ts'

/** A denial is remembered this long: `request_key` is wiped afterwards. */
export const DENIAL_MEMORY_MS = 5 * 60_000
/** An execution that nobody asked about for this long after its process died is closed with what is known of it. */
export const ABANDONED_AFTER_MS = 24 * 60 * 60_000

/** What may be approved, or started, only for a time is not once that time has passed. */
export function isOverdue(row: ApprovalRow, { from, to, audit }: Transition): boolean {
  return (to === 'approved' || (from === 'approved' && to === 'executing')) && row.expiresAt <= audit.at
}

/** The end of what is over time, where it still is: somebody may have come to look after the run meanwhile. */
export function endingOf(row: ApprovalRow, { to, outcome, audit }: Ending, now: number): Transition {
  return {
    id: row.id,
    from: row.state,
    to,
    ...(row.state === 'executing' ? { leaseBefore: now - ABANDONED_AFTER_MS } : {}),
    set: { finishedAt: now, ...(outcome === undefined ? {} : { outcome }) },
    audit,
  }
}
