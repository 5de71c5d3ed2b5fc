import { describe, expect, test } from 'vitest'
import { catalog } from './endpoints.ts'

function problems(id: string, body: unknown): string[] {
  const found = catalog.find(id)
  if (found === undefined) throw new Error(`${id} is unknown`)
  return catalog.bodyProblems(found.record, body)
}

describe('what is wrong is told with the field', () => {
  test.each<[string, unknown, string]>([
    ['management.users.create', { email: 'alice@example.com' }, 'body.username: is missing'],
    ['management.users.create', undefined, 'body: is missing'],
    ['management.users.create', 'alice', 'body: must be object'],
    ['management.users.create', [], 'body: must be object'],
    ['management.users.create', null, 'body: must be object'],
    ['management.users.enabled.update', { enabled: 'yes' }, 'body.enabled: must be boolean'],
    ['management.groups.create', {}, 'body.name: is missing'],
    ['management.groups.create', { name: 7 }, 'body.name: must be string'],
    ['management.users.memberOfGroups.add', {}, 'body.id: is missing'],
    ['management.translations.update', undefined, 'body: is missing'],
    ['mfa.devices.setOrder', { order: [{}] }, 'body.order.0.id: is missing'],
    ['mfa.devices.activate', {}, 'body.otp: is missing'],
  ])('%s %j', (id, body, problem) => {
    expect(problems(id, body)).toContain(problem)
  })

  test('a value that is one of a few is told with them', () => {
    const [problem] = problems('management.populations.create', { name: 'Staff', preferredLanguage: 7 })

    expect(problem).toBe('body.preferredLanguage: must be string')
    expect(problems('mfa.devices.create', { type: 'PIGEON' }).join()).toContain('body')
  })

  test('never the value, which may be a secret', () => {
    const told = problems('management.users.password.set', { value: { canary: 'canary-password' } })

    expect(told.length).toBeGreaterThan(0)
    expect(told.join()).not.toContain('canary-password')
  })

  test('at most eight of them, each once', () => {
    const told = problems('management.applications.create', {})

    expect(told.length).toBeLessThanOrEqual(8)
    expect(new Set(told).size).toBe(told.length)
  })
})

describe('nothing is wrong', () => {
  test.each<[string, unknown]>([
    ['management.users.create', { username: 'zoe', email: 'zoe@example.com', population: { id: 'p' } }],
    ['management.users.update', { title: null }],
    ['management.groups.create', { name: 'Engineering' }],
    ['mfa.devices.activate', { otp: '123456' }],
    // Formats are PingOne's to judge: it says why.
    ['management.users.update', { email: 'not an address' }],
  ])('with %s %j', (id, body) => {
    expect(problems(id, body)).toEqual([])
  })

  test.each(['management.users.lock', 'management.users.unlock', 'mfa.devices.block'])(
    'where %s is called without a body, in which nothing is required',
    (id) => {
      expect(problems(id, undefined)).toEqual([])
    },
  )

  test.each<[string, unknown]>([
    ['management.users.identityProvider.update', { anything: [1, { goes: true }] }],
    ['mfa.fidoDevicesMetadata.create', {}],
  ])('that is known, where the body of %s is not documented', (id, body) => {
    expect(problems(id, body)).toEqual([])
  })
})
