import { assert, asyncProperty, constantFrom, dictionary, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { actions, detail, openTenant, populationId, vendor } from './tenant.ts'

const NEW = { email: 'nadia@example.com', username: 'nadia' }
const ALICE = `/users/${FIXED_IDS.alice}`

describe('a new user', () => {
  test('is there, in the default population, without MFA', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', '/users', { body: { ...NEW, name: { given: 'Nadia' }, title: 'Engineer' } })

    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toContain(`/users/${answer.body.id}`)
    expect(answer.body).toMatchObject({
      ...NEW,
      name: { given: 'Nadia' },
      title: 'Engineer',
      enabled: true,
      mfaEnabled: false,
      population: { id: populationId(tenant, 'Employees') },
    })
    expect(tenant.sandbox.state.user(answer.body.id)).toMatchObject(NEW)
    expect(tenant.sandbox.changes).toMatchObject([{ action: 'user.create', userId: answer.body.id }])
  })

  test('has MFA where it is asked for, or where the settings say so', async () => {
    const tenant = await openTenant()
    const asked = await tenant.ask('POST', '/users', { body: { ...NEW, mfaEnabled: true } })
    tenant.sandbox.levers.changeSettings({ users: { mfaEnabled: true } })

    const set = await tenant.ask('POST', '/users', { body: { email: 'b@example.com', username: 'b' } })

    expect([asked.body.mfaEnabled, set.body.mfaEnabled]).toEqual([true, true])
  })

  test('may be imported with a password, which nobody is told', async () => {
    const tenant = await openTenant()
    const body = { ...NEW, password: { value: 'Correct-Horse-1', forceChange: true } }

    const answer = await tenant.ask('POST', '/users', { body, contentType: vendor('user.import') })

    expect(answer.status).toBe(201)
    expect(answer.text).not.toContain('Correct-Horse')
    expect(tenant.sandbox.state.passwordOf('nadia@example.com')).toMatchObject({
      value: 'Correct-Horse-1',
      mustChange: true,
    })
  })

  test('has no password where the import was not asked for', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', '/users', { body: { ...NEW, password: { value: 'Correct-Horse-1' } } })

    expect(answer.status).toBe(201)
    expect(tenant.sandbox.state.passwordOf('nadia@example.com')).toBeUndefined()
  })

  test.each<[unknown, string, string]>([
    [{ username: 'nadia' }, 'REQUIRED_VALUE', 'email'],
    [{ email: 'nadia@example.com' }, 'REQUIRED_VALUE', 'username'],
    [{ ...NEW, email: 'nadia' }, 'INVALID_VALUE', 'email'],
    [{ ...NEW, username: 'x'.repeat(129) }, 'SIZE_LIMIT_EXCEEDED', 'username'],
    [{ ...NEW, username: 'ALICE' }, 'UNIQUENESS_VIOLATION', 'username'],
    [{ ...NEW, mobilePhone: 'none' }, 'INVALID_VALUE', 'mobilePhone'],
    [{ ...NEW, name: { given: 5 } }, 'INVALID_VALUE', 'name.given'],
    [{ ...NEW, population: { id: 'nowhere' } }, 'INVALID_VALUE', 'population.id'],
    [{ ...NEW, population: {} }, 'REQUIRED_VALUE', 'population.id'],
  ])('is not made of %j', async (body, code, target) => {
    const tenant = await openTenant()
    const before = tenant.sandbox.state.users().length

    const answer = await tenant.ask('POST', '/users', { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
    expect([tenant.sandbox.state.users().length, tenant.sandbox.changes]).toEqual([before, []])
  })

  test('is out of reach where the worker administers another population', async () => {
    const tenant = await openTenant()
    const [partners, employees] = [populationId(tenant, 'Partners'), populationId(tenant, 'Employees')]
    tenant.sandbox.levers.setWorkerRoles([{ role: 'IDENTITY_DATA_ADMIN', populationId: partners }])

    const there = await tenant.ask('POST', '/users', { body: { ...NEW, population: { id: employees } } })
    const here = await tenant.ask('POST', '/users', { body: { ...NEW, population: { id: partners } } })

    expect([there.status, here.status]).toEqual([403, 201])
  })
})

describe('a user who is replaced', () => {
  test('loses what is left out, but for MFA, being enabled and the population', async () => {
    const tenant = await openTenant()
    await tenant.ask('PATCH', ALICE, { body: { title: 'Engineer', address: { locality: 'Oslo' } } })

    const body = { email: 'alice@example.com', username: 'alice', enabled: false, mfaEnabled: false }
    const answer = await tenant.ask('PUT', ALICE, { body: { ...body, population: { id: 'ignored' } } })

    expect(answer.status).toBe(200)
    for (const gone of ['name', 'title', 'address', 'mobilePhone']) expect(answer.body).not.toHaveProperty(gone)
    expect(tenant.sandbox.state.user('alice@example.com')).toMatchObject({
      name: { given: '', family: '' },
      mobilePhone: undefined,
      profile: {},
      enabled: true,
      mfaEnabled: true,
      populationId: populationId(tenant, 'Employees'),
    })
  })

  test('may keep the username, and not take that of another', async () => {
    const tenant = await openTenant()

    const kept = await tenant.ask('PUT', ALICE, { body: { email: 'a@example.com', username: 'alice' } })
    const taken = await tenant.ask('PUT', ALICE, { body: { email: 'a@example.com', username: 'bob' } })

    expect(kept.status).toBe(200)
    expect(detail(taken)).toMatchObject({ status: 400, detail: 'UNIQUENESS_VIOLATION', target: 'username' })
  })
})

describe('a user who is patched', () => {
  test('keeps what is not named, and loses what is null', async () => {
    const tenant = await openTenant()
    const patch = { name: { given: 'Alicia' }, mobilePhone: null, nickname: 'Ali' }

    const answer = await tenant.ask('PATCH', ALICE, { body: patch })

    expect(answer.body).toMatchObject({
      email: 'alice@example.com',
      name: { given: 'Alicia', family: 'Ferreira' },
      nickname: 'Ali',
    })
    expect(answer.body).not.toHaveProperty('mobilePhone')
    expect(actions(tenant)).toEqual(['user.update'])
  })

  test.each<[unknown, string, string]>([
    [{ email: null }, 'REQUIRED_VALUE', 'email'],
    [{ username: 'bob' }, 'UNIQUENESS_VIOLATION', 'username'],
    [{ address: { countryCode: 'norway' } }, 'INVALID_VALUE', 'address.countryCode'],
  ])('stays what it was with %j', async (body, code, target) => {
    const tenant = await openTenant()
    const before = tenant.sandbox.state.user(FIXED_IDS.alice)

    const answer = await tenant.ask('PATCH', ALICE, { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
    expect(tenant.sandbox.state.user(FIXED_IDS.alice)).toEqual(before)
  })

  test('ends where a PUT of what is read, with the patch over it, ends', async () => {
    const tenant = await openTenant()
    const value = constantFrom('one', 'two', null)
    const fields = { title: value, nickname: value, locale: value, type: value }
    const anything = record(fields, { requiredKeys: [] })

    await assert(
      asyncProperty(anything, dictionary(constantFrom('__proto__', 'unknown'), value), async (patch, noise) => {
        const { body: before } = await tenant.ask('GET', ALICE)
        const patched = await tenant.ask('PATCH', ALICE, { body: { ...noise, ...patch } })
        const merged = Object.entries({ ...before, ...patch }).filter(([, each]) => each !== null)
        const put = await tenant.ask('PUT', ALICE, { body: Object.fromEntries(merged) })
        expect({ ...patched.body, updatedAt: '' }).toEqual({ ...put.body, updatedAt: '' })
      }),
      { numRuns: 25 },
    )
  })
})

test('a deleted user is gone with devices, memberships and password', async () => {
  const tenant = await openTenant()

  const deleted = await tenant.ask('DELETE', ALICE)
  const again = await tenant.ask('DELETE', ALICE)

  const { state } = tenant.sandbox
  expect([deleted.status, again.status]).toEqual([204, 404])
  expect([state.user(FIXED_IDS.alice), state.device(FIXED_IDS.aliceSms)]).toEqual([undefined, undefined])
  expect(state.group('Engineering')?.userIds).not.toContain(FIXED_IDS.alice)
  expect(state.passwordOf(FIXED_IDS.alice)).toBeUndefined()
  expect(actions(tenant)).toEqual(['user.remove'])
})

describe('an account', () => {
  test('is locked until its time has come, or until it is unlocked', async () => {
    const tenant = await openTenant({ clock: { now: () => Date.parse('2026-11-24T12:00:00Z'), sleep: async () => {} } })
    const lock = () =>
      tenant.ask('POST', ALICE, {
        contentType: vendor('account.lock'),
        body: { unlockAt: '2026-11-24T12:30:00.000Z' },
      })

    const locked = await lock()
    tenant.sandbox.levers.advance(30 * 60_000)
    const later = await tenant.ask('GET', ALICE)
    tenant.sandbox.levers.advance(-30 * 60_000)
    await lock()
    const unlocked = await tenant.ask('POST', ALICE, { contentType: vendor('account.unlock') })

    expect(locked.body).toMatchObject({
      account: { canAuthenticate: false, status: 'LOCKED', unlockAt: '2026-11-24T12:30:00.000Z' },
    })
    const open = { account: { canAuthenticate: true, status: 'OK' } }
    expect([later.body, unlocked.body]).toMatchObject([open, open])
  })

  test.each([[undefined], [{}], [{ unlockAt: '2001-01-01T00:00:00.000Z' }]])(
    'is not locked by a body of %j',
    async (body) => {
      const tenant = await openTenant()

      const answer = await tenant.ask('POST', ALICE, { contentType: vendor('account.lock'), body })

      expect([answer.status, answer.body]).toMatchObject([200, { account: { status: 'OK' } }])
      expect(tenant.sandbox.changes).toEqual([])
    },
  )

  test('is not acted on without a media type that says how', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', ALICE, { body: {} })

    expect(answer.status).toBe(415)
  })

  test('is disabled and enabled at an address of its own', async () => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', `${ALICE}/enabled`, { body: { enabled: false } })
    const read = await tenant.ask('GET', `${ALICE}/enabled`)

    expect([put.body.enabled, read.body.enabled]).toEqual([false, false])
    expect(tenant.sandbox.state.user(FIXED_IDS.alice)?.enabled).toBe(false)
    expect(actions(tenant)).toEqual(['user.enabled'])
  })

  test('moves to another population, if there is one', async () => {
    const tenant = await openTenant()
    const partners = populationId(tenant, 'Partners')

    const moved = await tenant.ask('PUT', `${ALICE}/population`, { body: { id: partners } })
    const lost = await tenant.ask('PUT', `${ALICE}/population`, { body: { id: 'nowhere' } })
    const read = await tenant.ask('GET', `${ALICE}/population`)

    expect([moved.status, read.body.id]).toEqual([200, partners])
    expect(detail(lost)).toMatchObject({ status: 400, detail: 'INVALID_VALUE', target: 'id' })
  })
})
