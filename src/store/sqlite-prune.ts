import { RUNNABLE_STATES } from './approval-state.ts'
import { appendAudit } from './sqlite-audit.ts'
import type { Database } from './sqlite-database.ts'
import type { AuditEvent, Store } from './store.ts'

/** So many at once: others wait for the write lock meanwhile. */
const BATCH = 500

/** Forgetting what is finished. The audit log is left as it is. */
export function pruningOf(db: Database): Pick<Store, 'pruneApprovals'> {
  return {
    async pruneApprovals(before, audit) {
      db.run('DELETE FROM removals WHERE at < ?', before)
      let total = 0
      for (;;) {
        const count = db.transaction(() => deleteBatch(db, before, audit))
        total += count
        if (count < BATCH) break
      }
      db.emptyLog()
      return total
    },
  }
}

function deleteBatch(db: Database, before: number, audit: (count: number) => AuditEvent): number {
  const finished = db.all(
    `SELECT id FROM approvals WHERE state NOT IN (SELECT value FROM json_each(?))
       AND coalesce(finished_at, decided_at, created_at) < ? LIMIT ?`,
    JSON.stringify(RUNNABLE_STATES),
    before,
    BATCH,
  )
  for (const row of finished) {
    const id = row['id'] as string
    db.run('DELETE FROM claims WHERE approval_id = ?', id)
    db.run('DELETE FROM steps WHERE approval_id = ?', id)
    db.run('DELETE FROM covers WHERE approval_id = ?', id)
    db.run('DELETE FROM approvals WHERE id = ?', id)
  }
  if (finished.length > 0) appendAudit(db, audit(finished.length))
  return finished.length
}
