import type { Clock } from '../lib/clock.ts'
import { observed, type Observer } from '../lib/observer.ts'
import type { Connection } from './endpoint.ts'
import { buildPath } from './paths.ts'
import { ATTEMPT_RESULT, createTransport } from './transport.ts'

export interface TokenEndpoint {
  /** Whether the token endpoint answers at all. What was found is kept for two seconds. */
  isReachable(connection: Connection): Promise<boolean>
  close(): Promise<void>
}

const LIMIT_MS = 3_000
const KEPT_MS = 2_000

/** Asks the token endpoint with a request that it refuses: any answer but a server error shows that it is there. */
export function createTokenEndpoint({
  clock,
  observer,
  userAgent,
}: {
  clock: Clock
  observer: Observer
  userAgent: string
}): TokenEndpoint {
  const transport = createTransport({ connectTimeoutMs: LIMIT_MS, maxBodyBytes: 64_000 })
  let latest: { url: string; at: number; result: Promise<boolean> } | undefined

  const ask = async ({ authUrl, workerEnvironmentId }: Connection): Promise<boolean> => {
    const { origin, pathname } = new URL(authUrl)
    const path = `${pathname.replace(/\/$/, '')}${buildPath('/{environmentID}/as/token', { environmentID: workerEnvironmentId })}`
    try {
      const headers = { 'user-agent': userAgent, 'content-type': 'application/x-www-form-urlencoded' }
      const sent = { method: 'POST', origin, path, headers, body: '', timeoutMs: LIMIT_MS }
      const { status } = await observed(observer, { kind: 'probe' }, () => transport.send(sent), ATTEMPT_RESULT)
      return status < 500
    } catch {
      return false
    }
  }

  return {
    isReachable(connection) {
      const url = `${connection.authUrl} ${connection.workerEnvironmentId}`
      if (latest === undefined || latest.url !== url || clock.now() - latest.at >= KEPT_MS) {
        latest = { url, at: clock.now(), result: ask(connection) }
      }
      return latest.result
    },
    close: () => transport.close(),
  }
}
