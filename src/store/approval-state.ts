export const APPROVAL_STATES = [
  'pending',
  'approved',
  'denied',
  'expired',
  'cancelled',
  'stale',
  'executing',
  'succeeded',
  'partial',
  'failed',
  'uncertain',
] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** States in which a plan can still run, and so may hold a number in full. */
export const RUNNABLE_STATES: readonly ApprovalState[] = ['pending', 'approved', 'executing']
