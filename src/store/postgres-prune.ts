import { RUNNABLE_STATES } from './approval-state.ts'
import { appendAudit } from './postgres-audit.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import type { Store } from './store.ts'

/** So many at once: a statement has a limit of time, and nobody should wait for this one. */
const BATCH = 500
const RUNNABLE = RUNNABLE_STATES.map((state) => `'${state}'`).join(', ')

const DELETE_BATCH = `
  WITH gone AS (
    SELECT id FROM approvals WHERE state NOT IN (${RUNNABLE})
      AND coalesce(finished_at, decided_at, created_at) < $1 ORDER BY id LIMIT ${BATCH} FOR UPDATE
  ),
  without_claims AS (DELETE FROM claims USING gone WHERE approval_id = gone.id),
  without_steps AS (DELETE FROM steps USING gone WHERE approval_id = gone.id),
  without_covers AS (DELETE FROM covers USING gone WHERE approval_id = gone.id)
  DELETE FROM approvals USING gone WHERE approvals.id = gone.id`

/** Forgetting what is finished. The audit log is left as it is. */
export function pruningOf(db: PostgresDatabase): Pick<Store, 'pruneApprovals'> {
  return {
    async pruneApprovals(before, audit) {
      await db.run('DELETE FROM removals WHERE at < $1', before)
      for (let total = 0; ;) {
        const count = await db.transaction(async (own) => {
          const deleted = await own.run(DELETE_BATCH, before)
          if (deleted > 0) await appendAudit(own, audit(deleted))
          return deleted
        })
        total += count
        if (count < BATCH) return total
      }
    },
  }
}
