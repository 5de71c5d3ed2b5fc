import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Secret } from '../lib/secret.ts'
import type { Store } from './store.ts'

/** Throws NOT_CONFIGURED where the database cannot be reached or used. */
export function openPostgresStore(_options: { url: Secret; clock: Clock; log: Log }): Promise<Store> {
  throw new Error('not built')
}
