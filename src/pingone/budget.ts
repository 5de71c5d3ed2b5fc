import type { Clock } from '../lib/clock.ts'
import type { PingOneClient } from './request.ts'

/**
 * The same client for one call of a tool: all its requests together may take `budgetMs`, and all end with `signal`.
 * A request's own budget and signal still count where they are stricter.
 */
export function withBudget(
  client: PingOneClient,
  { clock, budgetMs, signal }: { clock: Clock; budgetMs: number; signal?: AbortSignal | undefined },
): PingOneClient {
  const deadline = clock.now() + budgetMs
  return {
    connection: client.connection,
    request: (request) =>
      client.request({
        ...request,
        budgetMs: Math.max(0, Math.min(request.budgetMs ?? budgetMs, deadline - clock.now())),
        signal: both(request.signal, signal),
      }),
    close: () => client.close(),
  }
}

function both(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b
  return AbortSignal.any([a, b])
}
