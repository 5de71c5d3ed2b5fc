import { applicationRoutes } from './application-routes.ts'
import { applicationSecretRoutes } from './application-secret-routes.ts'
import type { Route } from './call.ts'
import { configurationRoutes } from './configuration-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import { environmentRoutes } from './environment-routes.ts'
import { GROUP, groupOf, groupRoutes } from './group-routes.ts'
import { groupPath } from './group-view.ts'
import { userPath } from './hal.ts'
import { membershipRoutes } from './membership-routes.ts'
import { nestingRoutes } from './nesting-routes.ts'
import { pairingKeyRoutes } from './pairing-key-routes.ts'
import { passwordRoutes } from './password-routes.ts'
import { policyRoutes } from './policy-routes.ts'
import { populationRoutes } from './population-routes.ts'
import { keepsAssignments, roleAssignmentRoutes } from './role-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { USER, userOf, userRoutes } from './user-routes.ts'
import { userStateRoutes } from './user-state-routes.ts'
import { userWriteRoutes } from './user-write-routes.ts'
import type { World } from './world.ts'

/** Roles of people and groups are identity data; those of applications come with the applications. */
function identityRoleRoutes(world: World): Route[] {
  const needs = { read: 'roleAssignment.read', write: 'roleAssignment.write' } as const
  return [
    ...roleAssignmentRoutes(world, {
      holderPath: USER,
      ...needs,
      holderOf: (call, access) => {
        const user = userOf(world, call, access)
        return { ...keepsAssignments(user), path: userPath(world, user.id), subject: { userId: user.id } }
      },
    }),
    ...roleAssignmentRoutes(world, {
      holderPath: GROUP,
      ...needs,
      holderOf: (call, access) => {
        const group = groupOf(world, call, access)
        const { id } = group
        return {
          ...keepsAssignments(group),
          path: groupPath(world, id),
          subject: { groupId: id },
          shown: { group: { id } },
        }
      },
    }),
  ]
}

/** Everything that the API answers. */
export function apiRoutes(world: World): Route[] {
  return [
    ...environmentRoutes(world),
    ...populationRoutes(world),
    ...userRoutes(world),
    ...userWriteRoutes(world),
    ...userStateRoutes(world),
    ...passwordRoutes(world),
    ...membershipRoutes(world),
    ...groupRoutes(world),
    ...nestingRoutes(world),
    ...identityRoleRoutes(world),
    ...applicationRoutes(world),
    ...applicationSecretRoutes(world),
    ...deviceRoutes(world),
    ...pairingKeyRoutes(world),
    ...settingsRoutes(world),
    ...policyRoutes(world),
    ...configurationRoutes(world),
  ]
}
