import { appendAudit } from './postgres-audit.ts'
import type { PostgresDatabase, Statements } from './postgres-database.ts'
import { lockFor } from './postgres-locks.ts'
import { tellOthers } from './postgres-notify.ts'
import { toApproval } from './rows.ts'
import type { ApprovalRow, Claim, OpenRequest, OpenResult, Store } from './store.ts'

/** Asking: counted and inserted under one lock for each caller and user, so that no limit is passed by being quick. */
export function openingOf(db: PostgresDatabase): Pick<Store, 'openApproval' | 'insertApproved'> {
  return {
    openApproval: (request) => db.transaction((own) => openNow(own, request)),
    insertApproved: (row, maskedPlan, audit) =>
      db.transaction(async (own) => {
        await insertApproval(own, row, maskedPlan, undefined)
        await appendAudit(own, audit)
        await tellOthers(own, row.id)
      }),
  }
}

async function openNow(own: Statements, request: OpenRequest): Promise<OpenResult> {
  const { row, claim } = request
  await lockFor(own, 'open', row.tenant, row.caller, row.targetUserId)
  // First, since it waits for whoever decides on it at this moment: if that is a denial, it is to be seen here.
  const same = request.shareKey === undefined ? undefined : await findSame(own, row, request.shareKey)
  const denied = await own.get(
    `SELECT * FROM approvals WHERE tenant = $1 AND caller = $2 AND request_key = $3 AND state = 'denied' AND decided_at > $4
     ORDER BY decided_at DESC LIMIT 1`,
    row.tenant,
    row.caller,
    row.requestKey,
    request.deniedSince,
  )
  if (denied !== undefined) return { kind: 'denied', row: toApproval(denied) }

  if (same !== undefined) {
    await insertClaim(own, { ...claim, approvalId: same.id })
    await appendAudit(own, { ...request.audit, kind: 'approval.asked_again', approvalId: same.id })
    return { kind: 'shared', row: same }
  }

  const counted = await own.get(
    `SELECT count(*) AS count FROM approvals
     WHERE tenant = $1 AND caller = $2 AND target_user_id = $3 AND state = 'pending' AND expires_at > $4`,
    row.tenant,
    row.caller,
    row.targetUserId,
    row.createdAt,
  )
  const pending = counted?.['count'] as number
  if (pending >= request.pendingPerUser) return { kind: 'too_many', pending }

  await insertApproval(own, row, request.maskedPlan, request.shareKey)
  await insertClaim(own, claim)
  await appendAudit(own, request.audit)
  await tellOthers(own, row.id)
  return { kind: 'opened' }
}

/** Locked, so that nobody decides on it before the claim is there: a code is sealed to every claim. */
async function findSame(own: Statements, row: ApprovalRow, shareKey: string): Promise<ApprovalRow | undefined> {
  const same = await own.get(
    `SELECT * FROM approvals WHERE tenant = $1 AND caller = $2 AND share_key = $3 AND state = 'pending' AND expires_at > $4
     FOR UPDATE`,
    row.tenant,
    row.caller,
    shareKey,
    row.createdAt,
  )
  return same === undefined ? undefined : toApproval(same)
}

async function insertApproval(
  own: Statements,
  row: ApprovalRow,
  maskedPlan: string,
  shareKey: string | undefined,
): Promise<void> {
  await own.run(
    `INSERT INTO approvals (id, tenant, caller, action, target_user_id, target_email, state, plan, masked_plan, digest,
       request_key, share_key, created_at, expires_at, decision, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    row.id,
    row.tenant,
    row.caller,
    row.action,
    row.targetUserId,
    row.targetEmail,
    row.state,
    row.plan,
    maskedPlan,
    row.digest,
    row.requestKey,
    shareKey ?? null,
    row.createdAt,
    row.expiresAt,
    row.decision === undefined ? null : JSON.stringify(row.decision),
    row.decision?.at ?? null,
  )
}

async function insertClaim(own: Statements, claim: Claim): Promise<void> {
  await own.run(
    'INSERT INTO claims (token_hash, approval_id, created_at, code_key) VALUES ($1, $2, $3, $4)',
    claim.tokenHash,
    claim.approvalId,
    claim.createdAt,
    claim.codeKey,
  )
}
