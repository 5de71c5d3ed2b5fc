import { chainEntry } from './audit-chain.ts'
import { openDatabase, type Database } from './sqlite-database.ts'
import { toApproval, toApprover, toAuditEntry, toClaim, toCover, toStep } from './sqlite-rows.ts'
import {
  type ApprovalRow,
  type AuditEvent,
  type Claim,
  type OpenRequest,
  type OpenResult,
  RUNNABLE_STATES,
  type Store,
  type Transition,
  type TransitionResult,
} from './store.ts'

/** A denial is remembered this long: `request_key` is wiped afterwards. */
const DENIAL_MEMORY_MS = 5 * 60_000
/** An execution that nobody asked about for this long after its process died is closed as uncertain. */
const ABANDONED_AFTER_MS = 24 * 60 * 60_000
const COVER_TRIES = 3

/** The embedded store: one SQLite file that any number of processes may share. */
export function createSqliteStore(path: string): Store {
  const db = openDatabase(path)
  const approvals = approvalWrites(db)

  return {
    ...approvals,
    ...stepsOf(db),
    ...approversOf(db),
    ...policiesAndCovers(db),

    async approvalByClaim(tokenHash) {
      const claim = db.get('SELECT * FROM claims WHERE token_hash = ?', tokenHash)
      if (claim === undefined) return undefined
      const row = db.get('SELECT * FROM approvals WHERE id = ?', claim['approval_id'] as string)
      return row === undefined ? undefined : { row: toApproval(row), claim: toClaim(claim) }
    },
    async approvalById(id) {
      const row = db.get('SELECT * FROM approvals WHERE id = ?', id)
      return row === undefined ? undefined : toApproval(row)
    },
    async approvals({ states = [], tenant, limit = 1000 } = {}) {
      const wanted = JSON.stringify(states)
      return db
        .all(
          `SELECT * FROM approvals WHERE (? = '[]' OR state IN (SELECT value FROM json_each(?)))
             AND (? IS NULL OR tenant = ?) ORDER BY created_at DESC, id LIMIT ?`,
          wanted,
          wanted,
          tenant ?? null,
          tenant ?? null,
          limit,
        )
        .map(toApproval)
    },
    async claimsOf(approvalId) {
      return db.all('SELECT * FROM claims WHERE approval_id = ?', approvalId).map(toClaim)
    },

    async audit(event) {
      db.transaction(() => appendAudit(db, event))
    },
    async auditEntries({ since = 0, afterSeq = 0, limit = 1_000_000 } = {}) {
      return db
        .all('SELECT * FROM audit WHERE at >= ? AND seq > ? ORDER BY seq LIMIT ?', since, afterSeq, limit)
        .map(toAuditEntry)
    },

    async pepper() {
      return db.get("SELECT value FROM meta WHERE key = 'pepper'")?.['value'] as string
    },
    async close() {
      db.close()
    },
  }
}

function appendAudit(db: Database, event: AuditEvent): void {
  const last = db.get('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1') as
    | { seq: number; hash: string }
    | undefined
  const entry = chainEntry(event, last)
  db.run(
    'INSERT INTO audit (seq, at, kind, approval_id, data, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    entry.seq,
    entry.at,
    entry.kind,
    entry.approvalId ?? null,
    entry.data,
    entry.prev,
    entry.hash,
  )
}

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
  'openApproval' | 'insertApproved' | 'transition' | 'renewLease' | 'countFailedAttempt' | 'sweep'
>

