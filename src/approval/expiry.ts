import type { ApprovalRow, Ending, StepRow, Store } from '../store/store.ts'
import { finalStateOf, neverBegun, type StepResult, storedOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'

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

/** Ends what is over time, so that whoever looks next sees the truth. */
export async function expireOverdue(store: Store, now: number): Promise<void> {
  await store.sweep(now, (row, steps) => (row.state === 'executing' ? abandoned(row, steps, now) : expired(row, now)))
}

function expired(row: ApprovalRow, now: number): Ending {
  return { to: 'expired', audit: { at: now, kind: 'approval.expired', approvalId: row.id, data: { was: row.state } } }
}

/** Its process died, and nobody came to look: what was begun and has no outcome stays unknown. */
function abandoned(row: ApprovalRow, rows: readonly StepRow[], now: number): Ending {
  const plan = JSON.parse(row.plan) as Plan
  const steps = plan.steps.map((step, index): StepResult => {
    const begun = rows.find((candidate) => candidate.step === index)
    if (begun === undefined) return neverBegun(step.subject)
    return begun.outcome === undefined
      ? { result: 'unknown', subject: step.subject }
      : (JSON.parse(begun.outcome) as StepResult)
  })
  const outcome = storedOutcome(plan, steps)
  const [to, results] = [finalStateOf(steps), steps.map((step) => step.result)]
  const data = { state: to, results }
  const audit = { at: now, kind: 'execution.abandoned', approvalId: row.id, data }
  return { to, outcome: JSON.stringify(outcome), audit }
}
