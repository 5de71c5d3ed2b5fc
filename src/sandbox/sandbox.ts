import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Clock } from '../lib/clock.ts'
import { systemClock } from '../lib/clock.ts'
import { answerRoute, answerUnknownPath, answerUnsupportedMethod } from './access.ts'
import { CONTROL_PATH, createControl } from './control.ts'
import type { SandboxContext } from './exchange.ts'
import { createExchanges } from './exchange.ts'
import type { FaultHandle, FaultInput } from './faults.ts'
import { createFaults } from './faults.ts'
import type { SandboxKnobs } from './knobs.ts'
import { DEFAULT_KNOBS } from './knobs.ts'
import type { Levers } from './levers.ts'
import { createLevers } from './levers.ts'
import type { Change, PhoneMessage, RequestRecord, SandboxTenant } from './records.ts'
import { apiRoutes } from './routes.ts'
import type { TenantOptions } from './seed.ts'
import { seedPeople, seedTenant } from './seed.ts'
import { seedDirectory } from './seed-directory.ts'
import type { SandboxState } from './state.ts'
import { createState } from './state.ts'
import { answerToken } from './token.ts'
import { createWorld } from './world.ts'

export interface SandboxOptions extends TenantOptions {
  /** Whole number; the same seed makes the same tenant. Default 1. */
  seed?: number
  clock?: Clock
  knobs?: Partial<SandboxKnobs>
  /** What a phone or an inbox shows, as it is sent. Codes go nowhere else by themselves. */
  onMessage?: (message: PhoneMessage) => void
}

export interface Sandbox {
  /** The auth host and the API host on one origin. Faults of the connection need Node's own request and response. */
  fetch(request: Request, node?: Partial<HttpBindings>): Promise<Response>
  readonly tenant: SandboxTenant
  readonly state: SandboxState
  /** Every request that changed something, in the order in which it did. */
  readonly changes: readonly Change[]
  readonly requests: readonly RequestRecord[]
  readonly messages: readonly PhoneMessage[]
  readonly levers: Levers
  readonly faults: { add(fault: FaultInput): FaultHandle; clear(): void }
  /** Delay of every request before it is carried out. */
  setLatency(ms: number): void
}

/** A simulated PingOne tenant, shaped like `fetch`. What is known about PingOne is served so; the rest is a knob. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { seed = 1, clock = systemClock, knobs = {}, onMessage = () => undefined, ...tenantOptions } = options
  const tenant = seedTenant(seed, tenantOptions)
  const world = createWorld({ seed, clock, tenant, knobs: { ...DEFAULT_KNOBS, ...knobs }, onMessage })
  seedPeople(world, seed)
  seedDirectory(world, seed)
  const faults = createFaults()
  // Delays are felt by the caller, so they pass in real time, whatever clock the tenant lives by.
  const exchanges = createExchanges(world, faults, (ms) => systemClock.sleep(ms))
  const levers = createLevers(world)
  const { requests, setLatency } = exchanges

  const app = new Hono<{ Bindings: Partial<HttpBindings> }>()
  app.route(CONTROL_PATH, createControl({ world, levers, faults, requests, setLatency }))
  const tokenPath = '/:environmentId/as/token'
  app.post(tokenPath, (context) => exchanges.run(context, 'auth', (call) => answerToken(world, call)))

  const routes = apiRoutes(world)
  for (const route of routes) {
    app.on(route.method, `/v1${route.path}`, (context) =>
      exchanges.run(context, 'api', (call) => answerRoute(world, route, call)),
    )
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    app.all(`/v1${path}`, (context) => exchanges.run(context, 'api', (call) => answerUnsupportedMethod(world, call)))
  }
  const hostOf = (context: SandboxContext) => (context.req.path.startsWith('/v1/') ? 'api' : 'auth')
  app.notFound((context) => exchanges.run(context, hostOf(context), (call) => answerUnknownPath(world, call)))

  return {
    fetch: async (request, node) => app.fetch(request, node ?? {}),
    get tenant() {
      return world.tenant
    },
    state: createState(world),
    changes: world.changes,
    requests,
    messages: world.messages,
    levers,
    faults,
    setLatency,
  }
}
