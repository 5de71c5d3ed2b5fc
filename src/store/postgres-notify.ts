import type { Statements } from './postgres-database.ts'

/** The channel on which every process hears of changes. */
export const CHANNEL = 'pingone_mfa'

/** Told to everybody who listens, once the transaction is committed. */
export async function tellOthers(own: Statements, approvalId: string): Promise<void> {
  await own.run('SELECT pg_notify($1, $2)', CHANNEL, approvalId)
}
