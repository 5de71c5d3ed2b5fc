import { z } from 'zod'
import type { Access, Call, Reply, Route } from './call.ts'
import { parseJson } from './call.ts'
import type { SandboxGroup } from './directory.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { groupPath, groupView, includedCounts } from './group-view.ts'
import { dropGroup } from './groups.ts'
import { created, ok } from './hal.ts'
import { createGroupRecord } from './new-records.ts'
import { page } from './pages.ts'
import { insufficientPermissions, notFound, notUnique } from './problems.ts'
import type { FilterRules, FilterValue } from './scim-filter.ts'
import { matches, parseFilter } from './scim-filter.ts'
import { populationFor } from './user-write-routes.ts'
import type { World } from './world.ts'

const GROUPS = `${ENVIRONMENT}/groups`
export const GROUP = `${GROUPS}/:groupId`

const GROUP_FILTERS: FilterRules = {
  id: ['eq'],
  name: ['eq', 'sw'],
  externalId: ['eq'],
  'population.id': ['eq'],
}

const GroupBody = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  externalId: z.string().optional(),
  customData: z.record(z.string(), z.unknown()).optional(),
  userFilter: z.string().optional(),
})
const CreationBody = GroupBody.extend({ population: z.object({ id: z.string() }).optional() })

/** The group of the path, as far as the worker's roles reach it. */
export function groupOf(world: World, call: Call, access: Access): SandboxGroup {
  const group = world.groups.get(call.params['groupId'] ?? '')
  if (group === undefined || !access.reaches(group.populationId)) throw notFound()
  return group
}

function attributeOf(group: SandboxGroup, attribute: string): FilterValue {
  if (attribute === 'population.id') return group.populationId
  if (attribute === 'externalId') return group.externalId
  return attribute === 'id' ? group.id : group.name
}

/** Groups of two populations may share a name; with a group of the environment none may. */
function requireFreeName(world: World, name: string, populationId: string | undefined, besides?: SandboxGroup): void {
  const isTaken = [...world.groups.values()].some(
    (group) =>
      group !== besides &&
      group.name === name &&
      (group.populationId === populationId || group.populationId === undefined || populationId === undefined),
  )
  if (isTaken) throw notUnique('name')
}

function listGroups(world: World, call: Call, access: Access): Reply {
  const text = call.query.get('filter')
  const filter = text === null ? undefined : parseFilter(text, GROUP_FILTERS)
  const found = [...world.groups.values()]
    .filter((group) => access.reaches(group.populationId))
    .filter((group) => filter === undefined || matches(filter, (attribute) => attributeOf(group, attribute)))
    .toSorted((a, b) => a.sequence - b.sequence)
  return page(world, call, 'groups', found, (group) => groupView(world, call, group))
}

function createGroup(world: World, call: Call, access: Access): Reply {
  const { population, ...body } = parseJson(call, CreationBody)
  if (population === undefined && !access.reaches(undefined)) throw insufficientPermissions()
  const populationId =
    population === undefined ? undefined : populationFor(world, access, population.id, 'population.id')
  requireFreeName(world, body.name, populationId)
  const group = createGroupRecord(world, { ...body, populationId })
  world.recordChange(call, 'group.create', { groupId: group.id })
  return created(call, groupPath(world, group.id), groupView(world, call, group))
}

/** Replaces everything but the population, which a group keeps for life. */
function replaceGroup(world: World, call: Call, group: SandboxGroup): Reply {
  const { name, description, externalId, customData, userFilter } = parseJson(call, GroupBody)
  requireFreeName(world, name, group.populationId, group)
  Object.assign(group, { name, description, externalId, customData, userFilter, updatedAt: world.now() })
  world.recordChange(call, 'group.update', { groupId: group.id })
  return ok(groupView(world, call, group))
}

function removeGroup(world: World, call: Call, group: SandboxGroup): Reply {
  dropGroup(world, group)
  world.recordChange(call, 'group.remove', { groupId: group.id })
  return { status: 204 }
}

/** PingOne: Groups. */
export function groupRoutes(world: World): Route[] {
  const ofGroup =
    (act: (world: World, call: Call, group: SandboxGroup) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, groupOf(world, call, access))
  const readOne = ofGroup((_world, call, group) =>
    ok({ ...groupView(world, call, group), ...includedCounts(world, call, group) }),
  )
  return [
    { method: 'GET', path: GROUPS, need: 'group.read', handle: (call, access) => listGroups(world, call, access) },
    { method: 'POST', path: GROUPS, need: 'group.write', handle: (call, access) => createGroup(world, call, access) },
    { method: 'GET', path: GROUP, need: 'group.read', handle: readOne },
    { method: 'PUT', path: GROUP, need: 'group.write', handle: ofGroup(replaceGroup) },
    { method: 'DELETE', path: GROUP, need: 'group.write', handle: ofGroup(removeGroup) },
  ]
}
