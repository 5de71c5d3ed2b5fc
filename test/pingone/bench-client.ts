import { afterEach } from 'vitest'
import type { Clock } from '../../src/lib/clock.ts'
import { AppError } from '../../src/lib/errors.ts'
import { createLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import type { ClientOptions } from '../../src/pingone/client.ts'
import { createPingOneClient } from '../../src/pingone/client.ts'
import type { Connection } from '../../src/pingone/endpoint.ts'
import type { PingOneError } from '../../src/pingone/errors.ts'
import type { PingOneClient } from '../../src/pingone/request.ts'
import type { Peer } from './scripted-peer.ts'
import { startPeer } from './scripted-peer.ts'

export const ENVIRONMENT_ID = 'aaaaaaaa-0000-4000-8000-000000000001'
export const WORKER_ENVIRONMENT_ID = 'aaaaaaaa-0000-4000-8000-000000000002'
export const CLIENT_ID = 'aaaaaaaa-0000-4000-8000-000000000003'
export const USER_ID = 'bbbbbbbb-0000-4000-8000-000000000001'
export const DEVICE_ID = 'cccccccc-0000-4000-8000-000000000001'
export const CLIENT_SECRET = 'CANARY~client+secret/ü'
export const ENVIRONMENT_PATH = `/environments/${ENVIRONMENT_ID}`
export const DEVICE_PATH = `${ENVIRONMENT_PATH}/users/${USER_ID}/devices/${DEVICE_ID}`

/** A clock that stands still but for sleeping, which takes no time in the world. */
export interface FakeClock extends Clock {
  sleeps: number[]
  advance(ms: number): void
}

export function createFakeClock(start = Date.parse('2026-11-24T12:00:00Z')): FakeClock {
  let now = start
  const sleeps: number[] = []
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      if (signal?.aborted) throw signal.reason as Error
      sleeps.push(ms)
      now += ms
    },
    sleeps,
    advance: (ms) => {
      now += ms
    },
  }
}

export interface Bench {
  peer: Peer
  client: PingOneClient
  clock: FakeClock
  /** Every line that was logged, at all levels. */
  logged: string[]
}

export interface BenchOptions extends Partial<Omit<ClientOptions, 'clock' | 'connection'>> {
  clock?: FakeClock
  connection?: Partial<Connection>
}

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Ends with the test. */
export async function peer(): Promise<Peer> {
  const started = await startPeer()
  closing.push(() => started.close())
  return started
}

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const started = await peer()
  const clock = options.clock ?? createFakeClock()
  const logged: string[] = []
  const client = createPingOneClient({
    secret: async () => new Secret(CLIENT_SECRET),
    log: createLog('debug', clock, (line) => logged.push(line)),
    random: () => 0.5,
    userAgent: 'pingone-mfa-mcp/1.2.3',
    ...options,
    clock,
    connection: {
      apiUrl: `${started.url}/v1`,
      authUrl: started.url,
      environmentId: ENVIRONMENT_ID,
      workerEnvironmentId: WORKER_ENVIRONMENT_ID,
      clientId: CLIENT_ID,
      tokenAuthMethod: 'basic',
      ...options.connection,
    },
  })
  // The peer goes first: what still hangs on it must not keep the client open.
  closing.unshift(() => client.close())
  return { peer: started, client, clock, logged }
}

/** What the promise was rejected with; it must be an expected failure. */
export async function failure(promise: Promise<unknown>): Promise<PingOneError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error as PingOneError
    throw error
  }
  throw new Error('It did not fail')
}
