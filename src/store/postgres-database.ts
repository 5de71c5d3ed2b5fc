import type { Secret } from '../lib/secret.ts'
import { parseAddress } from './postgres-address.ts'
import type { Log } from '../lib/log.ts'
import { type Answer, connectTo, type Row, type SqlValue } from './postgres-connection.ts'
import { isGone, storeError } from './postgres-errors.ts'
import { createListening, type Listening } from './postgres-listening.ts'
import { createPool } from './postgres-pool.ts'

/** What runs statements: a connection of the pool, or the one that a transaction holds. Placeholders are `$1`, `$2`. */
export interface Statements {
  get(sql: string, ...values: SqlValue[]): Promise<Row | undefined>
  all(sql: string, ...values: SqlValue[]): Promise<Row[]>
  /** Answers how many rows changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>
}

/** A pool of connections to one database. What PostgreSQL answers with when it is away is an AppError. */
export interface PostgresDatabase extends Statements, Pick<Listening, 'listen'> {
  /**
   * READ COMMITTED: after a lock was taken, what is read is what others have committed by then. `body` may run more than
   * once: what was certainly not committed because the database went away is tried again for a moment.
   */
  transaction<T>(body: (statements: Statements) => Promise<T>): Promise<T>
  /** Rejects where there is no answer in time. */
  ping(limitMs: number): Promise<void>
  close(): Promise<void>
}

/** Longer than the database's own limits: one that is cut off ends nothing by itself. */
const ANSWER_LIMIT_MS = 10_000
/** So long a database that is being started anew goes unnoticed. */
const AGAIN_FOR_MS = 2500
const AGAIN_AFTER_MS = 100

/** Throws NOT_CONFIGURED for a URL that cannot be understood. */
export function openPool(url: Secret, log: Log): PostgresDatabase {
  const address = parseAddress(url)
  const pool = createPool(() => connectTo(address))
  const listening = createListening(address, log)

  const alone: Query = async (text, values) => {
    const ask = () => pool.use((connection) => connection.query(text, values), ANSWER_LIMIT_MS)
    // A write of its own is not sent again: it may have been carried out.
    const isRead = text.startsWith('SELECT')
    try {
      return await (isRead ? again(ask) : ask())
    } catch (error) {
      throw storeError(error, isRead ? 'read' : 'sent')
    }
  }

  return {
    ...statementsOf(alone),
    async transaction(body) {
      let isCommitting = false
      const attempt = () =>
        pool.use(async (connection) => {
          await connection.query('BEGIN')
          const result = await body(statementsOf(connection.query)).catch(async (error: unknown) => {
            // With the connection the transaction is lost, too.
            if (!connection.isLost) await connection.query('ROLLBACK')
            throw error
          })
          isCommitting = true
          const { command } = await connection.query('COMMIT')
          if (command !== 'COMMIT') throw new Error('a transaction that had failed was to be committed')
          return result
        }, ANSWER_LIMIT_MS)
      try {
        return await again(attempt, () => !isCommitting)
      } catch (error) {
        throw storeError(error, isCommitting ? 'sent' : 'unsent')
      }
    },
    listen: listening.listen,
    async ping(limitMs) {
      await pool
        .use((connection) => connection.query('SELECT 1'), limitMs)
        .catch((error: unknown) => {
          throw storeError(error, 'read')
        })
    },
    async close() {
      await Promise.all([pool.close(), listening.close()])
    },
  }
}

type Query = (text: string, values: readonly SqlValue[]) => Promise<Answer>

function statementsOf(query: Query): Statements {
  return {
    get: async (text, ...values) => (await query(text, values)).rows[0],
    all: async (text, ...values) => (await query(text, values)).rows,
    run: async (text, ...values) => (await query(text, values)).count,
  }
}

/** Tries again for a moment while the database is being started anew; for what was certainly not carried out. */
async function again<T>(attempt: () => Promise<T>, mayRepeat = () => true): Promise<T> {
  const until = performance.now() + AGAIN_FOR_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isGone(error) || !mayRepeat() || performance.now() > until) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
  }
}
