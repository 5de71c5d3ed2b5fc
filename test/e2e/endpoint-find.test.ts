import { sample, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalog } from '../catalog/endpoints.ts'
import { shareStage } from './shared-stage.ts'

// Neither a connection nor an approver is needed.
const shared = shareStage({ session: { env: { PINGONE_ENVIRONMENT_ID: '', PINGONE_CLIENT_ID: '' } } })

const search = (args: Record<string, unknown>) => shared.session.call('search_endpoints', args)
const describeOne = (endpoint: string) => shared.session.call('describe_endpoint', { endpoint })

describe('search_endpoints', () => {
  test('finds by plain words, and the text carries the ids', async () => {
    const { structured, text } = await search({ query: 'unpair a phone' })

    expect(structured.confident).toBe(true)
    expect(structured.results).toHaveLength(5)
    expect(structured.results[0]).toEqual({
      id: 'mfa.devices.delete',
      method: 'DELETE',
      path: '/environments/{environmentID}/users/{userID}/devices/{deviceID}',
      title: expect.any(String),
      service: 'mfa',
      effect: 'destructive',
      typed: expect.any(Boolean),
      tool: 'unpair_mfa_device',
    })
    for (const { id, method, path } of structured.results)
      expect(text).toMatch(new RegExp(`${id}: .*${method} ${escaped(path)}`))
  })

  test('names the media type where one selects the action', async () => {
    const { structured, text } = await search({ query: 'lock a user account' })

    const lock = structured.results.find(({ id }) => id === 'management.users.lock')
    expect(lock).toMatchObject({ contentType: 'application/vnd.pingidentity.account.lock+json' })
    expect(text).toContain('application/vnd.pingidentity.account.lock+json')
  })

  test('says that nothing fits, with a hint, and is no error', async () => {
    const { structured, text, isError } = await search({ query: 'weather forecast for Denver' })

    expect(isError).toBe(false)
    expect(structured.confident).toBe(false)
    expect(structured.hint).toMatch(/\S/)
    expect(text).toContain(structured.hint)
  })

  test('keeps to a service, a method and a limit', async () => {
    const { structured } = await search({ query: 'policy', service: 'mfa', method: 'DELETE', limit: 2 })

    expect(structured.results.map(({ service, method }) => [service, method])).toEqual([
      ['mfa', 'DELETE'],
      ['mfa', 'DELETE'],
    ])
  })

  test.each([{ limit: 0 }, { limit: 11 }, { limit: 1.5 }, { service: 'davinci' }, { method: 'get' }, { query: 7 }])(
    'refuses %j',
    async (args) => {
      expect((await search({ query: 'users', ...args })).code).toBe('INVALID_INPUT')
    },
  )

  test('bears 300 queries of any kind', async () => {
    const odd = [
      '',
      ' ',
      'a'.repeat(10_000),
      '🙈'.repeat(500),
      'パスワードをリセットする',
      'سجل',
      '{{',
      '/',
      'constructor',
    ]
    const queries = [...odd, ...sample(string({ unit: 'grapheme', maxLength: 60 }), 291)]

    const codes = new Set<string | undefined>()
    for (const query of queries) codes.add((await search({ query })).code)

    expect([...codes]).toEqual([undefined])
  })
})

describe('describe_endpoint', () => {
  // What a description says of each endpoint is proved where it is made.
  test('has what its output schema promises, and the text what the next step needs', async () => {
    for (const { id, path } of catalog.endpoints.filter((_, index) => index % 10 === 0)) {
      const { structured, text } = await describeOne(id)

      expect(structured.id).toBe(id)
      expect(text).toContain(path)
      expect(text).toContain(`Next: call ${structured.call.tool} with ${JSON.stringify(structured.call.arguments)}`)
    }
  })

  test.each([
    ['mfa.device.activat', 'mfa.devices.activate'],
    ['GET /environments/{environmentID}/usrs', 'management.users.list'],
    ['deleteUser', 'management.users.delete'],
  ])('of %j names the nearest', async (endpoint, near) => {
    const { code, text } = await describeOne(endpoint)

    expect(code).toBe('ENDPOINT_UNKNOWN')
    expect(text).toMatch(/\nNext: The nearest are /)
    expect(text).toContain(near)
  })

  test.each(['xyzzy', '🙈', '__proto__ ', 'GET', 'a'.repeat(400)])('of %j is ENDPOINT_UNKNOWN', async (endpoint) => {
    expect((await describeOne(endpoint)).code).toBe('ENDPOINT_UNKNOWN')
  })
})

test('PingOne hears of none of it', () => {
  expect(shared.stage.sandbox.requests).toEqual([])
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
