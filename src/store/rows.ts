import type { ApprovalState } from './approval-state.ts'
import type { ApproverRow, CredentialKind, CredentialRow, Ticket } from './approver-rows.ts'
import type { ApprovalRow, AuditEntry, Claim, Cover, Decision, StepRow } from './store.ts'

/** What a database gives back, as the rows of the store. Both schemas are typed, so that the types hold. */
type Columns = Record<string, unknown>

/** The fields that are there: NULL is an absent field. */
function present<T extends Record<string, unknown>>(fields: T): { [K in keyof T]: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: NonNullable<T[K]> }
}

export function toApproval(row: Columns): ApprovalRow {
  return present({
    id: row['id'] as string,
    tenant: row['tenant'] as string,
    caller: row['caller'] as string,
    action: row['action'] as string,
    targetUserId: row['target_user_id'] as string,
    targetEmail: row['target_email'] as string,
    state: row['state'] as ApprovalState,
    plan: row['plan'] as string,
    digest: row['digest'] as string,
    requestKey: row['request_key'] as string,
    createdAt: row['created_at'] as number,
    expiresAt: row['expires_at'] as number,
    decision: typeof row['decision'] === 'string' ? (JSON.parse(row['decision']) as Decision) : undefined,
    failedAttempts: row['failed_attempts'] as number,
    leaseId: row['lease_id'] as string | undefined,
    leaseUntil: row['lease_until'] as number | undefined,
    startedAt: row['started_at'] as number | undefined,
    finishedAt: row['finished_at'] as number | undefined,
    outcome: row['outcome'] as string | undefined,
    note: row['note'] as string | undefined,
  }) as ApprovalRow
}

export function toClaim(row: Columns): Claim {
  return present({
    tokenHash: row['token_hash'] as string,
    approvalId: row['approval_id'] as string,
    createdAt: row['created_at'] as number,
    codeKey: row['code_key'] as string,
    letter: row['letter'] as string | undefined,
  }) as Claim
}

export function toStep(row: Columns): StepRow {
  return present({
    approvalId: row['approval_id'] as string,
    step: row['step'] as number,
    intentAt: row['intent_at'] as number,
    outcomeAt: row['outcome_at'] as number | undefined,
    outcome: row['outcome'] as string | undefined,
  }) as StepRow
}

export function toApprover(row: Columns, credentials: CredentialRow[]): ApproverRow {
  return present({
    name: row['name'] as string,
    email: row['email'] as string,
    createdAt: row['created_at'] as number,
    vouchedBy: row['vouched_by'] as string | undefined,
    credentials,
  }) as ApproverRow
}

export function toCredential(row: Columns): CredentialRow {
  return present({
    id: row['id'] as string,
    kind: row['kind'] as CredentialKind,
    name: row['name'] as string,
    verifier: row['verifier'] as string,
    counter: row['counter'] as number,
    createdAt: row['created_at'] as number,
    lastUsedAt: row['last_used_at'] as number | undefined,
  }) as CredentialRow
}

export function toTicket(row: Columns): Ticket {
  return {
    hash: row['hash'] as string,
    kind: row['kind'] as Ticket['kind'],
    subject: row['subject'] as string,
    data: row['data'] as string,
    expiresAt: row['expires_at'] as number,
  }
}

export function toCover(row: Columns): Cover {
  return {
    id: row['id'] as string,
    tenant: row['tenant'] as string,
    caller: row['caller'] as string,
    userId: row['user_id'] as string,
    deviceId: row['device_id'] as string,
    approvalId: row['approval_id'] as string,
    expiresAt: row['expires_at'] as number,
  }
}

export function toAuditEntry(row: Columns): AuditEntry {
  return {
    seq: row['seq'] as number,
    at: row['at'] as number,
    kind: row['kind'] as string,
    approvalId: (row['approval_id'] as string | null) ?? undefined,
    data: row['data'] as string,
    prev: row['prev'] as string,
    hash: row['hash'] as string,
  }
}
