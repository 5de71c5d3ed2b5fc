import type { Call, Route } from './call.ts'
import { environmentPath, link, list, ok } from './hal.ts'
import { notFound } from './problems.ts'
import type { SandboxPopulation } from './records.ts'
import { ROLE_IDS, ROLE_NAMES, ROLE_TITLES } from './roles.ts'
import type { RoleName } from './roles.ts'
import type { World } from './world.ts'

export const ENVIRONMENT = '/environments/:environmentId'

function environmentView(world: World, call: Call) {
  const { tenant } = world
  return {
    _links: { self: link(call, environmentPath(world)) },
    id: tenant.environmentId,
    name: tenant.environmentName,
    description: 'A simulated tenant',
    type: tenant.environmentType,
    region: tenant.region,
    createdAt: '2025-02-03T09:15:00.000Z',
    updatedAt: '2026-06-18T14:40:12.000Z',
    organization: { id: tenant.organizationId },
    license: { id: tenant.licenseId },
  }
}

function populationView(world: World, call: Call, population: SandboxPopulation) {
  const path = `${environmentPath(world)}/populations/${population.id}`
  return {
    _links: { self: link(call, path), environment: link(call, environmentPath(world)) },
    id: population.id,
    environment: { id: world.tenant.environmentId },
    name: population.name,
    description: population.description,
    userCount: [...world.users.values()].filter((user) => user.populationId === population.id).length,
    default: population.isDefault,
    createdAt: '2025-02-03T09:16:00.000Z',
    updatedAt: '2025-02-03T09:16:00.000Z',
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
      method: 'GET',
      path: `${ENVIRONMENT}/populations`,
      need: 'population.read',
      handle: (call, access) => {
        const reached = world.populations.filter((population) => access.reaches(population.id))
        const views = reached.map((population) => populationView(world, call, population))
        return list(world, call, 'populations', views)
      },
    },
    {
      method: 'GET',
      path: `${ENVIRONMENT}/populations/:populationId`,
      need: 'population.read',
      handle: (call, access) => {
        const population = world.populations.find(({ id }) => id === call.params['populationId'])
        if (population === undefined || !access.reaches(population.id)) throw notFound()
        return ok(populationView(world, call, population))
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
