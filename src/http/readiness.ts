import type { ConnectionResult } from '../config.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { TokenEndpoint } from '../pingone/reachable.ts'
import type { Store } from '../store/store.ts'

export interface Readiness {
  isReady: boolean
  checks: Record<'store' | 'tokenEndpoint', 'ok' | 'not_reachable' | 'not_configured'>
}

/** Whether this process can do its work: the store and PingOne's token endpoint answer, and it is not about to end. */
export function createReadiness(deps: {
  store(): Promise<Store>
  connection(): ConnectionResult
  tokenEndpoint: TokenEndpoint
  stopping: AbortSignal
  log: Log
}): () => Promise<Readiness> {
  const { store, connection, tokenEndpoint, stopping, log } = deps

  const storeState = async () => {
    try {
      await (await store()).ping()
      return 'ok'
    } catch (error) {
      log.warn('store.not_reachable', { error: messageOf(error) })
      return 'not_reachable'
    }
  }
  const tokenEndpointState = async () => {
    const configured = connection()
    if ('problems' in configured) return 'not_configured'
    return (await tokenEndpoint.isReachable(configured.connection)) ? 'ok' : 'not_reachable'
  }

  return async () => {
    const [forStore, forTokens] = await Promise.all([storeState(), tokenEndpointState()])
    const checks = { store: forStore, tokenEndpoint: forTokens } as const
    return { isReady: !stopping.aborted && forStore === 'ok' && forTokens === 'ok', checks }
  }
}
