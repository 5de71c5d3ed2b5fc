import type { SandboxGroup } from './directory.ts'
import type { World } from './world.ts'

export interface Membership {
  group: SandboxGroup
  /** Indirect where it comes by way of a group that is itself a member. */
  type: 'DIRECT' | 'INDIRECT'
}

export function directGroupsOf(world: World, userId: string): SandboxGroup[] {
  return [...world.groups.values()].filter((group) => group.userIds.includes(userId))
}

/** The groups that this one is a member of, near ones first, each once. */
export function groupsAbove(world: World, group: SandboxGroup): Membership[] {
  const found = new Map<string, Membership>()
  let level = [group]
  while (level.length > 0) {
    const ids = level.flatMap(({ memberOfGroups }) => memberOfGroups).filter((id) => !found.has(id))
    level = [...new Set(ids)].flatMap((id) => world.groups.get(id) ?? [])
    for (const above of level) {
      const isDirect = group.memberOfGroups.includes(above.id)
      found.set(above.id, { group: above, type: isDirect ? 'DIRECT' : 'INDIRECT' })
    }
  }
  return [...found.values()]
}

/** Every group of a user, direct ones first. */
export function membershipsOf(world: World, userId: string): Membership[] {
  const direct = directGroupsOf(world, userId)
  const above = direct.flatMap((group) => groupsAbove(world, group)).map((membership) => membership.group)
  const indirect = [...new Set(above)].filter((group) => !direct.includes(group))
  return [
    ...direct.map((group): Membership => ({ group, type: 'DIRECT' })),
    ...indirect.map((group): Membership => ({ group, type: 'INDIRECT' })),
  ]
}

/** Users in the group, those of its member groups included, each once. */
export function countMembers(world: World, group: SandboxGroup): number {
  const below = [...world.groups.values()].filter((other) =>
    groupsAbove(world, other).some((above) => above.group === group),
  )
  return new Set([group, ...below].flatMap(({ userIds }) => userIds)).size
}

/** The group goes, and every membership in it. */
export function dropGroup(world: World, group: SandboxGroup): void {
  world.groups.delete(group.id)
  for (const other of world.groups.values()) {
    other.memberOfGroups = other.memberOfGroups.filter((id) => id !== group.id)
  }
}
