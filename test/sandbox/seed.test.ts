import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'

const clock = { now: () => Date.parse('2026-11-24T12:00:00.000Z'), sleep: () => Promise.resolve() }
const types = (email: string) =>
  createSandbox()
    .state.devicesOf(email)
    .map(({ type }) => type)

describe('the seeded tenant', () => {
  test('is the same for the same seed', () => {
    const [one, two] = [createSandbox({ seed: 7, clock }), createSandbox({ seed: 7, clock })]

    expect(two.tenant).toEqual(one.tenant)
    expect(two.state.users()).toEqual(one.state.users())
    expect(two.state.devicesOf('alice@example.com')).toEqual(one.state.devicesOf('alice@example.com'))
  })

  test('is another for another seed, but for the people known by heart', () => {
    const [one, two] = [createSandbox({ seed: 1, clock }), createSandbox({ seed: 2, clock })]

    expect(two.tenant.environmentId).not.toBe(one.tenant.environmentId)
    expect(two.tenant.clientSecret).not.toBe(one.tenant.clientSecret)
    expect(two.state.user('alice@example.com')?.id).toBe(FIXED_IDS.alice)
  })

  test('takes the ids that it is given', () => {
    const environmentId = '12345678-1234-4234-8234-123456789012'

    const { tenant } = createSandbox({ environmentId, clientSecret: 'canary' })

    expect(tenant).toMatchObject({ environmentId, workerEnvironmentId: environmentId, clientSecret: 'canary' })
  })

  test('has the people whom the demo and the tests count on', () => {
    const { state } = createSandbox()

    expect(types('alice@example.com')).toEqual(['SMS', 'EMAIL', 'TOTP'])
    expect(state.device(FIXED_IDS.aliceSms)).toMatchObject({ phone: '+12025550150', nickname: 'Work phone' })
    expect(types('bob@example.com')).toEqual(['FIDO2'])
    expect(types('carol@example.com')).toEqual([])
    expect(state.user('carol@example.com')?.mfaEnabled).toBe(false)
    expect(state.devicesOf('dave@example.com').map(({ status }) => status)).toEqual(Array(5).fill('ACTIVE'))
    expect(state.user('erin@example.com')?.roleAssignments).toHaveLength(2)
    expect(state.user('frank@example.com')?.enabled).toBe(false)
    expect(state.users().filter(({ email }) => email === 'twin@example.com')).toHaveLength(2)
  })

  test('has devices of every type and in every state', () => {
    const { state } = createSandbox()
    const devices = state.users().flatMap(({ id }) => state.devicesOf(id))

    expect(new Set(devices.map(({ type }) => type))).toEqual(
      new Set(['SMS', 'VOICE', 'EMAIL', 'WHATSAPP', 'TOTP', 'FIDO2', 'MOBILE', 'OATH_TOKEN']),
    )
    expect(devices.some(({ status }) => status === 'ACTIVATION_REQUIRED')).toBe(true)
    expect(devices.some(({ blockedAt }) => blockedAt !== undefined)).toBe(true)
    expect(devices.some(({ lock }) => lock !== undefined)).toBe(true)
  })

  test('lives at addresses and numbers that are set aside for fiction', () => {
    const { state } = createSandbox()
    const users = state.users()
    const devices = users.flatMap(({ id }) => state.devicesOf(id))
    const emails = [...users, ...devices].flatMap(({ email }) => email ?? [])
    const phones = [...users.map(({ mobilePhone }) => mobilePhone), ...devices.map(({ phone }) => phone)]

    expect(users.length).toBeGreaterThanOrEqual(25)
    expect(emails.filter((email) => !/@example\.(com|org)$/.test(email))).toEqual([])
    const fiction = /^\+(1[2-9]\d\d55501\d\d|6149157\d{4}|4670174060\d)$/
    expect(phones.filter((phone) => phone !== undefined && !fiction.test(phone))).toEqual([])
  })

  test('hands out copies, which change nothing', () => {
    const { state } = createSandbox()

    const alice = state.user('alice@example.com')
    if (alice !== undefined) alice.email = 'mallory@example.com'

    expect(state.user('alice@example.com')?.id).toBe(FIXED_IDS.alice)
  })
})

describe('levers', () => {
  test('put another device in the place of one', () => {
    const { levers, state } = createSandbox()

    const { id } = levers.replaceDevice(FIXED_IDS.bobKey, { type: 'SMS', phone: '+12025550199' })

    expect(state.devicesOf('bob@example.com')).toMatchObject([{ id, type: 'SMS' }])
  })

  test('change a user’s email and roles', () => {
    const { levers, state } = createSandbox()

    levers.changeUser('bob@example.com', { email: 'robert@example.com', roles: ['ORGANIZATION_ADMIN'] })

    expect(state.user(FIXED_IDS.bob)).toMatchObject({
      email: 'robert@example.com',
      roleAssignments: [{ role: 'ORGANIZATION_ADMIN' }],
    })
  })

  test('say so where there is no such user or device', () => {
    const { levers } = createSandbox()

    expect(() => levers.removeUser('nobody@example.com')).toThrow('no user nobody@example.com')
    expect(() => levers.removeDevice('nothing')).toThrow('no device nothing')
  })
})
