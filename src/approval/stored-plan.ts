import type { ApprovalRow } from '../store/store.ts'
import type { Plan } from './plan.ts'

/** The plan of a row. Only this program writes plans, so their shape is trusted; their digest is checked where it counts. */
export function parsePlan(row: ApprovalRow): Plan {
  return JSON.parse(row.plan) as Plan
}
