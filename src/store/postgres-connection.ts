import { connect, type Socket } from 'node:net'
import postgres from 'postgres'
import type { DatabaseAddress } from './postgres-address.ts'

export type SqlValue = string | number | null
export type Row = Record<string, unknown>

export interface Answer {
  rows: Row[]
  /** How many rows it is about. */
  count: number
  command: string
}

/**
 * One connection, for one asker at a time. Once it is lost it stays so and refuses everything: the package by itself
 * would connect anew, and go on outside of the transaction that was lost, or send what was left in its buffer first.
 */
export interface Connection {
  query(text: string, values?: readonly SqlValue[]): Promise<Answer>
  readonly isLost: boolean
  readonly openedAt: number
  /** Cuts it off, and what is under way with it. */
  drop(why: Error): void
  end(): Promise<void>
}

interface Hooks {
  onLost?(): void
  onMessage?(text: string): void
}

const CONNECT_LIMIT_S = 5
const END_LIMIT_S = 5
/** A listening connection that was cut off hears nothing, and says nothing. */
const KEEP_ALIVE_S = 10
/** A call has to be answered in time, whatever the database is busy with. Milliseconds, as PostgreSQL reads them. */
const LIMITS = { statement_timeout: 8000, lock_timeout: 7000, idle_in_transaction_session_timeout: 15_000 }
/** int8; a time in milliseconds and a count fit into a double. */
const INT8 = 20
const NO = 'N'.charCodeAt(0)
const READ_ONLY = '25006'

export const SCHEMA_NAME = 'pingone_mfa'

/** Connects with the first query. */
export function connectTo(address: DatabaseAddress, hooks: Hooks = {}): Connection {
  let lost: Error | undefined
  let cutOff: ((why: Error) => void) | undefined
  const lose = (why: Error) => {
    if (lost !== undefined) return
    lost = why
    cutOff?.(why)
    hooks.onLost?.()
  }
  const { socket, open } = socketTo(address, () => lost)
  const { host, port, database, user, password, tls, settings } = address
  const options = {
    host,
    port,
    database,
    user,
    ...(password === undefined ? {} : { password }),
    ssl: tls,
    socket: open,
    max: 1,
    connect_timeout: CONNECT_LIMIT_S,
    // Not in the middle of a transaction.
    idle_timeout: 0,
    max_lifetime: null,
    keep_alive: KEEP_ALIVE_S,
    fetch_types: false,
    types: { bigint: { to: INT8, from: [INT8], serialize: String, parse: Number } },
    connection: {
      application_name: 'pingone-mfa-mcp',
      // An intent is on the disk before its call is sent.
      synchronous_commit: 'on',
      ...LIMITS,
      ...settings,
      search_path: SCHEMA_NAME,
    },
    onnotice: () => undefined,
    onnotify: (_channel: string, text: string) => hooks.onMessage?.(text),
    onclose: () => lose(failure('CONNECTION_CLOSED', 'the connection was closed')),
  }
  const sql = postgres(options)

  return {
    query: (text, values = []) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(lost)
        cutOff = reject
        sql.unsafe<Row[]>(text, values as postgres.ParameterOrJSON<never>[], { prepare: true }).then(
          (rows) => resolve({ rows: [...rows], count: rows.count, command: rows.command }),
          (error: unknown) => {
            const why = error instanceof Error ? error : new Error(String(error))
            reject(why)
            if (!isOnlyRefused(why)) lose(why)
          },
        )
      }),
    get isLost() {
      return lost !== undefined
    },
    openedAt: performance.now(),
    drop(why) {
      lose(why)
      socket()
        ?.on('error', () => undefined)
        .destroy(why)
      void sql.end({ timeout: 0 })
    },
    async end() {
      const timeout = lost === undefined ? END_LIMIT_S : 0
      // What is under way may end; nothing else is begun.
      lost ??= failure('CONNECTION_ENDED', 'the store is closed')
      await sql.end({ timeout })
    },
  }
}

/** A statement that is refused leaves its connection as it is; but a database that became a stand-by will not do. */
function isOnlyRefused(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === 'ERROR' && error.code !== READ_ONLY
}

/** The package asks for one whenever it connects. */
function socketTo({ host, port, tls }: DatabaseAddress, whyNot: () => Error | undefined) {
  let current: Socket | undefined
  return {
    socket: () => current,
    open() {
      const why = whyNot()
      if (why !== undefined) throw why
      const socket = connect({ host, port })
      current = socket
      // Where something accepts for a database that is not there and hangs up, the package would by itself connect again
      // at once and for ever, and whoever asked would never hear of it.
      socket.once('end', () => socket.destroy(failure('ECONNRESET', 'the database hung up')))
      // The answer to whether it speaks TLS; the package would go on as if it did.
      socket.once('data', ([first]: Buffer) => {
        if (first === NO && typeof tls === 'object')
          socket.destroy(failure('NO_TLS', 'the database does not speak TLS'))
      })
      return socket
    },
  }
}

export function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
