import { appendAudit } from './sqlite-audit.ts'
import type { Database } from './sqlite-database.ts'
import { toStep } from './rows.ts'
import type { Store } from './store.ts'

/** The steps of a run. A write counts only while its lease holds. */
export function stepsOf(db: Database): Pick<Store, 'steps' | 'beginStep' | 'endStep' | 'wasFactorRemoved'> {
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
          // Not `?1`: Node 22 does not fill numbered parameters by their place.
          `INSERT INTO steps (approval_id, step, intent_at, outcome_at, outcome) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET outcome_at = excluded.outcome_at, outcome = excluded.outcome WHERE outcome IS NULL`,
          approvalId,
          step,
          audit.at,
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
