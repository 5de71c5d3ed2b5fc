import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string>()

/** Runs `body` as part of one request: its log lines and its calls to PingOne carry `id`. */
export function withRequestId<T>(id: string, body: () => T): T {
  return current.run(id, body)
}

/** Runs `body` as part of the request that it already belongs to, or else of one of its own. */
export function withSomeRequestId<T>(body: () => T): T {
  return current.getStore() === undefined ? current.run(crypto.randomUUID(), body) : body()
}

/** Of the request that this code runs for; undefined where it runs for none. */
export function requestId(): string | undefined {
  return current.getStore()
}
