import { beforeAll, describe, expect, test } from 'vitest'
import { openCatalogFiles } from '../../src/catalog/load.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { DEFAULT_KNOBS } from '../../src/sandbox/knobs.ts'
import { apiRoutes } from '../../src/sandbox/routes.ts'
import { seedTenant } from '../../src/sandbox/seed.ts'
import { createWorld } from '../../src/sandbox/world.ts'

/** `METHOD /path` with nameless parameters, to be compared whatever they are called. */
const addressOf = (method: string, path: string) => `${method} ${path.replace(/\{\w+\}|:\w+/g, '{}')}`

const world = createWorld({
  seed: 1,
  clock: systemClock,
  tenant: seedTenant(1, {}),
  knobs: { ...DEFAULT_KNOBS },
  onMessage: () => undefined,
})
const answered = apiRoutes(world).map(({ method, path }) => addressOf(method, path))
let known: { id: string; address: string }[]

beforeAll(async () => {
  const endpoints = await openCatalogFiles().endpoints()
  known = endpoints.map(({ id, method, path }) => ({ id, address: addressOf(method, path) }))
})

test('no address is answered twice', () => {
  expect(new Set(answered).size).toBe(answered.length)
})

test('every address that the tenant answers is one that the catalogue knows', () => {
  const addresses = new Set(known.map(({ address }) => address))

  expect(answered.filter((address) => !addresses.has(address))).toEqual([])
})

describe('of the catalogue the tenant answers', () => {
  test.each([
    /^management\.environments\.(list|read|update)$/,
    /^management\.populations\.\w+$/,
    /^management\.users\.\w+$/,
    /^management\.users\.(enabled|memberOfGroups|password|population|roleAssignments)\.\w+$/,
    /^management\.groups\./,
    /^management\.applications\.\w+$/,
    /^management\.applications\.(secret|roleAssignments)\.\w+$/,
    /^management\.(identityProviders|signOnPolicies|gateways|keys)\.(list|read)$/,
    /^management\.gateways\.credentials\.\w+$/,
    /^mfa\.(devices|settings|deviceAuthenticationPolicies|pairingKeys)\.\w+$/,
    /^mfa\.users\.(mfaEnabled|bypassMfa)\.\w+$/,
  ])('everything that is %s', (pattern) => {
    const wanted = known.filter(({ id }) => pattern.test(id))

    expect(wanted.length).toBeGreaterThan(1)
    expect(wanted.filter(({ address }) => !answered.includes(address))).toEqual([])
  })
})
