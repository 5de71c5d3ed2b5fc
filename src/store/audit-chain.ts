import { createHash } from 'node:crypto'
import type { AuditEntry, AuditEvent } from './store.ts'

/** What the first entry has as its previous hash. */
export const CHAIN_START = '0'.repeat(64)

/** The entry that follows `last` in the chain. */
export function chainEntry(event: AuditEvent, last: { seq: number; hash: string } | undefined): AuditEntry {
  const unhashed = {
    seq: (last?.seq ?? 0) + 1,
    at: event.at,
    kind: event.kind,
    approvalId: event.approvalId,
    data: JSON.stringify(event.data),
    prev: last?.hash ?? CHAIN_START,
  }
  return { ...unhashed, hash: hashEntry(unhashed) }
}

/** SHA-256 (hex) over the previous hash and every other field, as a JSON array: no two entries share an encoding. */
export function hashEntry(entry: Omit<AuditEntry, 'hash'>): string {
  const fields = [entry.prev, entry.seq, entry.at, entry.kind, entry.approvalId ?? null, entry.data]
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}
