import { Hono } from 'hono'
import { z } from 'zod'
import { wholeApplication } from './applications.ts'
import type { FaultInput, Faults } from './faults.ts'
import { FaultSchema } from './faults.ts'
import type { Levers } from './levers.ts'
import { findUser } from './lookup.ts'
import { DEVICE_TYPES } from './records.ts'
import type { RequestRecord } from './records.ts'
import { ROLE_NAMES } from './roles.ts'
import type { World } from './world.ts'
import { devicesInOrder } from './world.ts'

export const CONTROL_PATH = '/_sandbox'
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const UserBody = z.strictObject({
  email: z.string().min(1),
  id: z.string().optional(),
  username: z.string().optional(),
  name: z.strictObject({ given: z.string(), family: z.string() }).optional(),
  enabled: z.boolean().optional(),
  mfaEnabled: z.boolean().optional(),
  mobilePhone: z.string().optional(),
  roles: z.array(z.enum(ROLE_NAMES)).optional(),
})
const UserChangeBody = UserBody.partial().omit({ id: true })
const DeviceBody = z.strictObject({
  type: z.enum(DEVICE_TYPES),
  status: z.enum(['ACTIVE', 'ACTIVATION_REQUIRED']).optional(),
  nickname: z.string().optional(),
  phone: z.string().optional(),
  email: z.string().optional(),
})
const RolesBody = z.strictObject({ roles: z.array(z.enum(ROLE_NAMES)) })
const LatencyBody = z.strictObject({ ms: z.number().min(0).max(60_000) })

export interface ControlParts {
  world: World
  levers: Levers
  faults: Faults
  requests: readonly RequestRecord[]
  setLatency: (ms: number) => void
}

function stateOf(world: World) {
  const { clientSecret: _secret, ...tenant } = world.tenant
  return {
    tenant,
    mfaSettings: world.mfaSettings,
    populations: world.populations,
    groups: [...world.groups.values()],
    applications: [...world.applications.values()].map((application) => {
      const { secret: _own, previousSecret: _previous, ...rest } = wholeApplication(world, application)
      return rest
    }),
    users: [...world.users.values()].map((user) => ({ ...user, devices: devicesInOrder(world, user.id) })),
  }
}

/** The sandbox's back door over HTTP, for people and scripts on this machine. Web pages find it closed. */
export function createControl({ world, levers, faults, requests, setLatency }: ControlParts): Hono {
  const control = new Hono()

  control.use(async (context, next) => {
    const isFromPage = ['origin', 'sec-fetch-site'].some((name) => context.req.header(name) !== undefined)
    // A page whose name was rebound to this machine sends no Origin, but a Host of its own.
    if (isFromPage || !LOOPBACK.test(new URL(context.req.url).hostname))
      return context.json({ error: 'not for web pages' }, 403)
    return next()
  })
  control.onError((error, context) => {
    if (error instanceof z.ZodError) return context.json({ error: z.prettifyError(error) }, 400)
    return context.json({ error: error.message }, error.message.startsWith('the sandbox has no') ? 404 : 400)
  })

  const body = async <T extends z.ZodType>(request: { text(): Promise<string> }, schema: T): Promise<z.output<T>> =>
    schema.parse(JSON.parse(await request.text()))

  control.get('/state', (context) => context.json(stateOf(world)))
  control.get('/changes', (context) => context.json({ changes: world.changes }))
  control.get('/requests', (context) => context.json({ requests }))
  control.get('/messages', (context) => context.json({ messages: world.messages }))
  control.post('/faults', async (context) => {
    faults.add((await body(context.req, FaultSchema)) as FaultInput)
    return context.json({ added: true }, 201)
  })
  control.delete('/faults', (context) => {
    faults.clear()
    return context.body(null, 204)
  })
  control.post('/users', async (context) => context.json(levers.addUser(await body(context.req, UserBody)), 201))
  control.patch('/users/:who', async (context) => {
    const { email, ...change } = await body(context.req, UserChangeBody)
    const defined = Object.fromEntries(Object.entries({ email, ...change }).filter(([, value]) => value !== undefined))
    const who = context.req.param('who')
    const id = findUser(world, who)?.id ?? who
    levers.changeUser(id, defined)
    return context.json(world.users.get(id))
  })
  control.delete('/users/:who', (context) => {
    levers.removeUser(context.req.param('who'))
    return context.body(null, 204)
  })
  control.post('/users/:who/devices', async (context) => {
    const device = await body(context.req, DeviceBody)
    return context.json(levers.addDevice(context.req.param('who'), device), 201)
  })
  control.delete('/devices/:id', (context) => {
    levers.removeDevice(context.req.param('id'))
    return context.body(null, 204)
  })
  control.put('/worker/roles', async (context) => {
    levers.setWorkerRoles((await body(context.req, RolesBody)).roles)
    return context.body(null, 204)
  })
  control.post('/tokens/revoke', (context) => {
    levers.revokeTokens()
    return context.body(null, 204)
  })
  control.put('/latency', async (context) => {
    setLatency((await body(context.req, LatencyBody)).ms)
    return context.body(null, 204)
  })
  control.all('*', (context) => context.json({ error: 'there is nothing here' }, 404))
  return control
}
