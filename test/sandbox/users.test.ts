import { assert, asyncProperty, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { Tenant } from './tenant.ts'
import { detail, openTenant } from './tenant.ts'

async function search(tenant: Tenant, filter: string) {
  const answer = await tenant.ask('GET', `/users?filter=${encodeURIComponent(filter)}`)
  const emails = (answer.body._embedded?.users ?? []).map((user) => user.email)
  return { answer, emails }
}

/** Ids of all users, by following the links to the end. */
async function walk(tenant: Tenant, first: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = []
  let pages = 0
  let next: string | undefined = `/v1/environments/${tenant.sandbox.tenant.environmentId}${first}`
  const authorization = `Bearer ${await tenant.token()}`
  while (next !== undefined) {
    const answer = await tenant.send('GET', next.replace(tenant.server.url, ''), { headers: { authorization } })
    ids.push(...answer.body._embedded.users.map((user) => user.id))
    pages += 1
    next = answer.body._links.next?.href as string | undefined
  }
  return { ids, pages }
}

describe('the list of users', () => {
  const filters: [string, string[]][] = [
    ['email eq "alice@example.com"', ['alice@example.com']],
    ['(email eq "ALICE@Example.COM")', ['alice@example.com']],
    ['EMAIL EQ "alice@example.com"', ['alice@example.com']],
    ['email eq "twin@example.com"', ['twin@example.com', 'twin@example.com']],
    ['email eq "nobody@example.com"', []],
    ['email eq "alice"', []],
    ['email sw "alice"', ['alice@example.com']],
    ['username eq "mina.park"', ['twin@example.com']],
    [`id eq "${FIXED_IDS.bob}"`, ['bob@example.com']],
    ['name.family eq "Papadakis"', ['nikos.papadakis@example.org']],
    ['name.given sw "Bj"', ['bjork.einarsdottir@example.com']],
    ['enabled eq false', ['frank@example.com', 'dmitri.volkov@example.org']],
    ['(email eq "alice@example.com") or (email eq "bob@example.com")', ['alice@example.com', 'bob@example.com']],
    ['email eq "alice@example.com" and enabled eq false', []],
    ['email sw "carol" or email sw "bob" and enabled eq false', ['carol@example.com']],
    ['(email sw "carol" or email sw "bob") and enabled eq true', ['bob@example.com', 'carol@example.com']],
    [String.raw`email eq "alice\u0040example.com"`, ['alice@example.com']],
    ['email eq "x" or email eq "\\" or enabled eq true"', []],
  ]
  test.each(filters)('answers %s', async (filter, expected) => {
    const tenant = await openTenant()

    const { answer, emails } = await search(tenant, filter)

    expect(answer.status).toBe(200)
    expect(emails).toEqual(expected)
  })

  test.each([
    'email co "alice"',
    'email eq alice',
    "email eq 'alice@example.com'",
    'email eq "alice@example.com',
    'email eq "a\nb"',
    'phone eq "1"',
    'enabled sw true',
    'email eq',
    '',
    'email eq "a" email eq "b"',
    '(email eq "a"',
    'email eq "a")',
    'not (email eq "a")',
    '('.repeat(5000),
    '__proto__ eq "a"',
  ])('refuses the filter %j', async (filter) => {
    const tenant = await openTenant()

    const { answer } = await search(tenant, filter)

    expect(detail(answer)).toMatchObject({ status: 400, code: 'INVALID_REQUEST', detail: 'INVALID_FILTER' })
    expect(answer.body.details[0].innerError).toMatchObject({
      supportedAttributes: expect.arrayContaining(['email', 'username']),
      supportedOperators: expect.arrayContaining(['eq', 'sw']),
    })
  })

  test('finds any email by its JSON literal, and never more', async () => {
    const tenant = await openTenant()

    await assert(
      asyncProperty(string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), async (local) => {
        const email = `${local}@property.example`
        const { id } = tenant.sandbox.levers.addUser({ email })
        const { answer } = await search(tenant, `email eq ${JSON.stringify(email)}`)
        tenant.sandbox.levers.removeUser(id)
        return answer.body._embedded.users.length === 1 && answer.body._embedded.users[0]?.id === id
      }),
      { numRuns: 60 },
    )
  })

  test('echoes the query in its own link, letter by letter', async () => {
    const tenant = await openTenant()
    const path = '/users?filter=email%20eq%20%22alice@example.com%22&limit=5'

    const answer = await tenant.ask('GET', path)

    const base = `${tenant.server.apiUrl}/environments/${tenant.sandbox.tenant.environmentId}`
    expect(answer.body._links).toEqual({ self: { href: `${base}${path}` } })
  })

  test('has pages that together are everybody, once', async () => {
    const tenant = await openTenant()
    const everybody = tenant.sandbox.state.users().map(({ id }) => id)

    const { ids, pages } = await walk(tenant, '/users?limit=4')

    expect(pages).toBe(Math.ceil(everybody.length / 4))
    expect(ids).toEqual(everybody)
  })

  test('keeps the filter on the way through the pages', async () => {
    const tenant = await openTenant()

    const { ids } = await walk(tenant, `/users?limit=1&filter=${encodeURIComponent('email eq "twin@example.com"')}`)

    expect(ids).toEqual([FIXED_IDS.twinOne, FIXED_IDS.twinTwo])
  })

  test('may have pages that are smaller than what was asked for', async () => {
    const tenant = await openTenant({ knobs: { maxPageSize: 3 } })

    const answer = await tenant.ask('GET', '/users?limit=1000')

    expect(answer.body.size).toBe(3)
    expect(answer.body._links.next.href).toContain('cursor=')
  })

  test('goes on where it was although a user has gone meanwhile', async () => {
    const tenant = await openTenant()
    const first = await tenant.ask('GET', '/users?limit=3')

    tenant.sandbox.levers.removeUser(FIXED_IDS.carol)
    const next = first.body._links.next.href.replace(tenant.server.url, '')
    const second = await tenant.send('GET', next, { headers: { authorization: `Bearer ${await tenant.token()}` } })

    expect(second.body._embedded.users[0]?.id).toBe(FIXED_IDS.dave)
  })

  test.each(['0', '1001', '-1', 'many', '1.5', ''])('refuses the limit "%s"', async (limit) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/users?limit=${limit}`)

    expect(detail(answer)).toMatchObject({ status: 400, code: 'INVALID_DATA', target: 'limit' })
  })

  test.each(['x', 'eyJhZnRlciI6LTF9', '%00'])('refuses the cursor "%s"', async (cursor) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/users?cursor=${cursor}`)

    expect(detail(answer)).toMatchObject({ status: 400, code: 'INVALID_DATA', target: 'cursor' })
  })

  test('counts all, or says nothing about it with the knob', async () => {
    const tenant = await openTenant()
    const counted = await tenant.ask('GET', '/users?limit=2')

    tenant.sandbox.levers.setKnobs({ listCount: 'never' })
    const uncounted = await tenant.ask('GET', '/users?limit=2')

    expect([counted.body.count, counted.body.size]).toEqual([tenant.sandbox.state.users().length, 2])
    expect([uncounted.body.count, uncounted.body.size]).toEqual([undefined, 2])
  })

  test('has no _embedded where it is empty, with the knob', async () => {
    const tenant = await openTenant({ knobs: { emptyList: 'absent' } })

    const { answer } = await search(tenant, 'email eq "nobody@example.com"')

    expect(answer.body).not.toHaveProperty('_embedded')
    expect(answer.body.size).toBe(0)
  })
})

