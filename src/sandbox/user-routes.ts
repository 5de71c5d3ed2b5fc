import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Access, Call, Route } from './call.ts'
import { parseJson } from './call.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { membershipsOf } from './groups.ts'
import { href, link, ok, userPath } from './hal.ts'
import { page } from './pages.ts'
import { insufficientPermissions, notFound } from './problems.ts'
import type { SandboxUser } from './records.ts'
import type { FilterRules, FilterValue } from './scim-filter.ts'
import { matches, parseFilter } from './scim-filter.ts'
import { includedGroups, userView } from './user-view.ts'
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
  'memberOfGroups[id]': ['eq'],
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

function attributeOf(world: World, user: SandboxUser, attribute: string): FilterValue {
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
    case 'memberOfGroups[id]':
      return membershipsOf(world, user.id).map(({ group }) => group.id)
    default:
      return undefined
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
          .filter((user) => filter === undefined || matches(filter, (attribute) => attributeOf(world, user, attribute)))
          .toSorted((a, b) => a.sequence - b.sequence)
        return page(world, call, 'users', found, (user) => userView(world, call, user))
      },
    },
    {
      method: 'GET',
      path: USER,
      need: 'user.read',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        return ok({ ...userView(world, call, user), ...includedGroups(world, call, user) })
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

/** Users: the list with its filter and pages, one user, and the switches that MFA hangs on. */
export function userRoutes(world: World): Route[] {
  return [...readRoutes(world), ...mfaRoutes(world)]
}
