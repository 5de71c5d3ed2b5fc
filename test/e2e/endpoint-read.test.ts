import { assert, asyncProperty, oneof, string } from 'fast-check'
import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { openCanaryListener } from './canary-listener.ts'
import type { CallResult, Fields } from './session.ts'
import { shareStage } from './shared-stage.ts'

const shared = shareStage()
const USERS = 'management.users.list'
const ONE_USER = { endpoint: 'management.users.read', path: { userID: FIXED_IDS.alice } }

const read = (args: Record<string, unknown>) => shared.session.call('read_endpoint', args)
const apiPaths = () => shared.stage.sandbox.requests.filter(({ host }) => host === 'api').map(({ path }) => path)
/** The list that an answer holds. */
const itemsOf = ({ structured }: CallResult) => structured.data as Fields[]
const fieldsOf = ({ structured }: CallResult) => structured.data as Fields
/** What PingOne answers to the next request whose path ends so. */
const answerWith = (path: RegExp, body: unknown) =>
  shared.stage.sandbox.faults.add({ kind: 'reply', status: 200, body, match: { method: 'GET', path } })

afterEach(() => {
  expect(shared.changes()).toEqual([])
})

describe('reads', () => {
  test.each([
    ['by id', ONE_USER.endpoint],
    ['by METHOD /path', 'GET /environments/{environmentID}/users/{userID}'],
    ['by METHOD /path with other names in it', 'GET /v1/environments/{env}/users/{id}'],
  ])('one thing %s, and the text carries it', async (_, endpoint) => {
    const { structured, text } = await read({ ...ONE_USER, endpoint })

    expect(structured.data).toMatchObject({ id: FIXED_IDS.alice, username: 'alice', email: 'alice@example.com' })
    expect(JSON.parse(text.split('\n')[0] ?? '')).toEqual(structured.data)
  })

  test('the configured environment, which the caller does not name', async () => {
    const answer = await read({ endpoint: 'management.environments.read' })

    expect(fieldsOf(answer)['id']).toBe(shared.stage.sandbox.tenant.environmentId)
  })

  test('a list as an array, with the number of all', async () => {
    const answer = await read({ endpoint: 'management.groups.list' })

    expect(itemsOf(answer).map(({ name }) => name)).toContain('Engineering')
    expect(answer.structured.page).toEqual({ count: itemsOf(answer).length })
  })

  test('what a filter finds', async () => {
    const answer = await read({ endpoint: USERS, query: { filter: 'email eq "bob@example.com"' } })

    expect(itemsOf(answer).map(({ username }) => username)).toEqual(['bob'])
  })

  test('only the fields that are asked for, dotted names in lists, too', async () => {
    const one = await read({ ...ONE_USER, fields: ['username', 'name.family', 'nothing.of.it'] })
    const list = await read({ endpoint: USERS, query: { filter: 'username eq "bob"' }, fields: ['name.given', 'id'] })

    expect(one.structured.data).toEqual({ username: 'alice', name: { family: 'Ferreira' } })
    expect(list.structured.data).toEqual([{ id: FIXED_IDS.bob, name: { given: 'Bob' } }])
  })
})

