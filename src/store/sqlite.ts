import type { ApprovalState } from './approval-state.ts'
import { approvalWrites } from './sqlite-approvals.ts'
import { approversOf } from './sqlite-approvers.ts'
import { appendAudit } from './sqlite-audit.ts'
import { coversOf } from './sqlite-covers.ts'
import { type Database, openDatabase } from './sqlite-database.ts'
import { pagesOf } from './sqlite-pages.ts'
import { pruningOf } from './sqlite-prune.ts'
import { toApproval, toAuditEntry, toClaim } from './rows.ts'
import { stepsOf } from './sqlite-steps.ts'
import { ticketsOf } from './sqlite-tickets.ts'
import type { Store } from './store.ts'
import { createWatchers } from './watchers.ts'

/** How often the file is looked at while somebody watches. */
const LOOK_MS = 100

/** Tells of each change without saying of which approval: SQLite says only that something was written. */
function watchFile(db: Database, tell: (approvalId: undefined) => void): () => void {
  let last = db.version()
  const timer = setInterval(() => {
    const now = db.version()
    if (now === last) return
    last = now
    tell(undefined)
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** The embedded store: one SQLite file that any number of processes may share. */
export function createSqliteStore(path: string): Store {
  const db = openDatabase(path)
  const watchers = createWatchers((tell) => watchFile(db, tell))
  return {
    ...approvalWrites(db),
    ...stepsOf(db),
    ...approversOf(db),
    ...coversOf(db),
    ...ticketsOf(db),
    ...pagesOf(db),
    ...pruningOf(db),

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
    watch: watchers.watch,
    async ping() {
      db.get('SELECT 1')
    },
    async census() {
      return db
        .all('SELECT state, count(*) AS count, min(created_at) AS oldest FROM approvals GROUP BY state ORDER BY state')
        .map((row) => ({
          state: row['state'] as ApprovalState,
          count: row['count'] as number,
          oldestCreatedAt: row['oldest'] as number,
        }))
    },
    async close() {
      watchers.close()
      db.close()
    },
  }
}
