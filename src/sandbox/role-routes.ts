import { z } from 'zod'
import type { Access, Call, Reply, Route } from './call.ts'
import { parseJson } from './call.ts'
import { created, environmentPath, link, list, ok } from './hal.ts'
import { constraintViolated, insufficientPermissions, invalidData, notFound, notUnique } from './problems.ts'
import type { ChangeSubject, SandboxRoleAssignment } from './records.ts'
import type { Permission, RoleName } from './roles.ts'
import { ROLE_IDS, ROLE_NAMES } from './roles.ts'
import type { World } from './world.ts'

/** A user, a group or an application, as far as it holds roles. */
interface RoleHolder {
  /** Below `/v1`. */
  path: string
  subject: ChangeSubject
  /** What the answers say about it, besides. */
  shown?: Record<string, unknown>
  assignments: readonly SandboxRoleAssignment[]
  /** The assignment as it is kept. */
  add(assignment: SandboxRoleAssignment): SandboxRoleAssignment
  remove(id: string): void
}

interface RoleRoutes {
  /** Path of the holder, with its parameters. */
  holderPath: string
  read: Permission
  write: Permission
  holderOf(call: Call, access: Access): RoleHolder
}

type Scope = SandboxRoleAssignment['scope']

const AssignmentBody = z.object({
  role: z.object({ id: z.string() }),
  scope: z.object({ id: z.string(), type: z.enum(['ORGANIZATION', 'ENVIRONMENT', 'POPULATION']) }),
})

/** Where PingOne lets a role be held: PingOne, `applicableTo`. */
const APPLICABLE_TO: Partial<Record<RoleName, readonly Scope['type'][]>> = {
  IDENTITY_DATA_ADMIN: ['ENVIRONMENT', 'POPULATION'],
  ENVIRONMENT_ADMIN: ['ORGANIZATION', 'ENVIRONMENT'],
}

function isThere(world: World, { id, type }: Scope): boolean {
  if (type === 'ORGANIZATION') return id === world.tenant.organizationId
  if (type === 'ENVIRONMENT') return id === world.tenant.environmentId
  return world.populations.some((population) => population.id === id)
}

function roleToGrant(world: World, roleId: string): RoleName {
  const role = ROLE_NAMES.find((name) => ROLE_IDS[name] === roleId)
  if (role === undefined) throw invalidData('INVALID_VALUE', 'role.id', 'There is no such role')
  const isHeld = world.tenant.workerRoles.some((held) => held.role === role)
  if (!isHeld && world.knobs.grantsOfRolesNotHeld === 'refused') throw insufficientPermissions()
  return role
}

function assignmentView(world: World, call: Call, holder: RoleHolder, assignment: SandboxRoleAssignment) {
  const { id, role, scope } = assignment
  return {
    _links: {
      self: link(call, `${holder.path}/roleAssignments/${id}`),
      environment: link(call, environmentPath(world)),
    },
    id,
    role: { id: ROLE_IDS[role] },
    scope,
    readOnly: false,
    environment: { id: world.tenant.environmentId },
    ...holder.shown,
  }
}

function grant(world: World, call: Call, holder: RoleHolder): Reply {
  const { role: wanted, scope } = parseJson(call, AssignmentBody)
  const role = roleToGrant(world, wanted.id)
  if (!isThere(world, scope)) throw invalidData('INVALID_VALUE', 'scope.id', 'There is no such scope')
  if (APPLICABLE_TO[role]?.includes(scope.type) === false) {
    throw constraintViolated('scope.type', 'The role cannot be held in such a scope')
  }
  const isDouble = holder.assignments.some((held) => held.role === role && held.scope.id === scope.id)
  if (isDouble) throw notUnique('role')
  const assignment = holder.add({ id: world.ids.uuid(), role, scope })
  world.recordChange(call, 'role.grant', { ...holder.subject, resourceId: assignment.id })
  const view = assignmentView(world, call, holder, assignment)
  return created(call, `${holder.path}/roleAssignments/${assignment.id}`, view)
}

function revoke(world: World, call: Call, holder: RoleHolder): Reply {
  const { id } = assignmentOf(call, holder)
  holder.remove(id)
  world.recordChange(call, 'role.revoke', { ...holder.subject, resourceId: id })
  return { status: 204 }
}

function assignmentOf(call: Call, holder: RoleHolder): SandboxRoleAssignment {
  const assignment = holder.assignments.find(({ id }) => id === call.params['assignmentId'])
  if (assignment === undefined) throw notFound()
  return assignment
}

/** PingOne: Role Assignments. They look the same whoever holds them. */
export function roleAssignmentRoutes(world: World, { holderPath, read, write, holderOf }: RoleRoutes): Route[] {
  const path = `${holderPath}/roleAssignments`
  const one = `${path}/:assignmentId`
  const ofHolder =
    (act: (world: World, call: Call, holder: RoleHolder) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, holderOf(call, access))
  const listAll = ofHolder((_world, call, holder) => {
    const views = holder.assignments.map((assignment) => assignmentView(world, call, holder, assignment))
    return list(world, call, 'roleAssignments', views)
  })
  const readOne = ofHolder((_world, call, holder) =>
    ok(assignmentView(world, call, holder, assignmentOf(call, holder))),
  )
  return [
    { method: 'GET', path, need: read, handle: listAll },
    { method: 'GET', path: one, need: read, handle: readOne },
    { method: 'POST', path, need: write, handle: ofHolder(grant) },
    { method: 'DELETE', path: one, need: write, handle: ofHolder(revoke) },
  ]
}

/** A record that simply keeps its assignments. */
export function keepsAssignments(record: { roleAssignments: SandboxRoleAssignment[] }) {
  return {
    assignments: record.roleAssignments,
    add: (assignment: SandboxRoleAssignment) => {
      record.roleAssignments = [...record.roleAssignments, assignment]
      return assignment
    },
    remove: (id: string) => {
      record.roleAssignments = record.roleAssignments.filter((assignment) => assignment.id !== id)
    },
  }
}
