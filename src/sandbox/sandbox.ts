import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Clock } from '../lib/clock.ts'
import { systemClock } from '../lib/clock.ts'
import { answerRoute, answerUnknownPath, answerUnsupportedMethod } from './access.ts'
import { CONTROL_PATH, createControl } from './control.ts'
import { deviceRoutes } from './device-routes.ts'
import { environmentRoutes } from './environment-routes.ts'
import type { SandboxContext } from './exchange.ts'
import { createExchanges } from './exchange.ts'
import type { FaultHandle, FaultInput } from './faults.ts'
import { createFaults } from './faults.ts'
import type { SandboxKnobs } from './knobs.ts'
import { DEFAULT_KNOBS } from './knobs.ts'
import type { Levers } from './levers.ts'
import { createLevers, findUser } from './levers.ts'
import { pairingKeyRoutes } from './pairing-key-routes.ts'
import type { Change, PhoneMessage, RequestRecord, SandboxDevice, SandboxTenant, SandboxUser } from './records.ts'
import type { TenantOptions } from './seed.ts'
import { seedPeople, seedTenant } from './seed.ts'
import { settingsRoutes } from './settings-routes.ts'
import { answerToken } from './token.ts'
import { userRoutes } from './user-routes.ts'
import type { World } from './world.ts'
import { createWorld, devicesInOrder, orderOf } from './world.ts'

export interface SandboxOptions extends TenantOptions {
  /** Whole number; the same seed makes the same tenant. Default 1. */
  seed?: number
  clock?: Clock
  knobs?: Partial<SandboxKnobs>
  /** What a phone or an inbox shows, as it is sent. Codes go nowhere else by themselves. */
  onMessage?: (message: PhoneMessage) => void
}

/** A look at the tenant as it is now. What is handed out are copies. */
interface SandboxState {
  users(): SandboxUser[]
  /** By id, or the first one with this email. */
  user(who: string): SandboxUser | undefined
  /** In their order: active ones first, the default at the head. */
  devicesOf(who: string): SandboxDevice[]
  device(id: string): SandboxDevice | undefined
  orderOf(who: string): string[]
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

function createState(world: World): SandboxState {
  const idOf = (who: string): string => findUser(world, who)?.id ?? who
  return {
    users: () => structuredClone([...world.users.values()]),
    user: (who) => structuredClone(findUser(world, who)),
    devicesOf: (who) => structuredClone(devicesInOrder(world, idOf(who))),
    device: (id) => structuredClone(world.devices.get(id)),
    orderOf: (who) => [...orderOf(world, idOf(who))],
  }
}

/** A simulated PingOne tenant, shaped like `fetch`. What is known about PingOne is served so; the rest is a knob. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { seed = 1, clock = systemClock, knobs = {}, onMessage = () => undefined, ...tenantOptions } = options
  const tenant = seedTenant(seed, tenantOptions)
  const world = createWorld({ seed, clock, tenant, knobs: { ...DEFAULT_KNOBS, ...knobs }, onMessage })
  seedPeople(world, seed)
  const faults = createFaults()
  // Delays are felt by the caller, so they pass in real time, whatever clock the tenant lives by.
  const exchanges = createExchanges(world, faults, (ms) => systemClock.sleep(ms))
  const levers = createLevers(world)
  const { requests, setLatency } = exchanges

  const app = new Hono<{ Bindings: Partial<HttpBindings> }>()
  app.route(CONTROL_PATH, createControl({ world, levers, faults, requests, setLatency }))
  const tokenPath = '/:environmentId/as/token'
  app.post(tokenPath, (context) => exchanges.run(context, 'auth', (call) => answerToken(world, call)))

  const routes = [
    ...environmentRoutes(world),
    ...userRoutes(world),
    ...deviceRoutes(world),
    ...pairingKeyRoutes(world),
    ...settingsRoutes(world),
  ]
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