function approvalWrites(db: Database): ApprovalWrites {
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
    async countFailedAttempt(id, audit) {
      return db.transaction(() => {
        db.run('UPDATE approvals SET failed_attempts = failed_attempts + 1 WHERE id = ?', id)
        appendAudit(db, audit)
        return db.get('SELECT failed_attempts AS count FROM approvals WHERE id = ?', id)?.['count'] as number
      })
    },
    async sweep(now, expired) {
      const overdue = db.all("SELECT * FROM approvals WHERE state IN ('pending', 'approved') AND expires_at <= ?", now)
      for (const row of overdue.map(toApproval)) {
        transitionNow({ id: row.id, from: row.state, to: 'expired', set: { finishedAt: now }, audit: expired(row) })
      }
      const abandoned = db.all(
        "SELECT * FROM approvals WHERE state = 'executing' AND lease_until < ?",
        now - ABANDONED_AFTER_MS,
      )
      for (const row of abandoned.map(toApproval)) {
        transitionNow({ id: row.id, from: 'executing', to: 'uncertain', set: { finishedAt: now }, audit: expired(row) })
      }
      const served = now - DENIAL_MEMORY_MS
      db.run(
        "UPDATE approvals SET request_key = '' WHERE state = 'denied' AND request_key <> '' AND decided_at < ?",
        served,
      )
      return overdue.length + abandoned.length
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
  appendAudit(db, change.audit)
  return 'done'
}

function stillHolds(db: Database, row: ApprovalRow, change: Transition): boolean {
  if (row.state !== change.from) return false
  if (change.leaseId !== undefined && row.leaseId !== change.leaseId) return false
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

function stepsOf(db: Database): Pick<Store, 'steps' | 'beginStep' | 'endStep' | 'wasFactorRemoved'> {
  const holdsLease = (approvalId: string, leaseId: string): boolean =>
    db.get("SELECT 1 FROM approvals WHERE id = ? AND state = 'executing' AND lease_id = ?", approvalId, leaseId) !==
    undefined

  return {
    async steps(approvalId) {
      return db.all('SELECT * FROM steps WHERE approval_id = ? ORDER BY step', approvalId).map(toStep)
    },
    async beginStep(approvalId, leaseId, step, audit) {
      return db.transaction(() => {
        if (!holdsLease(approvalId, leaseId)) return false
        const begun = db.run(
          'INSERT OR IGNORE INTO steps (approval_id, step, intent_at) VALUES (?, ?, ?)',
          approvalId,
          step,
          audit.at,
        )
        if (begun === 1) appendAudit(db, audit)
        return begun === 1
      })
    },
    async endStep({ approvalId, leaseId, step, outcome, removedFrom, audit }) {
      return db.transaction(() => {
        if (!holdsLease(approvalId, leaseId)) return false
        const ended = db.run(
          `INSERT INTO steps (approval_id, step, intent_at, outcome_at, outcome) VALUES (?1, ?2, ?3, ?3, ?4)
           ON CONFLICT DO UPDATE SET outcome_at = ?3, outcome = ?4 WHERE outcome IS NULL`,
          approvalId,
          step,
          audit.at,
          outcome,
        )
        if (ended !== 1) return false
        if (removedFrom !== undefined) {
          db.run(
            'INSERT INTO removals (tenant, user_id, at) VALUES (?, ?, ?)',
            removedFrom.tenant,
            removedFrom.userId,
            audit.at,
          )
        }
        appendAudit(db, audit)
        return true
      })
    },
    async wasFactorRemoved(tenant, userId, since) {
      return (
        db.get('SELECT 1 FROM removals WHERE tenant = ? AND user_id = ? AND at > ?', tenant, userId, since) !==
        undefined
      )
    },
  }
}

function approversOf(db: Database): Pick<Store, 'approvers' | 'addApprover' | 'removeApprover' | 'touchApprover'> {
  return {
    async approvers() {
      return db.all('SELECT * FROM approvers ORDER BY created_at, name').map(toApprover)
    },
    async addApprover(row, audit) {
      return db.transaction(() => {
        const enrolled = db.all('SELECT name FROM approvers').map((approver) => approver['name'] as string)
        const vouched = row.vouchedBy !== undefined && enrolled.includes(row.vouchedBy)
        if (enrolled.length > 0 && !vouched) return false
        const added = db.run(
          'INSERT OR IGNORE INTO approvers (name, email, created_at, vouched_by, credential, kind) VALUES (?, ?, ?, ?, ?, ?)',
          row.name,
          row.email,
          row.createdAt,
          row.vouchedBy ?? null,
          row.credential,
          row.kind,
        )
        if (added === 1) appendAudit(db, audit)
        return added === 1
      })
    },
    async removeApprover(name, audit) {
      return db.transaction(() => {
        const removed = db.run('DELETE FROM approvers WHERE name = ?', name)
        if (removed === 1) appendAudit(db, audit)
        return removed === 1
      })
    },
    async touchApprover(name, at) {
      db.run('UPDATE approvers SET last_used_at = ? WHERE name = ?', at, name)
    },
  }
}

function policiesAndCovers(
  db: Database,
): Pick<Store, 'acceptPolicy' | 'isPolicyAccepted' | 'openCover' | 'takeCover' | 'settleCover'> {
  return {
    async acceptPolicy(hash, audit) {
      db.transaction(() => {
        // Only the latest acceptance stands: an older, looser file that comes back is not accepted any more.
        db.run('DELETE FROM accepted_policies')
        db.run('INSERT INTO accepted_policies (hash, at) VALUES (?, ?)', hash, audit.at)
        appendAudit(db, audit)
      })
    },
    async isPolicyAccepted(hash) {
      return db.get('SELECT 1 FROM accepted_policies WHERE hash = ?', hash) !== undefined
    },
    async openCover(cover) {
      db.run(
        `INSERT INTO covers (id, tenant, caller, user_id, device_id, approval_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        cover.id,
        cover.tenant,
        cover.caller,
        cover.userId,
        cover.deviceId,
        cover.approvalId,
        cover.expiresAt,
      )
    },
    async takeCover({ tenant, caller, userId, deviceId, now }) {
      return db.transaction(() => {
        const row = db.get(
          `SELECT * FROM covers WHERE tenant = ? AND caller = ? AND user_id = ? AND device_id = ? AND ended = 0
             AND tries < ? AND expires_at > ? LIMIT 1`,
          tenant,
          caller,
          userId,
          deviceId,
          COVER_TRIES,
          now,
        )
        if (row === undefined) return undefined
        db.run('UPDATE covers SET tries = tries + 1 WHERE id = ?', row['id'] as string)
        return toCover(row)
      })
    },
    async settleCover(id, how) {
      if (how === 'ended') db.run('UPDATE covers SET ended = 1 WHERE id = ?', id)
      if (how === 'released') db.run('UPDATE covers SET tries = max(0, tries - 1) WHERE id = ?', id)
    },
  }
}
