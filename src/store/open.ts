import { join } from 'node:path'
import { AppError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Secret } from '../lib/secret.ts'
import type { Store } from './store.ts'

interface StoreOptions {
  /** The folder of the embedded store's file. */
  home: string
  /** Where it is PostgreSQL instead. */
  databaseUrl: Secret | undefined
  log: Log
}

/** Throws NOT_CONFIGURED where the store cannot be opened. */
export async function openStore({ home, databaseUrl, log }: StoreOptions): Promise<Store> {
  if (databaseUrl !== undefined) {
    const { openPostgresStore } = await import('./postgres.ts')
    return openPostgresStore({ url: databaseUrl, log })
  }
  const { createSqliteStore } = await import('./sqlite.ts')
  try {
    return createSqliteStore(join(home, 'approvals.db'))
  } catch (error) {
    throw new AppError(
      'NOT_CONFIGURED',
      `PINGONE_MFA_HOME: the approval store cannot be opened (${messageOf(error)}).`,
      { next: 'Set PINGONE_MFA_HOME to a folder that this program may write to.', cause: error },
    )
  }
}
