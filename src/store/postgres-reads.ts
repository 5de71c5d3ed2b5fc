import type { ApprovalState } from './approval-state.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { toApproval, toAuditEntry, toClaim } from './rows.ts'
import type { Store } from './store.ts'

type Reads = Pick<
  Store,
  | 'approvalByClaim'
  | 'approvalById'
  | 'approvals'
  | 'claimsOf'
  | 'approvalPage'
  | 'auditPage'
  | 'auditEntries'
  | 'pepper'
  | 'census'
>

/** Looking: nothing here changes anything. */
export function readsOf(db: PostgresDatabase): Reads {
  return {
    async approvalByClaim(tokenHash) {
      // One question, since everybody who waits asks it again and again.
      const row = await db.get(
        `SELECT a.*, c.token_hash, c.approval_id, c.created_at AS claimed_at, c.code_key, c.letter
         FROM claims c JOIN approvals a ON a.id = c.approval_id WHERE c.token_hash = $1`,
        tokenHash,
      )
      if (row === undefined) return undefined
      return { row: toApproval(row), claim: toClaim({ ...row, created_at: row['claimed_at'] }) }
    },
    async approvalById(id) {
      const row = await db.get('SELECT * FROM approvals WHERE id = $1', id)
      return row === undefined ? undefined : toApproval(row)
    },
    async approvals({ states = [], tenant, limit = 1000 } = {}) {
      const rows = await db.all(
        `SELECT * FROM approvals WHERE ($1::text = '[]' OR state IN (SELECT jsonb_array_elements_text($1::text::jsonb)))
           AND ($2::text IS NULL OR tenant = $2) ORDER BY created_at DESC, id LIMIT $3`,
        JSON.stringify(states),
        tenant ?? null,
        limit,
      )
      return rows.map(toApproval)
    },
    async claimsOf(approvalId) {
      return (await db.all('SELECT * FROM claims WHERE approval_id = $1', approvalId)).map(toClaim)
    },
    async approvalPage({ which, offset, limit }) {
      const wanted = which === 'pending' ? "state = 'pending'" : "state <> 'pending'"
      const [rows, counted] = await Promise.all([
        db.all(
          `SELECT * FROM approvals WHERE ${wanted} ORDER BY created_at DESC, id LIMIT $1 OFFSET $2`,
          limit,
          offset,
        ),
        db.get(`SELECT count(*) AS count FROM approvals WHERE ${wanted}`),
      ])
      return { rows: rows.map(toApproval), total: counted?.['count'] as number }
    },
    async auditPage({ offset, limit }) {
      const [rows, head] = await Promise.all([
        db.all('SELECT * FROM audit ORDER BY seq DESC LIMIT $1 OFFSET $2', limit, offset),
        db.get('SELECT seq FROM audit_head'),
      ])
      return { rows: rows.map(toAuditEntry), total: head?.['seq'] as number }
    },
    async auditEntries({ since = 0, afterSeq = 0, limit = 1_000_000 } = {}) {
      const rows = await db.all(
        'SELECT * FROM audit WHERE at >= $1 AND seq > $2 ORDER BY seq LIMIT $3',
        since,
        afterSeq,
        limit,
      )
      return rows.map(toAuditEntry)
    },
    async pepper() {
      return (await db.get("SELECT value FROM meta WHERE key = 'pepper'"))?.['value'] as string
    },
    async census() {
      const rows = await db.all(
        'SELECT state, count(*) AS count, min(created_at) AS oldest FROM approvals GROUP BY state ORDER BY state',
      )
      return rows.map((row) => ({
        state: row['state'] as ApprovalState,
        count: row['count'] as number,
        oldestCreatedAt: row['oldest'] as number,
      }))
    },
  }
}
