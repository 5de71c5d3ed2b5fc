import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Access, Call, Route } from './call.ts'
import { parseJson } from './call.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { environmentPath, href, link, list, ok, userPath } from './hal.ts'
import { page } from './pages.ts'
import { insufficientPermissions, notFound } from './problems.ts'
import type { SandboxUser } from './records.ts'
import { ROLE_IDS } from './roles.ts'
import type { FilterRules } from './scim-filter.ts'
import { matches, parseFilter } from './scim-filter.ts'
import type { World } from './world.ts'

export const USER = `${ENVIRONMENT}/users/:userId`

const USER_FILTERS: FilterRules = {
  id: ['eq'],
  email: ['eq', 'sw'],
  username: ['eq', 'sw'],
  'name.given': ['eq', 'sw'],
  'name.family': ['eq', 'sw'],
  'population.id': ['eq'],
  enabled: ['eq'],
}

const BYPASS_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** The user of the path, as far as the worker's roles let it see users. */
export function userOf(world: World, call: Call, access: Access): SandboxUser {
  const user = world.users.get(call.params['userId'] ?? '')
  if (user === undefined) throw notFound()
  if (!access.reaches(user.populationId)) {
    throw world.knobs.outOfScopeStatus === 403 ? insufficientPermissions() : notFound()
  }
  return user
}

function attributeOf(user: SandboxUser, attribute: string): string | boolean | undefined {
  switch (attribute) {
    case 'id':
      return user.id
    case 'email':
      return user.email
    case 'username':
      return user.username
    case 'name.given':
      return user.name.given
    case 'name.family':
      return user.name.family
    case 'population.id':
      return user.populationId
    case 'enabled':
      return user.enabled
    default:
      return undefined
  }
}

function userView(world: World, call: Call, user: SandboxUser) {
  const path = userPath(world, user.id)
  return {
    _links: {
      self: link(call, path),
      environment: link(call, environmentPath(world)),
      population: link(call, `${environmentPath(world)}/populations/${user.populationId}`),
      devices: link(call, `${path}/devices`),
      roleAssignments: link(call, `${path}/roleAssignments`),
      password: link(call, `${path}/password`),
      'account.sendVerificationCode': link(call, path),
      linkedAccounts: link(call, `${path}/linkedAccounts`),
    },
    id: user.id,
    environment: { id: world.tenant.environmentId },
    account: { canAuthenticate: user.enabled, status: 'OK' },
    createdAt: isoTime(user.createdAt),
    email: user.email,
    enabled: user.enabled,
    identityProvider: { type: 'PING_ONE' },
    ...(user.lastSignOnAt !== undefined && { lastSignOn: { at: isoTime(user.lastSignOnAt), remoteIp: '192.0.2.17' } }),
    lifecycle: { status: 'ACCOUNT_OK' },
    mfaEnabled: user.mfaEnabled,
    ...(user.mobilePhone !== undefined && { mobilePhone: user.mobilePhone }),
    name: user.name,
    population: { id: user.populationId },
    updatedAt: isoTime(user.updatedAt),
    username: user.username,
    verifyStatus: 'NOT_INITIATED',
  }
}

function bypassView(world: World, call: Call, user: SandboxUser) {
  return {
    _links: { self: link(call, `${userPath(world, user.id)}/bypassMFA`) },
    ...(user.bypassUntil !== undefined && {
      bypassMFAEnabledUntil: isoTime(user.bypassUntil),
      canBypassMFA: user.bypassUntil > world.now(),
    }),
  }
}

function readRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: `${ENVIRONMENT}/users`,
      need: 'user.read',
      handle: (call, access) => {
        const text = call.query.get('filter')
        const filter = text === null ? undefined : parseFilter(text, USER_FILTERS)
        const found = [...world.users.values()]
          .filter((user) => access.reaches(user.populationId))
          .filter((user) => filter === undefined || matches(filter, (attribute) => attributeOf(user, attribute)))
          .toSorted((a, b) => a.sequence - b.sequence)
        return page(world, call, 'users', found, (user) => userView(world, call, user))
      },
    },
    {
      method: 'GET',
      path: USER,
      need: 'user.read',
      handle: (call, access) => ok(userView(world, call, userOf(world, call, access))),
    },
    {
      method: 'GET',
      path: `${USER}/roleAssignments`,
      need: 'roleAssignment.read',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const path = `${userPath(world, user.id)}/roleAssignments`
        const views = user.roleAssignments.map(({ id, role, scope }) => ({
          _links: { self: link(call, `${path}/${id}`) },
          id,
          role: { id: ROLE_IDS[role] },
          scope,
          readOnly: false,
          environment: { id: world.tenant.environmentId },
        }))
        return list(world, call, 'roleAssignments', views)
      },
    },
  ]
}

function mfaRoutes(world: World): Route[] {
  const mfaEnabledView = (call: Call, user: SandboxUser) => ({
    _links: { self: { href: href(call, `${userPath(world, user.id)}/mfaEnabled`) } },
    mfaEnabled: user.mfaEnabled,
  })
  return [
    {
      method: 'GET',
      path: `${USER}/mfaEnabled`,
      need: 'user.read',
      handle: (call, access) => ok(mfaEnabledView(call, userOf(world, call, access))),
    },
    {
      method: 'PUT',
      path: `${USER}/mfaEnabled`,
      need: 'mfaEnabled.write',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const { mfaEnabled } = parseJson(call, z.object({ mfaEnabled: z.boolean() }))
        user.mfaEnabled = mfaEnabled
        user.updatedAt = world.now()
        world.recordChange(call, 'user.mfaEnabled', { userId: user.id })
        return ok(mfaEnabledView(call, user))
      },
    },
    {
      method: 'GET',
      path: `${USER}/bypassMFA`,
      need: 'user.read',
      handle: (call, access) => ok(bypassView(world, call, userOf(world, call, access))),
    },
    {
      method: 'PUT',
      path: `${USER}/bypassMFA`,
      need: 'mfaEnabled.write',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const until = z.string().refine((text) => BYPASS_TIME.test(text) && !Number.isNaN(Date.parse(text)))
        const { bypassMFAEnabledUntil } = parseJson(call, z.object({ bypassMFAEnabledUntil: until }))
        user.bypassUntil = Date.parse(bypassMFAEnabledUntil)
        world.recordChange(call, 'user.bypass', { userId: user.id })
        return ok(bypassView(world, call, user))
      },
    },
  ]
}

/** Users: the list with its filter and pages, one user, his roles, and the switches that MFA hangs on. */
export function userRoutes(world: World): Route[] {
  return [...readRoutes(world), ...mfaRoutes(world)]
}
