import { AppError } from '../lib/errors.ts'
import type { Environment } from './environments.ts'
import { readEnvironment } from './environments.ts'
import { listPopulations } from './populations.ts'
import type { PingOneClient } from './request.ts'
import { listUsers } from './users.ts'

interface HealthCheck {
  name: string
  ok: boolean
  message: string
  next?: string
}

export interface Health {
  /** `degraded`: authenticated, but what the tools read cannot be read. */
  status: 'ok' | 'degraded' | 'failed'
  checks: HealthCheck[]
  environment?: Environment
}

const CONNECTION = 'Test PingID Connection'
const USERS = 'List PingOne Users'
const POPULATIONS = 'List PingOne Populations'

// Two rounds, and the second runs side by side: together below what a call may take.
const ROUND_BUDGET_MS = 12_000

/**
 * The three checks. Rejects only where nothing can be said: not configured, cancelled, or a mistake in this program.
 */
export async function runHealthChecks(client: PingOneClient, signal?: AbortSignal): Promise<Health> {
  const options = { signal, budgetMs: ROUND_BUDGET_MS }
  const connection = await tryOut(() => readEnvironment(client, options), signal)
  if ('error' in connection) {
    const notRun = (name: string) => ({ name, ok: false, message: `Not run, because "${CONNECTION}" failed` })
    return { status: 'failed', checks: [failed(CONNECTION, connection.error), notRun(USERS), notRun(POPULATIONS)] }
  }
  const [users, populations] = await Promise.all([
    tryOut(() => listUsers(client, { ...options, limit: 1 }), signal),
    tryOut(() => listPopulations(client, { ...options, limit: 1 }), signal),
  ])
  const checks = [
    { name: CONNECTION, ok: true, message: 'Successfully authenticated with PingOne' },
    'error' in users ? lacking(USERS, users.error) : { name: USERS, ok: true, message: 'Users can be read' },
    'error' in populations
      ? lacking(POPULATIONS, populations.error)
      : { name: POPULATIONS, ok: true, message: 'Populations can be read' },
  ]
  return { status: checks.every(({ ok }) => ok) ? 'ok' : 'degraded', checks, environment: connection.value }
}

async function tryOut<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<{ value: T } | { error: AppError }> {
  try {
    return { value: await run() }
  } catch (error) {
    const isTelling = error instanceof AppError && error.code !== 'NOT_CONFIGURED' && !signal?.aborted
    if (!isTelling) throw error
    return { error }
  }
}

function failed(name: string, error: AppError): HealthCheck {
  const { message, next } = error
  return { name, ok: false, message: withCorrelation(message, error), ...(next === undefined ? {} : { next }) }
}

function lacking(name: string, error: AppError): HealthCheck {
  if (error.code !== 'FORBIDDEN') return failed(name, error)
  return {
    name,
    ok: false,
    message: withCorrelation(
      'The worker application lacks the role Identity Data Admin (or an equivalent role that can read this)',
      error,
    ),
    next: 'Assign Identity Data Admin for this environment to the worker application in the PingOne admin console.',
  }
}

function withCorrelation(message: string, { correlationId }: AppError): string {
  return correlationId === undefined ? message : `${message} (correlation id ${correlationId})`
}
