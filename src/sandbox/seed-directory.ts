import {
  APPLICATIONS,
  GATEWAYS,
  GROUPS,
  IDENTITY_PROVIDERS,
  KEYS,
  SIGN_ON_POLICIES,
  WORKER_CONFIG,
} from './directory-seed.ts'
import type { ConfigurationRecord } from './directory.ts'
import { findUser } from './lookup.ts'
import { createApplicationRecord, createGroupRecord } from './new-records.ts'
import { setPassword } from './password.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { newSecret } from './secrets.ts'
import type { World } from './world.ts'

const CREATED_AT = Date.parse('2025-02-03T09:20:00.000Z')

function seedGroups(world: World, random: Random): void {
  const scope = { id: world.tenant.environmentId, type: 'ENVIRONMENT' as const }
  for (const { members, holdsRole, population, memberOfGroups = [], ...group } of GROUPS) {
    createGroupRecord(world, {
      ...group,
      createdAt: CREATED_AT,
      populationId: world.populations.find(({ name }) => name === population)?.id,
      userIds: members.flatMap((email) => findUser(world, email)?.id ?? []),
      memberOfGroups: [...memberOfGroups],
      roleAssignments: holdsRole === undefined ? [] : [{ id: random.uuid(), role: holdsRole, scope }],
    })
  }
}

function asRecords(seeds: readonly { id: string }[]): ConfigurationRecord[] {
  return seeds.map(({ id, ...fields }) => ({ id, fields: structuredClone(fields), createdAt: CREATED_AT }))
}

/** Fills a tenant with groups, applications and configuration, and gives everybody a password. */
export function seedDirectory(world: World, seed: number): void {
  const random = createRandom(seed, 'directory')
  seedGroups(world, random)
  const { clientId, environmentId, workerEnvironmentId } = world.tenant
  if (workerEnvironmentId === environmentId) {
    createApplicationRecord(world, { id: clientId, config: structuredClone(WORKER_CONFIG), createdAt: CREATED_AT })
  }
  for (const { id, config, hasSecret } of APPLICATIONS) {
    const secret = hasSecret ? newSecret(random) : undefined
    createApplicationRecord(world, { id, config: structuredClone(config), secret, createdAt: CREATED_AT })
  }
  for (const { id, fields, hasSecret } of IDENTITY_PROVIDERS) {
    const clientSecret = hasSecret ? { clientSecret: newSecret(random) } : {}
    world.identityProviders.push({ id, fields: { ...fields, ...clientSecret }, createdAt: CREATED_AT })
  }
  world.signOnPolicies.push(...asRecords(SIGN_ON_POLICIES))
  world.keys.push(...asRecords(KEYS))
  world.gateways.push(...asRecords(GATEWAYS))
  for (const user of world.users.values()) {
    setPassword(world, user, { value: newSecret(random).slice(0, 16), mustChange: false })
  }
}
