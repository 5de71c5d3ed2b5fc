import { z } from 'zod'
import type { Access, Call, Reply, Route } from './call.ts'
import { parseJson } from './call.ts'
import type { SandboxGroup } from './directory.ts'
import { GROUP, groupOf } from './group-routes.ts'
import { groupPath } from './group-view.ts'
import type { Membership } from './groups.ts'
import { groupsAbove } from './groups.ts'
import { created, environmentPath, link, list, ok } from './hal.ts'
import { constraintViolated, invalidData, notFound, notUnique } from './problems.ts'
import type { World } from './world.ts'

const NESTINGS = `${GROUP}/memberOfGroups`
const NESTING = `${NESTINGS}/:aboveId`

function nestingView(world: World, call: Call, group: SandboxGroup, { group: above, type }: Membership) {
  return {
    _links: {
      self: link(call, `${groupPath(world, group.id)}/memberOfGroups/${above.id}`),
      environment: link(call, environmentPath(world)),
      group: link(call, groupPath(world, above.id)),
    },
    id: above.id,
    name: above.name,
    type,
  }
}

function nest(world: World, call: Call, access: Access): Reply {
  const group = groupOf(world, call, access)
  const { id } = parseJson(call, z.object({ id: z.string() }))
  const above = world.groups.get(id)
  if (above === undefined) throw invalidData('INVALID_VALUE', 'id', 'There is no such group')
  if (above === group || groupsAbove(world, above).some((membership) => membership.group === group)) {
    throw constraintViolated('id', 'A group cannot be a member of itself')
  }
  if (group.memberOfGroups.includes(id)) throw notUnique('id')
  group.memberOfGroups.push(id)
  world.recordChange(call, 'membership.add', { groupId: group.id, resourceId: id })
  const view = nestingView(world, call, group, { group: above, type: 'DIRECT' })
  return created(call, `${groupPath(world, group.id)}/memberOfGroups/${id}`, view)
}

function unnest(world: World, call: Call, access: Access): Reply {
  const group = groupOf(world, call, access)
  const id = call.params['aboveId'] ?? ''
  if (!group.memberOfGroups.includes(id)) throw notFound()
  group.memberOfGroups = group.memberOfGroups.filter((other) => other !== id)
  world.recordChange(call, 'membership.remove', { groupId: group.id, resourceId: id })
  return { status: 204 }
}

/** PingOne: Group Nesting: the groups that a group is a member of. */
export function nestingRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: NESTINGS,
      need: 'group.read',
      handle: (call, access) => {
        const group = groupOf(world, call, access)
        const views = groupsAbove(world, group).map((above) => nestingView(world, call, group, above))
        return list(world, call, 'groupMemberships', views)
      },
    },
    {
      method: 'GET',
      path: NESTING,
      need: 'group.read',
      handle: (call, access) => {
        const group = groupOf(world, call, access)
        const found = groupsAbove(world, group).find((above) => above.group.id === call.params['aboveId'])
        if (found === undefined) throw notFound()
        return ok(nestingView(world, call, group, found))
      },
    },
    { method: 'POST', path: NESTINGS, need: 'group.write', handle: (call, access) => nest(world, call, access) },
    { method: 'DELETE', path: NESTING, need: 'group.write', handle: (call, access) => unnest(world, call, access) },
  ]
}
