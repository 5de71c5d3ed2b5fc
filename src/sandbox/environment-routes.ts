import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Call, Route } from './call.ts'
import { parseJson } from './call.ts'
import { environmentPath, link, list, ok } from './hal.ts'
import { notFound } from './problems.ts'
import type { SandboxTenant } from './records.ts'
import { ROLE_IDS, ROLE_NAMES, ROLE_TITLES } from './roles.ts'
import type { RoleName } from './roles.ts'
import type { World } from './world.ts'

export const ENVIRONMENT = '/environments/:environmentId'

/** Region and license have to be there, and stay what they are. */
const EnvironmentBody = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  type: z.enum(['PRODUCTION', 'SANDBOX']),
  region: z.string(),
  license: z.object({ id: z.string() }),
})

function changeTenant(world: World, changed: Partial<SandboxTenant>): void {
  world.tenant = { ...world.tenant, ...changed }
  world.environmentUpdatedAt = world.now()
}

function environmentView(world: World, call: Call) {
  const { tenant } = world
  return {
    _links: { self: link(call, environmentPath(world)) },
    id: tenant.environmentId,
    name: tenant.environmentName,
    ...(tenant.environmentDescription !== '' && { description: tenant.environmentDescription }),
    type: tenant.environmentType,
    region: tenant.region,
    createdAt: '2025-02-03T09:15:00.000Z',
    updatedAt: isoTime(world.environmentUpdatedAt),
    organization: { id: tenant.organizationId },
    license: { id: tenant.licenseId },
  }
}

function roleView(call: Call, role: RoleName) {
  const id = ROLE_IDS[role]
  return { _links: { self: link(call, `/roles/${id}`) }, id, name: ROLE_TITLES[role], type: 'PLATFORM' }
}

/** The environment, its populations, and the roles that PingOne has everywhere. */
export function environmentRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: '/environments',
      need: 'environment.read',
      handle: (call) => list(world, call, 'environments', [environmentView(world, call)]),
    },
    {
      method: 'GET',
      path: ENVIRONMENT,
      need: 'environment.read',
      handle: (call) => ok(environmentView(world, call)),
    },
    {
      method: 'PUT',
      path: ENVIRONMENT,
      need: 'environment.write',
      handle: (call) => {
        const { name, type, description = '' } = parseJson(call, EnvironmentBody)
        changeTenant(world, { environmentName: name, environmentType: type, environmentDescription: description })
        world.recordChange(call, 'environment.update')
        return ok(environmentView(world, call))
      },
    },
    {
      method: 'PUT',
      path: `${ENVIRONMENT}/type`,
      need: 'environment.write',
      handle: (call) => {
        const { type } = parseJson(call, EnvironmentBody.pick({ type: true }))
        changeTenant(world, { environmentType: type })
        world.recordChange(call, 'environment.update')
        return ok(environmentView(world, call))
      },
    },
    {
      method: 'GET',
      path: '/roles',
      need: 'role.read',
      handle: (call) => {
        const views = ROLE_NAMES.map((role) => roleView(call, role))
        return list(world, call, 'roles', views)
      },
    },
    {
      method: 'GET',
      path: '/roles/:roleId',
      need: 'role.read',
      handle: (call) => {
        const role = ROLE_NAMES.find((name) => ROLE_IDS[name] === call.params['roleId'])
        if (role === undefined) throw notFound()
        return ok(roleView(call, role))
      },
    },
  ]
}
