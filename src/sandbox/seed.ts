import type { SeedDevice, SeedPerson } from './people.ts'
import { PEOPLE } from './people.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { SandboxPopulation, SandboxTenant, SandboxUser } from './records.ts'
import { createDeviceRecord, createUserRecord } from './new-records.ts'
import { newSecret } from './secrets.ts'
import type { World } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const POPULATIONS = [
  { name: 'Employees', description: 'People on the payroll', isDefault: true },
  { name: 'Contractors', description: 'People who work here for a while', isDefault: false },
  { name: 'Partners', description: 'People of other companies', isDefault: false },
] as const

export type TenantOptions = Partial<Omit<SandboxTenant, 'organizationId' | 'licenseId' | 'grantTypes'>>

/** What the caller leaves open about the tenant comes from the seed, and is the same each time. */
export function seedTenant(seed: number, options: TenantOptions): SandboxTenant {
  const random = createRandom(seed, 'tenant')
  const environmentId = random.uuid()
  const tenant = {
    environmentId,
    environmentName: 'Sandbox',
    environmentType: 'SANDBOX' as const,
    environmentDescription: 'A simulated tenant',
    region: 'EU',
    organizationId: random.uuid(),
    licenseId: random.uuid(),
    clientId: random.uuid(),
    clientSecret: newSecret(random),
    tokenAuthMethod: 'basic' as const,
    applicationEnabled: true,
    grantTypes: ['client_credentials'],
    workerRoles: [{ role: 'IDENTITY_DATA_ADMIN' as const }, { role: 'ENVIRONMENT_ADMIN' as const }],
    ...options,
  }
  return { ...tenant, workerEnvironmentId: options.workerEnvironmentId ?? tenant.environmentId }
}

function seedPopulations(world: World, random: Random): SandboxPopulation[] {
  const createdAt = Date.parse('2025-02-03T09:16:00.000Z')
  const populations = POPULATIONS.map((population) => ({
    id: random.uuid(),
    sequence: world.nextSequence(),
    createdAt,
    updatedAt: createdAt,
    ...population,
  }))
  world.populations.push(...populations)
  return populations
}

function seedDevice(world: World, random: Random, user: SandboxUser, device: SeedDevice, pairedAt: number): void {
  const { state = 'active', ...rest } = device
  const record = createDeviceRecord(world, user, {
    ...rest,
    id: device.id ?? random.uuid(),
    status: state === 'pending' ? 'ACTIVATION_REQUIRED' : 'ACTIVE',
    // A pending device of the seed is young enough to be still there.
    createdAt: state === 'pending' ? world.now() - 60_000 : pairedAt,
  })
  if (state === 'blocked') record.blockedAt = pairedAt + DAY_MS
  if (state === 'locked') record.lock = { reason: 'OTP', expiresAt: world.now() + DAY_MS }
}

function seedPerson(world: World, random: Random, person: SeedPerson, populations: SandboxPopulation[]): void {
  const { devices = [], population = 'Employees', roles = [], given, family, id, ...rest } = person
  const joinedAt = world.now() - (60 + random.below(400)) * DAY_MS
  const user = createUserRecord(world, {
    ...rest,
    id: id ?? random.uuid(),
    name: { given, family },
    populationId: populations.find(({ name }) => name === population)?.id,
    createdAt: joinedAt,
    lastSignOnAt: devices.length === 0 ? undefined : world.now() - random.below(20 * DAY_MS),
    roles,
  })
  for (const [index, device] of devices.entries()) {
    seedDevice(world, random, user, device, joinedAt + (index + 1) * DAY_MS)
  }
}

/** Fills an empty tenant with people, who look like people, and their factors. */
export function seedPeople(world: World, seed: number): void {
  const random = createRandom(seed, 'people')
  const populations = seedPopulations(world, random)
  for (const person of PEOPLE) seedPerson(world, random, person, populations)
}
