import { appendAudit } from './postgres-audit.ts'
import type { PostgresDatabase, Statements } from './postgres-database.ts'
import { toStep } from './rows.ts'
import type { Store } from './store.ts'

/** The steps of a run. A write counts only while its lease holds: the approval's row is locked while it is looked at. */
export function stepsOf(db: PostgresDatabase): Pick<Store, 'steps' | 'beginStep' | 'endStep' | 'wasFactorRemoved'> {
  const holdsLease = async (own: Statements, approvalId: string, leaseId: string): Promise<boolean> => {
    const held = await own.get(
      "SELECT 1 FROM approvals WHERE id = $1 AND state = 'executing' AND lease_id = $2 FOR UPDATE",
      approvalId,
      leaseId,
    )
    return held !== undefined
  }

  return {
    async steps(approvalId) {
      return (await db.all('SELECT * FROM steps WHERE approval_id = $1 ORDER BY step', approvalId)).map(toStep)
    },
    beginStep: (approvalId, leaseId, step, audit) =>
      db.transaction(async (own) => {
        if (!(await holdsLease(own, approvalId, leaseId))) return false
        const begun = await own.run(
          'INSERT INTO steps (approval_id, step, intent_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          approvalId,
          step,
          audit.at,
        )
        if (begun === 1) await appendAudit(own, audit)
        return begun === 1
      }),
    endStep: ({ approvalId, leaseId, step, outcome, removedFrom, audit }) =>
      db.transaction(async (own) => {
        if (!(await holdsLease(own, approvalId, leaseId))) return false
        const ended = await own.run(
          `INSERT INTO steps (approval_id, step, intent_at, outcome_at, outcome) VALUES ($1, $2, $3, $3, $4)
           ON CONFLICT (approval_id, step) DO UPDATE SET outcome_at = $3, outcome = $4 WHERE steps.outcome IS NULL`,
          approvalId,
          step,
          audit.at,
          outcome,
        )
        if (ended !== 1) return false
        if (removedFrom !== undefined) {
          const { tenant, userId } = removedFrom
          await own.run('INSERT INTO removals (tenant, user_id, at) VALUES ($1, $2, $3)', tenant, userId, audit.at)
        }
        await appendAudit(own, audit)
        return true
      }),
    async wasFactorRemoved(tenant, userId, since) {
      const found = await db.get(
        'SELECT 1 FROM removals WHERE tenant = $1 AND user_id = $2 AND at > $3 LIMIT 1',
        tenant,
        userId,
        since,
      )
      return found !== undefined
    },
  }
}
