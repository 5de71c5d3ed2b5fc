import { randomBytes } from 'node:crypto'
import { asciiLowerCase } from '../lib/text.ts'
import type { CredentialUse, Enrolment } from './approver-rows.ts'
import type { Statements } from './postgres-database.ts'

/** What two spellings of one name have in common. */
export function keyOf(name: string): string {
  return asciiLowerCase(name)
}

/** False where the credential is not this approver's any more, or its counter went back: a copy of it is at work. */
export async function isUsable(own: Statements, { id, approver, counter }: CredentialUse): Promise<boolean> {
  const row = await own.get(
    'SELECT counter FROM credentials WHERE id = $1 AND approver = $2 FOR UPDATE',
    id,
    keyOf(approver),
  )
  if (row === undefined) return false
  const last = row['counter'] as number
  // WebAuthn §6.1.1: an authenticator without a counter always says 0.
  return counter === undefined || (counter === 0 && last === 0) || counter > last
}

export async function noteUse(own: Statements, { id, at, counter }: CredentialUse): Promise<void> {
  await own.run(
    'UPDATE credentials SET last_used_at = $1, counter = coalesce($2, counter) WHERE id = $3',
    at,
    counter ?? null,
    id,
  )
}

/** False where a credential with this id is there already. */
export async function insertCredential(own: Statements, row: Enrolment): Promise<boolean> {
  const added = await own.run(
    `INSERT INTO credentials (id, approver, kind, name, verifier, counter, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    row.credentialId ?? `phrase-${randomBytes(8).toString('hex')}`,
    keyOf(row.name),
    row.kind,
    row.credentialName ?? row.kind,
    row.credential,
    row.counter ?? 0,
    row.createdAt,
  )
  return added === 1
}
