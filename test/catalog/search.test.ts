import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assembleIndex, serializeIndex } from '../../scripts/search/assemble.ts'
import { readSearchFiles } from '../../src/catalog/load.ts'
import { createSearch } from '../../src/catalog/search/search.ts'

const root = new URL('../..', import.meta.url).pathname
const folder = join(root, 'catalog')
const search = createSearch(await readSearchFiles(folder))
const first = (query: string) => search(query).results[0]

describe('what is typed in letter by letter', () => {
  test.each([
    ['management.users.list', 'GET', '/environments/{environmentID}/users'],
    ['mfa.devices.activate', 'POST', '/environments/{environmentID}/users/{userID}/devices/{deviceID}'],
    ['GET /environments/{environmentID}/groups', 'GET', '/environments/{environmentID}/groups'],
    ['DELETE /v1/environments/{e}/users/{u}', 'DELETE', '/environments/{environmentID}/users/{userID}'],
  ])('%s comes first with full confidence', (query, method, path) => {
    const { confident, results } = search(query)

    expect(confident).toBe(true)
    expect(results[0]).toMatchObject({ method, path, score: 1 })
  })

  test('an operationId of the specification is found', () => {
    expect(first('readAllPasswordPolicies')).toMatchObject({ id: 'management.passwordPolicies.list' })
  })
})

describe('plain words', () => {
  test.each([
    ['list users', 'management.users.list'],
    ['delete a group', 'management.groups.delete'],
    ['unpair a phone', 'mfa.devices.delete'],
    ['webhooks', 'management.subscriptions.list'],
    ['pasword polcies', 'management.passwordPolicies.list'],
    ['unblock the device of a user', 'mfa.devices.unblock'],
    ['resend the code for pairing a device', 'mfa.devices.resendCode'],
  ])('%s', (query, id) => {
    expect(first(query)?.id).toBe(id)
  })
})

test('each method and path stands once among the first ten', () => {
  const { results } = search('device of a user')

  expect(new Set(results.map(({ method, path }) => `${method} ${path}`)).size).toBe(results.length)
})

test('only the service and the method asked for are returned', () => {
  const { results } = search('policy', { service: 'mfa', method: 'DELETE', limit: 5 })

  expect(results.length).toBeGreaterThan(0)
  expect(results.every(({ id, method }) => id.startsWith('mfa.') && method === 'DELETE')).toBe(true)
})

test('what has nothing to do with PingOne is not answered with confidence', () => {
  const { confident, hint } = search('weather forecast for Denver')

  expect(confident).toBe(false)
  expect(hint).toMatch(/\S/)
})

test('the same words always find the same', () => {
  expect(search('who changed the sign-on policy')).toEqual(search('who changed the sign-on policy'))
})

test.each([
  ['nothing', ''],
  ['spaces', '   '],
  ['a question mark', '?'],
  ['emoji', '🙈🙉'],
  ['ten thousand letters', 'a'.repeat(10_000)],
  ['two thousand words', 'user '.repeat(2_000)],
  ['Japanese', 'パスワードをリセットする'],
  ['Arabic', 'سجل'],
  ['braces', '{{'],
  ['a slash', '/'],
  ['names of the language itself', 'constructor __proto__ toString'],
])('bears %s', (_, query) => {
  expect(() => search(query)).not.toThrow()
})

test('bears any text, and scores stay between 0 and 1 in falling order', () => {
  assert(
    property(string({ unit: 'grapheme', maxLength: 200 }), (query) => {
      const scores = search(query).results.map(({ score }) => score)

      expect(scores).toEqual(scores.toSorted((a, b) => b - a))
      expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('the committed index is what catalogue, vocabulary and weights make', () => {
  expect(readFileSync(join(folder, 'search-index.json'), 'utf8') === serializeIndex(assembleIndex(root))).toBe(true)
})
