import { chainEntry } from './audit-chain.ts'
import type { Database } from './sqlite-database.ts'
import type { AuditEvent } from './store.ts'

/** Chains one entry; inside a transaction, so that no other process can follow the same entry. */
export function appendAudit(db: Database, event: AuditEvent): void {
  const last = db.get('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1') as
    | { seq: number; hash: string }
    | undefined
  const entry = chainEntry(event, last)
  db.run(
    'INSERT INTO audit (seq, at, kind, approval_id, data, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    entry.seq,
    entry.at,
    entry.kind,
    entry.approvalId ?? null,
    entry.data,
    entry.prev,
    entry.hash,
  )
}
