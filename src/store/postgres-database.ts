import postgres from 'postgres'
import type { Secret } from '../lib/secret.ts'
import { storeError } from './postgres-errors.ts'

export type SqlValue = string | number | null
export type Row = Record<string, unknown>

/** What runs statements: a connection of the pool, or the one that a transaction holds. Placeholders are `$1`, `$2`. */
export interface Statements {
  get(sql: string, ...values: SqlValue[]): Promise<Row | undefined>
  all(sql: string, ...values: SqlValue[]): Promise<Row[]>
  /** Answers how many rows changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>
}

/** A pool of connections to one database. What PostgreSQL answers with when it is away is an AppError. */
export interface PostgresDatabase extends Statements {
  /** READ COMMITTED: after a lock was taken, what is read is what others have committed by then. */
  transaction<T>(body: (statements: Statements) => Promise<T>): Promise<T>
  /** `onMessage` for each message, `onConnected` also after each reconnect, since messages may have been missed. */
  listen(channel: string, onMessage: (text: string) => void, onConnected: () => void): Promise<() => Promise<void>>
  /** Rejects where there is no answer in time. */
  ping(limitMs: number): Promise<void>
  close(): Promise<void>
}

const POOL_SIZE = 10
const CONNECT_LIMIT_S = 5
const CLOSE_LIMIT_S = 5
/** A call has to be answered in time, whatever the database is busy with. Milliseconds, as PostgreSQL reads them. */
const LIMITS = { statement_timeout: 10_000, lock_timeout: 8_000, idle_in_transaction_session_timeout: 15_000 }
/** int8; a time in milliseconds and a count fit into a double. */
const INT8 = 20

export const SCHEMA_NAME = 'pingone_mfa'

export function openPool(url: Secret): PostgresDatabase {
  const sql = postgres(url.reveal(), {
    max: POOL_SIZE,
    connect_timeout: CONNECT_LIMIT_S,
    idle_timeout: 300,
    fetch_types: false,
    ssl: tlsOf(url.reveal()),
    types: { bigint: { to: INT8, from: [INT8], serialize: String, parse: Number } },
    // Soon again: what asks meanwhile waits for it.
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
    connection: { application_name: 'pingone-mfa-mcp', search_path: SCHEMA_NAME, ...LIMITS },
    onnotice: () => undefined,
  })

  const on = (connection: postgres.Sql | postgres.TransactionSql): Statements => {
    const query = (text: string, values: readonly SqlValue[]) =>
      connection.unsafe<Row[]>(text, values as postgres.ParameterOrJSON<never>[], { prepare: true })
    return {
      get: async (text, ...values) => (await query(text, values).catch(rethrow))[0],
      all: async (text, ...values) => [...(await query(text, values).catch(rethrow))],
      run: async (text, ...values) => (await query(text, values).catch(rethrow)).count,
    }
  }

  return {
    ...on(sql),
    transaction: async (body) =>
      (await sql.begin((own) => body(on(own as unknown as postgres.TransactionSql))).catch(rethrow)) as never,
    async listen(channel, onMessage, onConnected) {
      const listening = await sql.listen(channel, onMessage, onConnected).catch(rethrow)
      return () => listening.unlisten().catch(() => undefined)
    },
    async ping(limitMs) {
      const timer = Promise.withResolvers<never>()
      const timeout = setTimeout(() => timer.reject(storeError({ code: 'CONNECT_TIMEOUT' })), limitMs)
      try {
        await Promise.race([sql`SELECT 1`.catch(rethrow), timer.promise])
      } finally {
        clearTimeout(timeout)
      }
    },
    close: () => sql.end({ timeout: CLOSE_LIMIT_S }),
  }
}

function rethrow(error: unknown): never {
  throw storeError(error)
}

/** `require` and the like encrypt; `verify-ca` and `verify-full` also verify who answers, as PostgreSQL's own client does. */
function tlsOf(url: string): 'require' | 'prefer' | 'verify-full' | false {
  const mode = URL.parse(url)?.searchParams.get('sslmode') ?? 'disable'
  if (mode === 'verify-ca' || mode === 'verify-full') return 'verify-full'
  if (mode === 'require') return 'require'
  return mode === 'prefer' || mode === 'allow' ? 'prefer' : false
}
