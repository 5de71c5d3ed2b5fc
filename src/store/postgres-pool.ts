import { type Connection, failure } from './postgres-connection.ts'

export interface Pool {
  /** Lends a connection to `act`, and waits for a free one; both together end after `limitMs`. */
  use<T>(act: (connection: Connection) => Promise<T>, limitMs: number): Promise<T>
  close(): Promise<void>
}

const SIZE = 10
/** What has served for so long goes: the database may have moved meanwhile. */
const LIFETIME_MS = 30 * 60_000

/** Up to ten connections, each lent to one asker at a time. One that was lost is never used again. */
export function createPool(connect: () => Connection): Pool {
  const idle: Connection[] = []
  const lent = new Set<Connection>()
  const waiting = new Set<(connection: Connection) => void>()
  let isClosed = false

  const take = (limitMs: number): Promise<Connection> => {
    if (isClosed) return Promise.reject(failure('CONNECTION_ENDED', 'the store is closed'))
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) if (!known.isLost) return lend(known)
    if (lent.size < SIZE) return lend(connect())
    return new Promise((resolve, reject) => {
      const serve = (connection: Connection) => {
        clearTimeout(timer)
        waiting.delete(serve)
        resolve(connection)
      }
      const timer = setTimeout(() => {
        waiting.delete(serve)
        reject(failure('NO_CONNECTION', 'every connection is in use'))
      }, limitMs)
      waiting.add(serve)
    })
  }
  const lend = async (connection: Connection): Promise<Connection> => {
    lent.add(connection)
    return connection
  }

  const giveBack = (connection: Connection): void => {
    lent.delete(connection)
    const [next] = waiting
    const isWorn = connection.isLost || isClosed || performance.now() - connection.openedAt > LIFETIME_MS
    if (isWorn) void connection.end()
    if (next !== undefined) {
      const fit = isWorn ? connect() : connection
      lent.add(fit)
      next(fit)
    } else if (!isWorn) idle.push(connection)
  }

  return {
    async use(act, limitMs) {
      const begun = performance.now()
      const connection = await take(limitMs)
      const leftMs = Math.max(1, limitMs - (performance.now() - begun))
      const timer = setTimeout(() => connection.drop(failure('ETIMEDOUT', 'no answer in time')), leftMs)
      try {
        return await act(connection)
      } finally {
        clearTimeout(timer)
        giveBack(connection)
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...idle.splice(0), ...lent].map((connection) => connection.end()))
    },
  }
}
