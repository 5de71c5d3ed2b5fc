import { RUNNABLE_STATES } from './approval-state.ts'
import { appendAudit } from './sqlite-audit.ts'
import type { Database } from './sqlite-database.ts'
import type { Store } from './store.ts'

/** Forgetting what is finished. The audit log is left as it is. */
export function pruningOf(db: Database): Pick<Store, 'pruneApprovals'> {
  return {
    async pruneApprovals(before, audit) {
      const count = db.transaction(() => {
        const finished = db
          .all(
            `SELECT id FROM approvals WHERE state NOT IN (SELECT value FROM json_each(?))
               AND coalesce(finished_at, decided_at, created_at) < ?`,
            JSON.stringify(RUNNABLE_STATES),
            before,
          )
          .map(({ id }) => id as string)
        for (const id of finished) {
          db.run('DELETE FROM claims WHERE approval_id = ?', id)
          db.run('DELETE FROM steps WHERE approval_id = ?', id)
          db.run('DELETE FROM covers WHERE approval_id = ?', id)
          db.run('DELETE FROM approvals WHERE id = ?', id)
        }
        db.run('DELETE FROM removals WHERE at < ?', before)
        if (finished.length > 0) appendAudit(db, audit(finished.length))
        return finished.length
      })
      db.emptyLog()
      return count
    },
  }
}