describe('a user', () => {
  test('looks as PingOne shows one', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/users/${FIXED_IDS.alice}`)

    expect(answer.body).toMatchObject({
      id: FIXED_IDS.alice,
      environment: { id: tenant.sandbox.tenant.environmentId },
      account: { canAuthenticate: true, status: 'OK' },
      email: 'alice@example.com',
      enabled: true,
      identityProvider: { type: 'PING_ONE' },
      lifecycle: { status: 'ACCOUNT_OK' },
      mfaEnabled: true,
      mobilePhone: '+12025550150',
      name: { given: 'Alice', family: 'Ferreira' },
      username: 'alice',
    })
  })

  test.each(['99999999-9999-4999-8999-999999999999', 'alice', '%00', 'a%2Fb'])(
    'with id %s is not found',
    async (id) => {
      const tenant = await openTenant()

      const answer = await tenant.ask('GET', `/users/${id}`)

      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND'])
    },
  )

  test('shows the roles that are held', async () => {
    const tenant = await openTenant()

    const erin = await tenant.ask('GET', `/users/${FIXED_IDS.erin}/roleAssignments`)
    const alice = await tenant.ask('GET', `/users/${FIXED_IDS.alice}/roleAssignments`)

    expect(erin.body._embedded.roleAssignments[0]).toMatchObject({
      id: expect.any(String),
      role: { id: '29ddce68-cd7f-4b2a-b6fc-f7a19553b496' },
      scope: { id: tenant.sandbox.tenant.environmentId, type: 'ENVIRONMENT' },
      readOnly: false,
    })
    expect(erin.body.size).toBe(2)
    expect(alice.body._embedded.roleAssignments).toEqual([])
  })

  test('has MFA switched on and off', async () => {
    const tenant = await openTenant()
    const path = `/users/${FIXED_IDS.carol}/mfaEnabled`

    const before = await tenant.ask('GET', path)
    const put = await tenant.ask('PUT', path, { body: { mfaEnabled: true } })

    expect([before.body.mfaEnabled, put.body.mfaEnabled]).toEqual([false, true])
    expect(tenant.sandbox.state.user('carol@example.com')?.mfaEnabled).toBe(true)
    expect(tenant.sandbox.changes).toMatchObject([{ action: 'user.mfaEnabled', userId: FIXED_IDS.carol }])
  })

  test.each([
    [{}, 'REQUIRED_VALUE'],
    [{ mfaEnabled: 'true' }, 'INVALID_VALUE'],
  ])('keeps its switch with the body %j', async (body, code) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('PUT', `/users/${FIXED_IDS.carol}/mfaEnabled`, { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target: 'mfaEnabled' })
    expect(tenant.sandbox.changes).toEqual([])
  })

  test('bypasses MFA until a time, and says nothing of it before', async () => {
    const tenant = await openTenant()
    const path = `/users/${FIXED_IDS.alice}/bypassMFA`
    const bypassMFAEnabledUntil = '2999-11-30T00:00:00.000Z'

    const before = await tenant.ask('GET', path)
    const refused = await tenant.ask('PUT', path, { body: { bypassMFAEnabledUntil: '2999-11-30' } })
    const put = await tenant.ask('PUT', path, { body: { bypassMFAEnabledUntil } })

    expect(Object.keys(before.body)).toEqual(['_links'])
    expect(refused.status).toBe(400)
    expect(put.body).toMatchObject({ bypassMFAEnabledUntil, canBypassMFA: true })
  })
})
