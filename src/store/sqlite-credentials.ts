import type { Database } from './sqlite-database.ts'
import type { CredentialUse, Enrolment } from './approver-rows.ts'

/** False where the credential is not this approver's any more, or its counter went back: a copy of it is at work. */
export function isUsable(db: Database, { id, approver, counter }: CredentialUse): boolean {
  const row = db.get('SELECT counter FROM credentials WHERE id = ? AND approver = ?', id, approver)
  if (row === undefined) return false
  const last = row['counter'] as number
  // WebAuthn §6.1.1: an authenticator without a counter always says 0.
  return counter === undefined || (counter === 0 && last === 0) || counter > last
}

export function noteUse(db: Database, { id, at, counter }: CredentialUse): void {
  db.run(
    'UPDATE credentials SET last_used_at = ?, counter = coalesce(?, counter) WHERE id = ?',
    at,
    counter ?? null,
    id,
  )
}

/** False where a credential with this id is there already. */
export function insertCredential(db: Database, row: Enrolment): boolean {
  const added = db.run(
    `INSERT OR IGNORE INTO credentials (id, approver, kind, name, verifier, counter, created_at)
     VALUES (coalesce(?, 'phrase-' || lower(hex(randomblob(8)))), ?, ?, ?, ?, ?, ?)`,
    row.credentialId ?? null,
    row.name,
    row.kind,
    row.credentialName ?? row.kind,
    row.credential,
    row.counter ?? 0,
    row.createdAt,
  )
  return added === 1
}
