import type { ApprovalRow, Transition } from './store.ts'

/** A denial is remembered this long: `request_key` is wiped afterwards. */
export const DENIAL_MEMORY_MS = 5 * 60_000
/** An execution that nobody asked about for this long after its process died is closed with what is known of it. */
export const ABANDONED_AFTER_MS = 24 * 60 * 60_000

/** What may be approved, or started, only for a time is not once that time has passed. */
export function isOverdue(row: ApprovalRow, { from, to, audit }: Transition): boolean {
  return (to === 'approved' || (from === 'approved' && to === 'executing')) && row.expiresAt <= audit.at
}