describe('refuses, before PingOne hears of it,', () => {
  test.each<[what: string, args: Record<string, unknown>, told: string]>([
    ['a parameter that the endpoint does not know', { endpoint: USERS, query: { fliter: 'x' } }, 'query.fliter: '],
    ['a name of the language itself', { endpoint: USERS, query: { constructor: 'x' } }, 'query.constructor: '],
    ['a value that is no number', { endpoint: USERS, query: { limit: 'many' } }, 'query.limit: '],
    ['a missing path value', { endpoint: ONE_USER.endpoint }, 'path.userID: is missing'],
    ['a path value too many', { ...ONE_USER, path: { ...ONE_USER.path, groupID: 'g' } }, 'path.groupID: '],
    [
      'an environment of the caller’s',
      { ...ONE_USER, path: { ...ONE_USER.path, environmentID: 'e' } },
      'environmentID',
    ],
    ['an empty path value', { ...ONE_USER, path: { userID: '' } }, 'userID'],
    ['a blank path value', { ...ONE_USER, path: { userID: '  ' } }, 'userID'],
    ['a dot', { ...ONE_USER, path: { userID: '.' } }, 'userID'],
    ['two dots', { ...ONE_USER, path: { userID: '..' } }, 'userID'],
    ['an invisible character', { ...ONE_USER, path: { userID: `${FIXED_IDS.alice}\u200B` } }, 'userID'],
    ['a line break', { ...ONE_USER, path: { userID: 'a\nb' } }, 'userID'],
    ['a cursor of its own making', { endpoint: USERS, query: { cursor: 'eyJhIjoxfQ' } }, 'query.cursor: '],
    ['a cursor with a parameter smuggled in', { endpoint: USERS, query: { cursor: smuggled() } }, 'query.cursor: '],
    ['a limit of none', { endpoint: USERS, limit: 0 }, 'limit: '],
    ['what changes something', { endpoint: 'management.groups.create' }, 'change_endpoint'],
    ['what a dedicated tool changes', { endpoint: 'mfa.devices.delete' }, 'unpair_mfa_device'],
  ])('%s', async (_, args, told) => {
    const { code, text } = await read(args)

    expect(code).toBe('INVALID_INPUT')
    expect(text).toContain(told)
    expect(shared.requestCount()).toBe(0)
  })

  test.each([
    'management.applications.secret.read',
    'management.users.pairingKeys.read',
    'GET /environments/{environmentID}/applications/{applicationID}/secret',
  ])('a secret, with a pointer: %s', async (endpoint) => {
    const { code, text } = await read({ endpoint, path: { applicationID: DIRECTORY_IDS.portal } })

    expect(code).toBe('BLOCKED_BY_POLICY')
    expect(text).toMatch(/\nNext: Call change_endpoint with "/)
    expect(shared.requestCount()).toBe(0)
  })
})

function smuggled(): string {
  return Buffer.from(JSON.stringify({ search: 'expand=password', skip: 0 })).toString('base64url')
}

test('a path value cannot leave its segment, whatever it is', async () => {
  const hostile = oneof(
    string({ minLength: 1, maxLength: 40 }),
    string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    string({
      unit: string({ minLength: 1, maxLength: 1 }).filter((one) => './\\%?#;2eE f'.includes(one)),
      minLength: 1,
    }),
  )
  const base = `/v1/environments/${shared.stage.sandbox.tenant.environmentId}/users/`

  await assert(
    asyncProperty(hostile, async (userID) => {
      const before = apiPaths().length
      const { code } = await read({ ...ONE_USER, path: { userID } })

      const paths = apiPaths().slice(before)
      expect(code).toMatch(/^(?:INVALID_INPUT|NOT_FOUND|PINGONE_ERROR)$/)
      expect(paths.filter((path) => !path.startsWith(base) || path.slice(base.length).includes('/'))).toEqual([])
    }),
    { numRuns: 80 },
  )
}, 300_000)

describe('a list that is long', () => {
  const everybody = () => shared.stage.sandbox.state.users().map(({ username }) => username)

  /** Follows `page.next` to the end. */
  async function readAll(args: Record<string, unknown>) {
    const found: unknown[] = []
    const sizes: number[] = []
    let next: string | undefined
    do {
      const query = { ...(args['query'] as object), ...(next === undefined ? {} : { cursor: next }) }
      const answer = await read({ endpoint: USERS, ...args, query })
      found.push(...itemsOf(answer).map(({ username }) => username))
      sizes.push(Buffer.byteLength(JSON.stringify(itemsOf(answer))))
      next = answer.structured.page.next
    } while (next !== undefined)
    return { found, sizes }
  }

  test('goes on at the first item that was left out, over PingOne’s pages and ours', async () => {
    shared.stage.sandbox.levers.addPeople(60)

    const { found, sizes } = await readAll({ query: { limit: 25 }, fields: ['username'], limit: 10 })

    expect(found).toEqual(everybody())
    expect(sizes.length).toBeGreaterThan(6)
  })

  test('has at most 20 kB a time, and says that it was cut', async () => {
    const { structured, text } = await read({ endpoint: USERS, query: { limit: 1000 } })
    const { found, sizes } = await readAll({ query: { limit: 1000 } })

    expect(structured.truncated).toBe(true)
    expect(text).toContain(`Next: there is more; call again with query.cursor "${structured.page.next}".`)
    expect(found).toEqual(everybody())
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_000)
    expect(sizes.length).toBeGreaterThan(1)
  })

  test('is cut within an item that alone is larger, and goes on after it', async () => {
    const items = [{ id: 'huge', parts: Array.from({ length: 10 }, () => 'x'.repeat(3000)) }, { id: 'small' }]
    answerWith(/\/groups$/, { _embedded: { groups: items }, count: 2 })
    answerWith(/\/groups$/, { _embedded: { groups: items }, count: 2 })

    const first = await read({ endpoint: 'management.groups.list' })
    const second = await read({ endpoint: 'management.groups.list', query: { cursor: first.structured.page.next } })

    expect(first.structured).toMatchObject({ data: [{ id: 'huge' }], truncated: true })
    expect(first.text).toContain('Left out: parts.')
    expect(second.structured.data).toEqual([{ id: 'small' }])
  })
})

