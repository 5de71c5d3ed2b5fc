import { z } from 'zod'
import type { Access, Call, Reply, Route } from './call.ts'
import { parseJson } from './call.ts'
import { groupView } from './group-view.ts'
import type { Membership } from './groups.ts'
import { directGroupsOf, membershipsOf } from './groups.ts'
import { created, environmentPath, link, list, ok, userPath } from './hal.ts'
import { constraintViolated, invalidData, notFound, notUnique } from './problems.ts'
import type { SandboxUser } from './records.ts'
import { USER, userOf } from './user-routes.ts'
import type { World } from './world.ts'

const MEMBERSHIPS = `${USER}/memberOfGroups`
const MEMBERSHIP = `${MEMBERSHIPS}/:groupId`

function membershipPath(world: World, user: SandboxUser, groupId: string): string {
  return `${userPath(world, user.id)}/memberOfGroups/${groupId}`
}

function membershipView(world: World, call: Call, user: SandboxUser, { group, type }: Membership) {
  const isExpanded = (call.query.get('expand') ?? '').split(',').includes('group')
  return {
    _links: {
      self: link(call, membershipPath(world, user, group.id)),
      environment: link(call, environmentPath(world)),
      user: link(call, userPath(world, user.id)),
      group: link(call, `${environmentPath(world)}/groups/${group.id}`),
    },
    ...(isExpanded && { _embedded: { group: groupView(world, call, group) } }),
    id: group.id,
    environment: { id: world.tenant.environmentId },
    name: group.name,
    type,
  }
}

function join(world: World, call: Call, access: Access): Reply {
  const user = userOf(world, call, access)
  const { id } = parseJson(call, z.object({ id: z.string() }))
  const group = world.groups.get(id)
  if (group === undefined) throw invalidData('INVALID_VALUE', 'id', 'There is no such group')
  if (group.populationId !== undefined && group.populationId !== user.populationId) {
    throw constraintViolated('id', 'The group takes users of its own population only')
  }
  if (group.userIds.includes(user.id)) throw notUnique('id')
  group.userIds.push(user.id)
  world.recordChange(call, 'membership.add', { userId: user.id, groupId: group.id })
  const view = membershipView(world, call, user, { group, type: 'DIRECT' })
  return created(call, membershipPath(world, user, group.id), view)
}

/** Of direct memberships; one that comes by way of another group is not taken away here. */
function leave(world: World, call: Call, access: Access): Reply {
  const user = userOf(world, call, access)
  const group = directGroupsOf(world, user.id).find(({ id }) => id === call.params['groupId'])
  if (group === undefined) throw notFound()
  group.userIds = group.userIds.filter((id) => id !== user.id)
  world.recordChange(call, 'membership.remove', { userId: user.id, groupId: group.id })
  return { status: 204 }
}

/** PingOne: Group Membership of a user. */
export function membershipRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: MEMBERSHIPS,
      need: 'user.read',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const views = membershipsOf(world, user.id).map((membership) => membershipView(world, call, user, membership))
        return list(world, call, 'groupMemberships', views)
      },
    },
    {
      method: 'GET',
      path: MEMBERSHIP,
      need: 'user.read',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const membership = membershipsOf(world, user.id).find(({ group }) => group.id === call.params['groupId'])
        if (membership === undefined) throw notFound()
        return ok(membershipView(world, call, user, membership))
      },
    },
    { method: 'POST', path: MEMBERSHIPS, need: 'user.write', handle: (call, access) => join(world, call, access) },
    { method: 'DELETE', path: MEMBERSHIP, need: 'user.write', handle: (call, access) => leave(world, call, access) },
  ]
}
