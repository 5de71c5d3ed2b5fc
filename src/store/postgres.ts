import { messageOf } from '../lib/errors.ts'
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

const PING_LIMIT_MS = 2_000

/**
 * The shared store: any number of processes on any number of machines. Throws NOT_CONFIGURED where the database cannot be
 * used as it is configured, INTERNAL_ERROR where it cannot be reached at the moment.
 */
export async function openPostgresStore({ url, log }: { url: Secret; log: Log }): Promise<Store> {
  const db = openPool(url)
  try {
    await migrate(db)
  } catch (error) {
    await db.close().catch(() => undefined)
    throw error
  }
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
    watch: watcherOf(db, log),
    ping: () => db.ping(PING_LIMIT_MS),
    close: () => db.close(),
  }
}

/** One connection listens for all watchers, from the first on. */
function watcherOf(db: PostgresDatabase, log: Log): Store['watch'] {
  const watchers = new Set<(approvalId: string | undefined) => void>()
  let listening: Promise<unknown> | undefined
  const tell = (approvalId: string | undefined) => {
    for (const watcher of watchers) watcher(approvalId)
  }
  return (onChange) => {
    watchers.add(onChange)
    listening ??= db
      .listen(CHANNEL, tell, () => tell(undefined))
      .catch((error: unknown) => {
        // The next watcher tries again; whoever waits looks by itself now and then.
        listening = undefined
        log.warn('store.not_listening', { error: messageOf(error) })
      })
    return () => void watchers.delete(onChange)
  }
}