test('one thing of more than 20 kB is cut by whole fields, and names those left out', async () => {
  const big = Array.from({ length: 10 }, () => 'x'.repeat(3000))
  answerWith(/\/users\//, { id: 'u', custom: big, username: 'huge' })
  answerWith(/\/users\//, { id: 'u', custom: { big, small: 1 }, username: 'huge' })

  const whole = await read(ONE_USER)
  const part = await read({ ...ONE_USER, fields: ['custom.small'] })

  expect(whole.structured).toMatchObject({ data: { id: 'u', username: 'huge' }, truncated: true })
  expect(whole.structured.data).not.toHaveProperty('custom')
  expect(whole.text).toContain('Left out: custom.')
  expect(part.structured.data).toEqual({ custom: { small: 1 } })
})

describe('masks', () => {
  test('the contact data of devices', async () => {
    const all = await read({ endpoint: 'mfa.devices.list', path: { userID: FIXED_IDS.alice } })
    const one = await read({
      endpoint: 'mfa.devices.read',
      path: { userID: FIXED_IDS.alice, deviceID: FIXED_IDS.aliceSms },
    })

    const shown = itemsOf(all).map(({ phone, email }) => phone ?? email)
    expect(shown).toEqual(['+1•••••••0150', 'a•••@example.com', undefined])
    expect(fieldsOf(one)['phone']).toBe('+1•••••••0150')
  })

  test('the numbers of a profile, which are those of devices', async () => {
    const { structured } = await read({ ...ONE_USER, fields: ['mobilePhone'] })

    expect(structured.data).toEqual({ mobilePhone: '+1•••••••0150' })
  })

  test('the secret of an identity provider, in a list and alone', async () => {
    const list = await read({ endpoint: 'management.identityProviders.list' })
    const one = await read({
      endpoint: 'management.identityProviders.read',
      path: { providerID: DIRECTORY_IDS.google },
    })

    expect(itemsOf(list)[0]?.['clientSecret']).toBe('••••')
    expect(fieldsOf(one)['clientSecret']).toBe('••••')
  })

  test('a secret of any name, at any depth', async () => {
    answerWith(/\/users\//, {
      a: [{ b: { clientSecret: 'canary-a', password: 'canary-b', keys: [{ keyUri: 'canary-c' }] } }],
    })

    const { text, structured } = await read(ONE_USER)

    expect(text).not.toContain('canary')
    expect(structured.data).toEqual({
      a: [{ b: { clientSecret: '••••', password: '••••', keys: [{ keyUri: '••••' }] } }],
    })
  })
})

describe('never goes to another address: a link to the next page', () => {
  const links: [what: string, of: (apiUrl: string, other: string) => string][] = [
    ['at another host', (_, other) => `${other}/v1/environments/e/users?cursor=x`],
    [
      'at another host, in the form of a name and password',
      (api, other) => api.replace('//', `//${new URL(other).host}@`),
    ],
    ['of another scheme', (api) => api.replace('http:', 'https:')],
    ['at another resource', (api) => `${api}/environments/x/groups?cursor=x`],
    ['at another environment', (api) => `${api}/environments/00000000-0000-4000-8000-000000000001/users?cursor=x`],
    ['that climbs', (api) => `${api}/../as/token`],
    ['of nothing that is one', () => 'mailto:alice@example.com'],
  ]

  test.each(links)('%s', async (_, linkOf) => {
    const listener = await openCanaryListener()
    const href = linkOf(shared.stage.server.apiUrl, listener.url)
    answerWith(/\/users$/, { _embedded: { users: [{ id: 'u' }] }, _links: { next: { href } } })

    const { code } = await read({ endpoint: USERS })

    expect(code).toBe('PINGONE_UNEXPECTED_RESPONSE')
    expect(listener.connections()).toBe(0)
  })
})

describe('under a policy', () => {
  const setPolicy = (endpoints: object) =>
    writeFileSync(shared.stage.human.app.policy.path, JSON.stringify({ endpoints }))
  afterEach(() => rmSync(shared.stage.human.app.policy.path, { force: true }))

  test.each([
    [{ deny: ['management.users.*'] }, ONE_USER, false],
    [{ deny: ['management.groups.*'] }, ONE_USER, true],
    [{ allow: ['mfa.*'] }, ONE_USER, false],
    [{ allow: ['management.users.read'] }, ONE_USER, true],
    [{ allow: ['management.*'], deny: ['*.read'] }, ONE_USER, false],
    // The same call, as another specification names it.
    [{ deny: ['management.environments.read'] }, { endpoint: 'mfa.environment.read' }, false],
  ])('%j', async (endpoints, args, isAllowed) => {
    setPolicy(endpoints)

    const { code } = await read(args)

    expect(code).toBe(isAllowed ? undefined : 'BLOCKED_BY_POLICY')
    expect(shared.requestCount() > 0).toBe(isAllowed)
  })

  test('that is broken, nothing is read, and the line is told', async () => {
    writeFileSync(shared.stage.human.app.policy.path, '{\n"endpoints": {')

    const { code, text } = await read(ONE_USER)

    expect(code).toBe('BLOCKED_BY_POLICY')
    expect(text).toContain('line 2')
  })
})

test.each([
  ['what is not there', { kind: 'not-found' } as const, 'NOT_FOUND'],
  ['a missing role', { kind: 'forbidden' } as const, 'FORBIDDEN'],
  ['a page of HTML', { kind: 'not-json' } as const, 'PINGONE_UNEXPECTED_RESPONSE'],
])('%s has its code', async (_, fault, code) => {
  shared.stage.sandbox.faults.add({ ...fault, match: { path: '/users/' }, times: Infinity })

  const answer = await read(ONE_USER)

  expect(answer.code).toBe(code)
})
