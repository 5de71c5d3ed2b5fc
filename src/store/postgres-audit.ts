import { chainEntry } from './audit-chain.ts'
import type { Statements } from './postgres-database.ts'
import type { AuditEvent } from './store.ts'

/**
 * Chains one entry, as the last thing that a transaction locks: whoever writes next waits for it, so that the chain stays
 * one, without a gap, whichever process writes.
 */
export async function appendAudit(own: Statements, event: AuditEvent): Promise<void> {
  const head = await own.get('SELECT seq, hash FROM audit_head FOR UPDATE')
  const entry = chainEntry(event, { seq: head?.['seq'] as number, hash: head?.['hash'] as string })
  await own.run(
    'INSERT INTO audit (seq, at, kind, approval_id, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    entry.seq,
    entry.at,
    entry.kind,
    entry.approvalId ?? null,
    entry.data,
    entry.prev,
    entry.hash,
  )
  await own.run('UPDATE audit_head SET seq = $1, hash = $2', entry.seq, entry.hash)
}
