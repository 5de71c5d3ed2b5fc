import { z } from 'zod'
import type { Call, Route } from './call.ts'
import { parseJson } from './call.ts'
import { link, ok, userPath } from './hal.ts'
import type { SandboxUser } from './records.ts'
import { USER, userOf } from './user-routes.ts'
import { populationFor } from './user-write-routes.ts'
import type { World } from './world.ts'

const ENABLED = `${USER}/enabled`
const POPULATION = `${USER}/population`

/** Whether a user may sign on, and the population that a user is of: each has an address of its own. */
export function userStateRoutes(world: World): Route[] {
  const view = (call: Call, user: SandboxUser, name: 'enabled' | 'population') => ({
    _links: { self: link(call, `${userPath(world, user.id)}/${name}`) },
    ...(name === 'enabled' ? { enabled: user.enabled } : { id: user.populationId }),
  })
  return [
    {
      method: 'GET',
      path: ENABLED,
      need: 'user.read',
      handle: (call, access) => ok(view(call, userOf(world, call, access), 'enabled')),
    },
    {
      method: 'PUT',
      path: ENABLED,
      need: 'user.write',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const { enabled } = parseJson(call, z.object({ enabled: z.boolean() }))
        Object.assign(user, { enabled, updatedAt: world.now() })
        world.recordChange(call, 'user.enabled', { userId: user.id })
        return ok(view(call, user, 'enabled'))
      },
    },
    {
      method: 'GET',
      path: POPULATION,
      need: 'user.read',
      handle: (call, access) => ok(view(call, userOf(world, call, access), 'population')),
    },
    {
      method: 'PUT',
      path: POPULATION,
      need: 'user.write',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const { id } = parseJson(call, z.object({ id: z.string() }))
        const populationId = populationFor(world, access, id, 'id')
        Object.assign(user, { populationId, updatedAt: world.now() })
        world.recordChange(call, 'user.population', { userId: user.id })
        return ok(view(call, user, 'population'))
      },
    },
  ]
}
