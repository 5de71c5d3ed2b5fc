import { describe, expect, it } from 'vitest'
import { findUserByEmail, listUsers, readUser } from '../../src/pingone/users.ts'
import { bench, ENVIRONMENT_PATH, failure, USER_ID } from './bench-client.ts'
import { CORRELATION_ID, problem } from './scripted-peer.ts'

const alice = {
  id: USER_ID,
  email: 'Alice@Example.com',
  username: 'alice',
  enabled: true,
  mfaEnabled: true,
  mobilePhone: '+12025550150',
  updatedAt: '2026-11-20T00:00:00.000Z',
  lifecycle: { status: 'ACCOUNT_OK' },
}

const otherId = (n: number) => `bbbbbbbb-0000-4000-8000-00000000010${n}`

async function tenant(...users: object[]) {
  const made = await bench()
  made.peer.onApi({ headers: { 'correlation-id': CORRELATION_ID }, json: { _embedded: { users } } })
  return made
}

describe('finding a user by email', () => {
  it('asks with an escaped filter and takes the user whose email is equal but for letter case', async () => {
    const { peer, client } = await tenant(alice)

    const user = await findUserByEmail(client, 'alice@EXAMPLE.com')

    expect(user).toEqual({
      id: USER_ID,
      email: 'Alice@Example.com',
      username: 'alice',
      enabled: true,
      mfaEnabled: true,
      mobilePhone: '+12025550150',
      updatedAt: '2026-11-20T00:00:00.000Z',
    })
    const [seen] = peer.apiRequests()
    expect(seen?.path).toBe(`/v1${ENVIRONMENT_PATH}/users`)
    expect(new URLSearchParams(seen?.query).get('filter')).toBe('email eq "alice@EXAMPLE.com"')
  })

  it('lets no email end the filter', async () => {
    const { peer, client } = await tenant()

    await failure(findUserByEmail(client, 'x" or email sw "a\\'))

    expect(new URLSearchParams(peer.apiRequests()[0]?.query).get('filter')).toBe('email eq "x\\" or email sw \\"a\\\\"')
  })

  it.each([
    ['PingOne has none', []],
    ['PingOne compares more loosely: the Kelvin sign', [{ ...alice, email: 'bo\u212A@example.com' }]],
    ['PingOne compares more loosely: a Cyrillic letter', [{ ...alice, email: 'b\u043Ek@example.com' }]],
    ['PingOne compares more loosely: a zero-width space', [{ ...alice, email: 'bok\u200B@example.com' }]],
    ['PingOne answers with somebody else', [alice]],
    ['PingOne answers with somebody without email', [{ ...alice, email: undefined }]],
  ])('is USER_NOT_FOUND where %s', async (_, users) => {
    const { client } = await tenant(...users)

    const error = await failure(findUserByEmail(client, 'bok@example.com'))

    expect(error).toMatchObject({ code: 'USER_NOT_FOUND', correlationId: CORRELATION_ID })
  })

  it('is USER_AMBIGUOUS where several have it, and lists at most five of them', async () => {
    const twins = Array.from({ length: 7 }, (_, n) => ({ ...alice, id: otherId(n), username: `twin\u202E"${n}` }))
    const { client } = await tenant(...twins)

    const error = await failure(findUserByEmail(client, 'alice@example.com'))

    expect(error.code).toBe('USER_AMBIGUOUS')
    expect(error.message).toContain(
      `7 users have the primary email alice@example.com: ${otherId(0)} (username "twin'0")`,
    )
    expect(error.message).toContain('and 2 more')
    expect(error.message).not.toContain(otherId(5))
    expect(error.next).toBeDefined()
  })

  it('looks at every page before it is sure', async () => {
    const { peer, client } = await bench()
    const next = { href: `${peer.url}/v1${ENVIRONMENT_PATH}/users?cursor=2` }
    peer.onApi(
      { json: { _embedded: { users: [alice] }, _links: { next } } },
      { json: { _embedded: { users: [{ ...alice, id: otherId(1) }] } } },
    )

    expect(await failure(findUserByEmail(client, 'alice@example.com'))).toMatchObject({ code: 'USER_AMBIGUOUS' })
  })

  it.each(['a\u200B@example.com', 'a\n@example.com', '\u202Ea@example.com', '', '  '])(
    'refuses %j without asking',
    async (email) => {
      const { peer, client } = await tenant(alice)

      expect(await failure(findUserByEmail(client, email))).toMatchObject({ code: 'INVALID_INPUT' })
      expect(peer.seen).toHaveLength(0)
    },
  )

  it('ends with the signal', async () => {
    const { client } = await tenant(alice)

    const error = await failure(findUserByEmail(client, 'alice@example.com', AbortSignal.abort()))

    expect(error.message).toBe('The call was cancelled')
  })
})

describe('reading users', () => {
  it('reads one by id', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: { ...alice, mfaEnabled: undefined, mobilePhone: null } })

    const user = await readUser(client, USER_ID)

    expect(user).toMatchObject({ id: USER_ID, mfaEnabled: false })
    expect(user).not.toHaveProperty('mobilePhone')
    expect(peer.apiRequests()[0]?.path).toBe(`/v1${ENVIRONMENT_PATH}/users/${USER_ID}`)
  })

  it('is USER_NOT_FOUND where there is none', async () => {
    const { peer, client } = await bench()
    peer.onApi(problem(404, 'NOT_FOUND'))

    expect(await failure(readUser(client, USER_ID))).toMatchObject({
      code: 'USER_NOT_FOUND',
      correlationId: CORRELATION_ID,
    })
  })

  it('shows hidden characters of an email as code points, and none in a username', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: { ...alice, email: 'a\u200B@example.com', username: '\u001B[31mroot\u202E' } })

    expect(await readUser(client, USER_ID)).toMatchObject({ email: 'a‹U+200B›@example.com', username: 'root' })
  })

  it('lists as many as are wanted', async () => {
    const { peer, client } = await tenant(alice, { ...alice, id: otherId(1) })

    const found = await listUsers(client, { limit: 1 })

    expect(found.items.map(({ id }) => id)).toEqual([USER_ID])
    expect(peer.apiRequests()[0]?.query).toBe('limit=1')
  })
})
