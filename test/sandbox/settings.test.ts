import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { detail, openTenant } from './tenant.ts'

describe('the MFA settings', () => {
  test('hold five devices until they are told otherwise, and again after a reset', async () => {
    const tenant = await openTenant()
    const body = { pairing: { maxAllowedDevices: 15, pairingKeyFormat: 'ALPHANUMERIC' } }

    const before = await tenant.ask('GET', '/mfaSettings')
    const put = await tenant.ask('PUT', '/mfaSettings', { body })
    const reset = await tenant.ask('DELETE', '/mfaSettings')
    const after = await tenant.ask('GET', '/mfaSettings')

    expect(before.body.pairing).toEqual({ maxAllowedDevices: 5, pairingKeyFormat: 'NUMERIC' })
    expect(put.body.pairing).toEqual(body.pairing)
    expect(reset.status).toBe(204)
    expect(after.body.pairing.maxAllowedDevices).toBe(5)
    expect(tenant.sandbox.changes.map(({ action }) => action)).toEqual(['mfaSettings.update', 'mfaSettings.reset'])
  })

  test.each([
    [{}, 'REQUIRED_VALUE', 'pairing'],
    [{ pairing: { maxAllowedDevices: 16, pairingKeyFormat: 'NUMERIC' } }, 'OUT_OF_RANGE', 'pairing.maxAllowedDevices'],
    [{ pairing: { maxAllowedDevices: 0, pairingKeyFormat: 'NUMERIC' } }, 'OUT_OF_RANGE', 'pairing.maxAllowedDevices'],
    [{ pairing: { maxAllowedDevices: 5, pairingKeyFormat: 'ROMAN' } }, 'INVALID_VALUE', 'pairing.pairingKeyFormat'],
  ])('are not taken from %j', async (body, code, target) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('PUT', '/mfaSettings', { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
  })

  test('that are lowered leave the devices alone', async () => {
    const tenant = await openTenant()

    const pairing = { maxAllowedDevices: 1, pairingKeyFormat: 'NUMERIC' }
    await tenant.ask('PUT', '/mfaSettings', { body: { pairing } })

    expect(tenant.sandbox.state.devicesOf('dave@example.com')).toHaveLength(5)
  })
})

test('policies are listed and read one by one', async () => {
  const tenant = await openTenant()

  const all = await tenant.ask('GET', '/deviceAuthenticationPolicies')
  const first = all.body._embedded.deviceAuthenticationPolicies[0]
  const one = await tenant.ask('GET', `/deviceAuthenticationPolicies/${first?.id}`)
  const none = await tenant.ask('GET', '/deviceAuthenticationPolicies/nothing')

  expect(one.body).toMatchObject({ name: 'Default MFA Policy', default: true, sms: { enabled: true } })
  expect([one.body.id, none.status]).toEqual([first?.id, 404])
})

describe('populations', () => {
  test('are listed and read one by one', async () => {
    const tenant = await openTenant()

    const all = await tenant.ask('GET', '/populations')
    const [first] = all.body._embedded.populations
    const one = await tenant.ask('GET', `/populations/${first?.id}`)

    expect(all.body._embedded.populations).toHaveLength(3)
    expect(one.body).toMatchObject({ id: first?.id, name: 'Employees', default: true })
  })
})

describe('a pairing key', () => {
  const KEYS = `/users/${FIXED_IDS.carol}/pairingKeys`
  const body = { applications: [{ id: '77777777-7777-4777-8777-777777777777' }] }

  test.each([
    ['NUMERIC' as const, /^\d{12}$/],
    ['ALPHANUMERIC' as const, /^[A-Z0-9]{16}$/],
  ])('is %s, read, and deleted', async (pairingKeyFormat, shape) => {
    const tenant = await openTenant()
    tenant.sandbox.levers.changeSettings({ pairing: { maxAllowedDevices: 5, pairingKeyFormat } })

    const created = await tenant.ask('POST', KEYS, { body })
    const read = await tenant.ask('GET', `${KEYS}/${created.body.id}`)
    const deleted = await tenant.ask('DELETE', `${KEYS}/${created.body.id}`)
    const again = await tenant.ask('DELETE', `${KEYS}/${created.body.id}`)

    expect(created.status).toBe(201)
    expect(created.body.code).toMatch(shape)
    expect(created.headers.get('location')).toContain(`${KEYS}/${created.body.id}`)
    expect([read.status, deleted.status, again.status]).toEqual([200, 204, 404])
  })

  test('is refused as the twenty-first that is valid', async () => {
    const tenant = await openTenant()
    for (let made = 0; made < 20; made += 1) await tenant.ask('POST', KEYS, { body })

    const refused = await tenant.ask('POST', KEYS, { body })
    tenant.sandbox.levers.advance(10 * 60_000)
    const taken = await tenant.ask('POST', KEYS, { body })

    expect(refused.body.details[0]).toMatchObject({ code: 'LIMIT_EXCEEDED', innerError: { maximumAllowed: 20 } })
    expect(taken.status).toBe(201)
  })

  test('without applications is good for any of them', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', KEYS, { body: {} })

    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ applications: [] })
  })

  test('names its applications by id', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', KEYS, { body: { applications: [{ name: 'App' }] } })

    expect(detail(answer)).toMatchObject({ status: 400, detail: 'REQUIRED_VALUE', target: 'applications.0.id' })
  })
})
