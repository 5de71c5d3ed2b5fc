import { RUNNABLE_STATES } from './approval-state.ts'
import { appendAudit } from './postgres-audit.ts'
import { isUsable, noteUse } from './postgres-credentials.ts'
import type { PostgresDatabase, Statements } from './postgres-database.ts'
import { lockFor } from './postgres-locks.ts'
import { tellOthers } from './postgres-notify.ts'
import { createSweep } from './postgres-sweep.ts'
import { toApproval } from './rows.ts'
import type { ApprovalRow, Store, Transition, TransitionResult } from './store.ts'
import { isOverdue } from './transition-rules.ts'

type Transitions = Pick<Store, 'transition' | 'renewLease' | 'takeAttempt' | 'releaseAttempt' | 'sweep'>

/** Deciding, starting and ending: each a compare-and-swap on the approval's locked row. */
export function transitionsOf(db: PostgresDatabase): Transitions {
  const transition = (change: Transition) => db.transaction((own) => applyTransition(own, change))
  return {
    transition,
    async renewLease(id, leaseId, until) {
      return (
        (await db.run('UPDATE approvals SET lease_until = $1 WHERE id = $2 AND lease_id = $3', until, id, leaseId)) ===
        1
      )
    },
    async takeAttempt(id, max) {
      const taken = await db.get(
        `UPDATE approvals SET failed_attempts = failed_attempts + 1
         WHERE id = $1 AND state = 'pending' AND failed_attempts < $2 RETURNING failed_attempts AS count`,
        id,
        max,
      )
      return taken?.['count'] as number | undefined
    },
    async releaseAttempt(id) {
      await db.run('UPDATE approvals SET failed_attempts = failed_attempts - 1 WHERE id = $1', id)
    },
    sweep: createSweep(db, transition),
  }
}

async function applyTransition(own: Statements, change: Transition): Promise<TransitionResult> {
  if (change.executionLimit !== undefined) {
    const caller = (await own.get('SELECT caller FROM approvals WHERE id = $1', change.id))?.['caller']
    if (typeof caller === 'string') await lockFor(own, 'start', caller)
  }
  const found = await own.get('SELECT * FROM approvals WHERE id = $1 FOR UPDATE', change.id)
  const row = found === undefined ? undefined : toApproval(found)
  if (row === undefined || !(await stillHolds(own, row, change))) return 'lost'
  if (await isOverLimit(own, row, change)) return 'limited'

  await update(own, change)
  for (const [tokenHash, letter] of Object.entries(change.letters ?? {})) {
    await own.run('UPDATE claims SET letter = $1 WHERE token_hash = $2', letter, tokenHash)
  }
  if (!RUNNABLE_STATES.includes(change.to)) await mask(own, change)
  if (change.credential !== undefined) await noteUse(own, change.credential)
  await appendAudit(own, change.audit)
  await tellOthers(own, change.id)
  return 'done'
}

async function stillHolds(own: Statements, row: ApprovalRow, change: Transition): Promise<boolean> {
  if (row.state !== change.from) return false
  if (change.leaseId !== undefined && row.leaseId !== change.leaseId) return false
  if (isOverdue(row, change)) return false
  if (change.credential !== undefined && !(await isUsable(own, change.credential))) return false
  if (change.leaseBefore !== undefined && (row.leaseUntil ?? 0) >= change.leaseBefore) return false
  if (change.claims === undefined) return true
  const claims = await own.get('SELECT count(*) AS count FROM claims WHERE approval_id = $1', row.id)
  return claims?.['count'] === change.claims
}

async function isOverLimit(own: Statements, { caller }: ApprovalRow, { executionLimit }: Transition): Promise<boolean> {
  if (executionLimit === undefined) return false
  const { since, max } = executionLimit
  const started = await own.get(
    'SELECT count(*) AS count FROM approvals WHERE caller = $1 AND started_at > $2',
    caller,
    since,
  )
  return (started?.['count'] as number) >= max
}

async function update(own: Statements, { id, to, set = {} }: Transition): Promise<void> {
  await own.run(
    `UPDATE approvals SET state = $1, decision = coalesce($2, decision), decided_at = coalesce($3, decided_at),
       expires_at = coalesce($4, expires_at), lease_id = coalesce($5, lease_id), lease_until = coalesce($6, lease_until),
       started_at = coalesce($7, started_at), finished_at = coalesce($8, finished_at), outcome = coalesce($9, outcome),
       note = coalesce($10, note), share_key = CASE WHEN $1 = 'pending' THEN share_key END
     WHERE id = $11`,
    to,
    set.decision === undefined ? null : JSON.stringify(set.decision),
    set.decision?.at ?? null,
    set.expiresAt ?? null,
    set.leaseId ?? null,
    set.leaseUntil ?? null,
    set.startedAt ?? null,
    set.finishedAt ?? null,
    set.outcome ?? null,
    set.note ?? null,
    id,
  )
}

/** What can no longer run keeps its masked form. Old row versions go with the next vacuum. */
async function mask(own: Statements, { id, to }: Transition): Promise<void> {
  await own.run(
    "UPDATE approvals SET plan = masked_plan, request_key = CASE WHEN $1 = 'denied' THEN request_key ELSE '' END WHERE id = $2",
    to,
    id,
  )
  await own.run('UPDATE claims SET letter = NULL WHERE approval_id = $1', id)
}
