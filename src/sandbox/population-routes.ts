import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Access, Call, Reply, Route } from './call.ts'
import { parseJson } from './call.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { created, environmentPath, link, ok } from './hal.ts'
import { page } from './pages.ts'
import { constraintViolated, insufficientPermissions, notFound, notUnique } from './problems.ts'
import type { SandboxPopulation } from './records.ts'
import type { FilterRules } from './scim-filter.ts'
import { matches, parseFilter } from './scim-filter.ts'
import type { World } from './world.ts'

const POPULATIONS = `${ENVIRONMENT}/populations`
const POPULATION = `${POPULATIONS}/:populationId`
const POPULATION_FILTERS: FilterRules = { id: ['eq'], name: ['sw'] }

const PopulationBody = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  default: z.boolean().optional(),
})

function populationPath(world: World, { id }: SandboxPopulation): string {
  return `${environmentPath(world)}/populations/${id}`
}

function countUsers(world: World, { id }: SandboxPopulation): number {
  return [...world.users.values()].filter((user) => user.populationId === id).length
}

function populationView(world: World, call: Call, population: SandboxPopulation) {
  return {
    _links: { self: link(call, populationPath(world, population)), environment: link(call, environmentPath(world)) },
    id: population.id,
    environment: { id: world.tenant.environmentId },
    name: population.name,
    ...(population.description !== undefined && { description: population.description }),
    userCount: countUsers(world, population),
    default: population.isDefault,
    createdAt: isoTime(population.createdAt),
    updatedAt: isoTime(population.updatedAt),
  }
}

function populationOf(world: World, call: Call, access: Access): SandboxPopulation {
  const population = world.populations.find(({ id }) => id === call.params['populationId'])
  if (population === undefined || !access.reaches(population.id)) throw notFound()
  return population
}

function requireFreeName(world: World, name: string, besides?: SandboxPopulation): void {
  if (world.populations.some((other) => other !== besides && other.name === name)) throw notUnique('name')
}

/** There is one default at most: a new one takes the place of the old. */
function makeDefault(world: World, population: SandboxPopulation): void {
  for (const other of world.populations) other.isDefault = other === population
}

function listPopulations(world: World, call: Call, access: Access): Reply {
  const text = call.query.get('filter')
  const filter = text === null ? undefined : parseFilter(text, POPULATION_FILTERS)
  const found = world.populations
    .filter(({ id }) => access.reaches(id))
    .filter(({ id, name }) => filter === undefined || matches(filter, (asked) => (asked === 'id' ? id : name)))
  return page(world, call, 'populations', found, (population) => populationView(world, call, population))
}

function createPopulation(world: World, call: Call, access: Access): Reply {
  const { name, description, default: isDefault = false } = parseJson(call, PopulationBody)
  if (!access.reaches(undefined)) throw insufficientPermissions()
  requireFreeName(world, name)
  const now = world.now()
  const population: SandboxPopulation = {
    id: world.ids.uuid(),
    sequence: world.nextSequence(),
    name,
    description,
    isDefault: false,
    createdAt: now,
    updatedAt: now,
  }
  world.populations.push(population)
  if (isDefault) makeDefault(world, population)
  world.recordChange(call, 'population.create', { resourceId: population.id })
  return created(call, populationPath(world, population), populationView(world, call, population))
}

function replacePopulation(world: World, call: Call, access: Access): Reply {
  const population = populationOf(world, call, access)
  const { name, description, default: isDefault = false } = parseJson(call, PopulationBody)
  requireFreeName(world, name, population)
  // The default stays it until another one takes its place.
  Object.assign(population, { name, description, updatedAt: world.now() })
  if (isDefault) makeDefault(world, population)
  world.recordChange(call, 'population.update', { resourceId: population.id })
  return ok(populationView(world, call, population))
}

function removePopulation(world: World, call: Call, access: Access): Reply {
  const population = populationOf(world, call, access)
  if (population.isDefault) throw constraintViolated('default', 'The default population cannot be deleted')
  if (countUsers(world, population) > 0) throw constraintViolated('userCount', 'There are users in the population')
  world.populations.splice(world.populations.indexOf(population), 1)
  world.recordChange(call, 'population.remove', { resourceId: population.id })
  return { status: 204 }
}

/** PingOne: Populations. */
export function populationRoutes(world: World): Route[] {
  const carriedOut =
    (act: (world: World, call: Call, access: Access) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, access)
  const readOne = carriedOut((_world, call, access) =>
    ok(populationView(world, call, populationOf(world, call, access))),
  )
  return [
    { method: 'GET', path: POPULATIONS, need: 'population.read', handle: carriedOut(listPopulations) },
    { method: 'POST', path: POPULATIONS, need: 'population.write', handle: carriedOut(createPopulation) },
    { method: 'GET', path: POPULATION, need: 'population.read', handle: readOne },
    { method: 'PUT', path: POPULATION, need: 'population.write', handle: carriedOut(replacePopulation) },
    { method: 'DELETE', path: POPULATION, need: 'population.write', handle: carriedOut(removePopulation) },
  ]
}
