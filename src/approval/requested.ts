import type { ApprovalRow, AuditEvent } from '../store/store.ts'
import type { Caller } from './caller.ts'
import type { PlanDraft } from './plan.ts'

/** What the audit log keeps of a request: masked, and without its secrets. */
export function requestedEvent(row: ApprovalRow, draft: PlanDraft, caller: Caller): AuditEvent {
  return {
    at: row.createdAt,
    kind: 'approval.requested',
    approvalId: row.id,
    data: {
      action: draft.action,
      ...(draft.endpoint === undefined ? {} : { endpoint: draft.endpoint.id }),
      ...(draft.target === undefined ? {} : { user: draft.target.id, email: draft.target.email }),
      summary: draft.summary,
      effects: draft.effects,
      digest: row.digest,
      caller: caller.id,
      requester: caller.description,
      environment: draft.environment.id,
      ...(draft.reason === undefined ? {} : { reason: draft.reason }),
    },
  }
}
