import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'
import { environmentPath } from './environments.ts'
import { readAllPages } from './pages.ts'
import type { PingOneClient } from './request.ts'
import { resourceId } from './resource-id.ts'

export interface RoleAssignment {
  roleId: string
  /** Of the built-in roles; custom roles are known by their id alone. */
  roleName?: string
  /** `ORGANIZATION`, `ENVIRONMENT`, `POPULATION` …, or `UNKNOWN`. */
  scopeType: string
}

// The ids are the same in every tenant. PingOne: `GET /v1/roles`.
const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  '1813bc13-8d13-4e88-a825-d40bfe82777b': 'Organization Admin',
  '29ddce68-cd7f-4b2a-b6fc-f7a19553b496': 'Environment Admin',
  '0bd9c966-7664-4ac1-b059-0ff9293908e2': 'Identity Data Admin',
  'b5057d0d-7281-47f6-9398-8a7e4cb71397': 'Client Application Developer',
  'ce00e15f-f845-4df1-abf3-fdc4ff4e176c': 'Identity Data Read Only',
  '7aba580c-5ec7-4b26-987d-85f462767455': 'Configuration Read Only',
}

const roleAssignmentSchema = lazy((): z.ZodType<RoleAssignment> =>
  z
    .looseObject({
      role: z.looseObject({ id: resourceId() }),
      scope: z
        .looseObject({
          type: z
            .string()
            .regex(/^\w{1,40}$/)
            .optional(),
        })
        .optional(),
    })
    .transform(({ role, scope }) => {
      const roleName = BUILT_IN_ROLES[role.id.toLowerCase()]
      return { roleId: role.id, ...(roleName === undefined ? {} : { roleName }), scopeType: scope?.type ?? 'UNKNOWN' }
    }),
)

/** PingOne: READ Role Assignments of a user or a group. All: a list that cannot be read to its end is an error. */
export function listRoleAssignments(
  client: PingOneClient,
  holder: { userId: string } | { groupId: string },
  signal?: AbortSignal,
): Promise<RoleAssignment[]> {
  const path =
    'userId' in holder
      ? environmentPath(client.connection, '/users/{userID}/roleAssignments', { userID: holder.userId })
      : environmentPath(client.connection, '/groups/{groupID}/roleAssignments', { groupID: holder.groupId })
  return readAllPages(client, { path, list: 'roleAssignments', item: roleAssignmentSchema(), signal })
}
