import { isoTime } from '../lib/clock.ts'
import type { Call } from './call.ts'
import type { SandboxGroup } from './directory.ts'
import { countMembers } from './groups.ts'
import { environmentPath, link } from './hal.ts'
import type { World } from './world.ts'

export function groupPath(world: World, groupId: string): string {
  return `${environmentPath(world)}/groups/${groupId}`
}

export function groupView(world: World, call: Call, group: SandboxGroup) {
  const { id, name, description, externalId, customData, userFilter, populationId } = group
  return {
    _links: { self: link(call, groupPath(world, id)), environment: link(call, environmentPath(world)) },
    id,
    environment: { id: world.tenant.environmentId },
    ...(populationId !== undefined && { population: { id: populationId } }),
    name,
    ...(description !== undefined && { description }),
    ...(externalId !== undefined && { externalId }),
    ...(customData !== undefined && { customData }),
    ...(userFilter !== undefined && { userFilter }),
    directMemberCounts: { users: group.userIds.length },
    createdAt: isoTime(group.createdAt),
    updatedAt: isoTime(group.updatedAt),
  }
}

/** What `include=totalMemberCounts` adds to one group, and to no list. */
export function includedCounts(world: World, call: Call, group: SandboxGroup) {
  const isWanted = (call.query.get('include') ?? '').split(',').includes('totalMemberCounts')
  return isWanted ? { totalMemberCounts: { users: countMembers(world, group) } } : {}
}
