import { RUNNABLE_STATES } from './approval-state.ts'
import { appendAudit } from './sqlite-audit.ts'
import { isUsable, noteUse } from './sqlite-credentials.ts'
import type { Database } from './sqlite-database.ts'
import { toApproval, toStep } from './rows.ts'
import type { ApprovalRow, Claim, OpenRequest, OpenResult, Store, Transition, TransitionResult } from './store.ts'
import { ABANDONED_AFTER_MS, DENIAL_MEMORY_MS, endingOf, isOverdue } from './transition-rules.ts'

function insertApproval(db: Database, row: ApprovalRow, maskedPlan: string, shareKey: string | undefined): void {
  db.run(
    `INSERT INTO approvals (id, tenant, caller, action, target_user_id, target_email, state, plan, masked_plan, digest,
       request_key, share_key, created_at, expires_at, decision, decided_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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

function insertClaim(db: Database, claim: Claim): void {
  db.run(
    'INSERT INTO claims (token_hash, approval_id, created_at, code_key) VALUES (?, ?, ?, ?)',
    claim.tokenHash,
    claim.approvalId,
    claim.createdAt,
    claim.codeKey,
  )
}

type ApprovalWrites = Pick<
  Store,
  'openApproval' | 'insertApproved' | 'transition' | 'renewLease' | 'takeAttempt' | 'releaseAttempt' | 'sweep'
>

/** Opening, deciding, starting and ending: every write to an approval. */
export function approvalWrites(db: Database): ApprovalWrites {
  const transitionNow = (change: Transition): TransitionResult => {
    const result = db.transaction(() => applyTransition(db, change))
    if (result === 'done' && !RUNNABLE_STATES.includes(change.to)) db.emptyLog()
    return result
  }

  return {
    async openApproval(request) {
      return db.transaction(() => openNow(db, request))
    },
    async insertApproved(row, maskedPlan, audit) {
      db.transaction(() => {
        insertApproval(db, row, maskedPlan, undefined)
        appendAudit(db, audit)
      })
    },
    async transition(change) {
      return transitionNow(change)
    },
    async renewLease(id, leaseId, until) {
      return db.run('UPDATE approvals SET lease_until = ? WHERE id = ? AND lease_id = ?', until, id, leaseId) === 1
    },
    async takeAttempt(id, max) {
      const taken = db.get(
        `UPDATE approvals SET failed_attempts = failed_attempts + 1
         WHERE id = ? AND state = 'pending' AND failed_attempts < ? RETURNING failed_attempts AS count`,
        id,
        max,
      )
      return taken?.['count'] as number | undefined
    },
    async releaseAttempt(id) {
      db.run('UPDATE approvals SET failed_attempts = failed_attempts - 1 WHERE id = ?', id)
    },
    async sweep(now, ending) {
      const over = [
        ...db.all("SELECT * FROM approvals WHERE state IN ('pending', 'approved') AND expires_at <= ?", now),
        ...db.all("SELECT * FROM approvals WHERE state = 'executing' AND lease_until < ?", now - ABANDONED_AFTER_MS),
      ]
      let count = 0
      for (const row of over.map(toApproval)) {
        const steps = db.all('SELECT * FROM steps WHERE approval_id = ? ORDER BY step', row.id).map(toStep)
        if (transitionNow(endingOf(row, ending(row, steps), now)) === 'done') count += 1
      }
      const served = now - DENIAL_MEMORY_MS
      db.run(
        "UPDATE approvals SET request_key = '' WHERE state = 'denied' AND request_key <> '' AND decided_at < ?",
        served,
      )
      return count
    },
  }
}

function openNow(db: Database, request: OpenRequest): OpenResult {
  const { row, claim } = request
  const denied = db.get(
    `SELECT * FROM approvals WHERE tenant = ? AND caller = ? AND request_key = ? AND state = 'denied' AND decided_at > ?
     ORDER BY decided_at DESC LIMIT 1`,
    row.tenant,
    row.caller,
    row.requestKey,
    request.deniedSince,
  )
  if (denied !== undefined) return { kind: 'denied', row: toApproval(denied) }

  const same =
    request.shareKey === undefined
      ? undefined
      : db.get(
          `SELECT * FROM approvals WHERE tenant = ? AND caller = ? AND share_key = ? AND state = 'pending' AND expires_at > ?`,
          row.tenant,
          row.caller,
          request.shareKey,
          row.createdAt,
        )
  if (same !== undefined) {
    const shared = toApproval(same)
    insertClaim(db, { ...claim, approvalId: shared.id })
    appendAudit(db, { ...request.audit, kind: 'approval.asked_again', approvalId: shared.id })
    return { kind: 'shared', row: shared }
  }

  const pending = db.get(
    `SELECT count(*) AS count FROM approvals
     WHERE tenant = ? AND caller = ? AND target_user_id = ? AND state = 'pending' AND expires_at > ?`,
    row.tenant,
    row.caller,
    row.targetUserId,
    row.createdAt,
  )?.['count'] as number
  if (pending >= request.pendingPerUser) return { kind: 'too_many', pending }

  insertApproval(db, row, request.maskedPlan, request.shareKey)
  insertClaim(db, claim)
  appendAudit(db, request.audit)
  return { kind: 'opened' }
}

function applyTransition(db: Database, change: Transition): TransitionResult {
  const row = db.get('SELECT * FROM approvals WHERE id = ?', change.id)
  if (row === undefined || !stillHolds(db, toApproval(row), change)) return 'lost'
  if (change.executionLimit !== undefined) {
    const { since, max } = change.executionLimit
    const started = db.get(
      'SELECT count(*) AS count FROM approvals WHERE caller = ? AND started_at > ?',
      row['caller'] as string,
      since,
    )?.['count'] as number
    if (started >= max) return 'limited'
  }

  const { set = {} } = change
  db.run(
    `UPDATE approvals SET state = ?, decision = coalesce(?, decision), decided_at = coalesce(?, decided_at),
       expires_at = coalesce(?, expires_at), lease_id = coalesce(?, lease_id), lease_until = coalesce(?, lease_until),
       started_at = coalesce(?, started_at), finished_at = coalesce(?, finished_at), outcome = coalesce(?, outcome),
       note = coalesce(?, note), share_key = CASE WHEN ? = 'pending' THEN share_key END
     WHERE id = ?`,
    change.to,
    set.decision === undefined ? null : JSON.stringify(set.decision),
    set.decision?.at ?? null,
    set.expiresAt ?? null,
    set.leaseId ?? null,
    set.leaseUntil ?? null,
    set.startedAt ?? null,
    set.finishedAt ?? null,
    set.outcome ?? null,
    set.note ?? null,
    change.to,
    change.id,
  )
  for (const [tokenHash, letter] of Object.entries(change.letters ?? {})) {
    db.run('UPDATE claims SET letter = ? WHERE token_hash = ?', letter, tokenHash)
  }
  if (!RUNNABLE_STATES.includes(change.to)) maskNow(db, change)
  if (change.credential !== undefined) noteUse(db, change.credential)
  appendAudit(db, change.audit)
  return 'done'
}

function stillHolds(db: Database, row: ApprovalRow, change: Transition): boolean {
  if (row.state !== change.from) return false
  if (change.leaseId !== undefined && row.leaseId !== change.leaseId) return false
  if (isOverdue(row, change)) return false
  if (change.credential !== undefined && !isUsable(db, change.credential)) return false
  if (change.leaseBefore !== undefined && (row.leaseUntil ?? 0) >= change.leaseBefore) return false
  if (change.claims === undefined) return true
  const claims = db.get('SELECT count(*) AS count FROM claims WHERE approval_id = ?', row.id)?.['count']
  return claims === change.claims
}

function maskNow(db: Database, change: Transition): void {
  db.run(
    "UPDATE approvals SET plan = masked_plan, request_key = CASE WHEN ? = 'denied' THEN request_key ELSE '' END WHERE id = ?",
    change.to,
    change.id,
  )
  db.run('UPDATE claims SET letter = NULL WHERE approval_id = ?', change.id)
}
