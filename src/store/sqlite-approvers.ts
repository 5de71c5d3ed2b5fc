import { appendAudit } from './sqlite-audit.ts'
import { insertCredential, isUsable, noteUse } from './sqlite-credentials.ts'
import type { Database } from './sqlite-database.ts'
import { toApprover, toCredential } from './rows.ts'
import type { Enrolment } from './approver-rows.ts'
import type { Store } from './store.ts'

type ApproverStore = Pick<
  Store,
  | 'approvers'
  | 'addApprover'
  | 'addCredential'
  | 'removeCredential'
  | 'removeApprover'
  | 'useCredential'
  | 'acceptPolicy'
  | 'isPolicyAccepted'
>

/** Who may approve, by which credentials, and which policy file they accepted. */
export function approversOf(db: Database): ApproverStore {
  const credentialsOf = (name: string) =>
    db.all('SELECT * FROM credentials WHERE approver = ? ORDER BY created_at, id', name).map(toCredential)

  /** The first needs nobody; everybody later somebody who is enrolled at this very moment. */
  const isVouchedFor = ({ vouchedBy }: Enrolment): boolean => {
    if (db.get('SELECT 1 FROM approvers') === undefined) return true
    return vouchedBy !== undefined && db.get('SELECT 1 FROM approvers WHERE name = ?', vouchedBy) !== undefined
  }

  return {
    async approvers() {
      return db
        .all('SELECT * FROM approvers ORDER BY created_at, name')
        .map((row) => toApprover(row, credentialsOf(row['name'] as string)))
    },
    async addApprover(row, audit) {
      return db.transaction(() => {
        if (!isVouchedFor(row)) return false
        if (row.credentialId !== undefined && isKnown(db, row.credentialId)) return false
        const added = db.run(
          'INSERT OR IGNORE INTO approvers (name, email, created_at, vouched_by) VALUES (?, ?, ?, ?)',
          row.name,
          row.email,
          row.createdAt,
          row.vouchedBy ?? null,
        )
        if (added !== 1) return false
        insertCredential(db, row)
        appendAudit(db, audit)
        return true
      })
    },
    async addCredential(row, audit) {
      return db.transaction(() => {
        if (!isVouchedFor(row)) return false
        if (db.get('SELECT 1 FROM approvers WHERE name = ? AND email = ?', row.name, row.email) === undefined)
          return false
        if (!insertCredential(db, row)) return false
        appendAudit(db, audit)
        return true
      })
    },
    async removeCredential(approver, id, audit) {
      return db.transaction(() => {
        const all = db.get('SELECT count(*) AS count FROM credentials')?.['count'] as number
        if (all < 2) return false
        const removed = db.run('DELETE FROM credentials WHERE id = ? AND approver = ?', id, approver)
        if (removed !== 1) return false
        if (credentialsOf(approver).length === 0) db.run('DELETE FROM approvers WHERE name = ?', approver)
        appendAudit(db, audit)
        return true
      })
    },
    async removeApprover(name, audit) {
      return db.transaction(() => {
        const removed = db.run('DELETE FROM approvers WHERE name = ?', name)
        if (removed === 1) appendAudit(db, audit)
        return removed === 1
      })
    },
    async useCredential(use) {
      return db.transaction(() => {
        if (!isUsable(db, use)) return false
        noteUse(db, use)
        return true
      })
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

function isKnown(db: Database, credentialId: string): boolean {
  return db.get('SELECT 1 FROM credentials WHERE id = ?', credentialId) !== undefined
}
