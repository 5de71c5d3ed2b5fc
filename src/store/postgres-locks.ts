import type { Statements } from './postgres-database.ts'

/**
 * Until the transaction ends nobody else holds the same words. Taken before any row is locked, and the audit's head after
 * all of them, so that no two transactions wait for each other.
 */
export async function lockFor(own: Statements, ...words: string[]): Promise<void> {
  await own.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', JSON.stringify(['pingone-mfa', ...words]))
}
