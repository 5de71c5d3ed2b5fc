import { describe, expect, test } from 'vitest'
import { nearestEndpoints } from '../../src/catalog/nearest.ts'
import { catalog, ids, openSearch } from './endpoints.ts'

describe('an endpoint is found', () => {
  test('by its id, every one of them', () => {
    expect(ids.filter((id) => catalog.find(id)?.record.id !== id)).toEqual([])
  })

  test('by METHOD /path, every one of them or one that shares it', () => {
    const missed = catalog.endpoints.filter((record) => {
      const found = catalog.find(`${record.method} ${record.path}`)
      return found === undefined || ![found.record, ...found.variants].includes(record)
    })

    expect(missed.map(({ id }) => id)).toEqual([])
  })

  test.each([
    ['GET /environments/{environmentID}/users', 'management.users.list'],
    ['get /environments/{environmentID}/users', 'management.users.list'],
    ['GET   /environments/{environmentID}/users', 'management.users.list'],
    ['  GET /environments/{environmentID}/users  ', 'management.users.list'],
    ['GET /v1/environments/{environmentID}/users', 'management.users.list'],
    ['GET /environments/{environmentID}/users/', 'management.users.list'],
    ['GET /environments/{e}/users/{u}', 'management.users.read'],
    ['GET /environments/{}/users/{}', 'management.users.read'],
    ['POST /environments/{environmentID}/users/{userID}/devices/{deviceID}', 'mfa.devices.activate'],
  ])('%j', (reference, id) => {
    const found = catalog.find(reference)

    expect([found?.record, ...(found?.variants ?? [])].map((record) => record?.id)).toContain(id)
  })

  test.each([
    'GET /environments/{environmentID}/USERS',
    'management.users',
    'Management.Users.List',
    'GET',
    '/environments/{environmentID}/users',
    'GET environments/{environmentID}/users',
    'GET /environments/{environmentID}/users?limit=1',
    'GET https://api.pingone.eu/v1/environments/{environmentID}/users',
    '__proto__',
    'constructor',
    '',
  ])('and not by %j', (reference) => {
    expect(catalog.find(reference)).toBeUndefined()
  })
})

describe('the nearest of an unknown one', () => {
  const nearest = async (reference: string) => nearestEndpoints({ catalog, search: await openSearch() }, reference)

  test.each([
    ['mfa.device.activate', 'mfa.devices.activate'],
    ['mfa.devices.activat', 'mfa.devices.activate'],
    ['managment.user.list', 'management.users.list'],
    ['management.applications.secrets.read', 'management.applications.secret.read'],
    ['deleteUser', 'management.users.delete'],
    ['GET /environments/{environmentID}/usrs', 'management.users.list'],
    ['PATCH /environments/{environmentID}/groups/{groupID}', 'management.groups.update'],
  ])('%j is %s', async (reference, id) => {
    expect(await nearest(reference)).toContain(id)
  })

  test.each(['', 'xyzzy', '🙈', 'GET'])('%j has none', async (reference) => {
    expect(await nearest(reference)).toEqual([])
  })

  test('are three at most, and each is there', async () => {
    const found = await nearest('POST /environments/{environmentID}/users/{userID}/device')

    expect(found.length).toBeLessThanOrEqual(3)
    expect(found.filter((id) => !ids.includes(id))).toEqual([])
  })
})
