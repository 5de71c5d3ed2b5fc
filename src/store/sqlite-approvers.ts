import { appendAudit } from './sqlite-audit.ts'
import type { Database } from './sqlite-database.ts'
import { toApprover } from './sqlite-rows.ts'
import type { Store } from './store.ts'

/** Who may approve, and which policy file they accepted. */
export function approversOf(
  db: Database,
): Pick<Store, 'approvers' | 'addApprover' | 'removeApprover' | 'touchApprover' | 'acceptPolicy' | 'isPolicyAccepted'> {
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
  }
}
