import type { Database } from './sqlite-database.ts'
import { toApproval, toAuditEntry } from './rows.ts'
import type { Store } from './store.ts'

// The inner query is answered from the index alone, so that a late page does not read every plan before it.
const PENDING = "state = 'pending'"
const HISTORY = "state <> 'pending'"
const pageOf = (which: string) =>
  `SELECT * FROM approvals WHERE id IN (SELECT id FROM approvals INDEXED BY approvals_by_time WHERE ${which}
     ORDER BY created_at DESC, id LIMIT ? OFFSET ?) ORDER BY created_at DESC, id`

/** Lists, a page at a time. */
export function pagesOf(db: Database): Pick<Store, 'approvalPage' | 'auditPage'> {
  const count = (sql: string) => db.get(sql)?.['count'] as number
  return {
    async approvalPage({ which, offset, limit }) {
      const wanted = which === 'pending' ? PENDING : HISTORY
      return {
        rows: db.all(pageOf(wanted), limit, offset).map(toApproval),
        total: count(`SELECT count(*) AS count FROM approvals WHERE ${wanted}`),
      }
    },
    async auditPage({ offset, limit }) {
      const total = count('SELECT count(*) AS count FROM audit')
      const rows = db.all('SELECT * FROM audit ORDER BY seq DESC LIMIT ? OFFSET ?', limit, offset).map(toAuditEntry)
      return { rows, total }
    },
  }
}
