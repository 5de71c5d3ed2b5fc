import type { Log } from '../lib/log.ts'
import type { Secret } from '../lib/secret.ts'
import { approversOf } from './postgres-approvers.ts'
import { appendAudit } from './postgres-audit.ts'
import { coversOf } from './postgres-covers.ts'
import { openPool, type PostgresDatabase } from './postgres-database.ts'
import { CHANNEL } from './postgres-notify.ts'
import { openingOf } from './postgres-opening.ts'
import { pruningOf } from './postgres-prune.ts'
import { readsOf } from './postgres-reads.ts'
import { migrate } from './postgres-schema.ts'
import { stepsOf } from './postgres-steps.ts'
import { ticketsOf } from './postgres-tickets.ts'
import { transitionsOf } from './postgres-transitions.ts'
import type { Store } from './store.ts'
import { createWatchers } from './watchers.ts'

const PING_LIMIT_MS = 2_000

/**
 * The shared store: any number of processes on any number of machines. Throws NOT_CONFIGURED where the database cannot be
 * used as it is configured, INTERNAL_ERROR where it cannot be reached at the moment.
 */
export async function openPostgresStore({ url, log }: { url: Secret; log: Log }): Promise<Store> {
  const db = openPool(url, log)
  try {
    await migrate(db)
  } catch (error) {
    await db.close().catch(() => undefined)
    throw error
  }
  const watchers = createWatchers(listenOnce(db))
  return {
    ...openingOf(db),
    ...transitionsOf(db),
    ...stepsOf(db),
    ...approversOf(db),
    ...coversOf(db),
    ...ticketsOf(db),
    ...readsOf(db),
    ...pruningOf(db),
    audit: (event) => db.transaction((own) => appendAudit(own, event)),
    watch: watchers.watch,
    ping: () => db.ping(PING_LIMIT_MS),
    close() {
      watchers.close()
      return db.close()
    },
  }
}

/** One connection listens for all watchers, from the first on until the store is closed. */
function listenOnce(db: PostgresDatabase): (tell: (approvalId: string | undefined) => void) => () => void {
  let isListening = false
  return (tell) => {
    if (!isListening) db.listen(CHANNEL, tell)
    isListening = true
    return () => undefined
  }
}
