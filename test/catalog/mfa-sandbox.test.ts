import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { Answer, Tenant } from '../sandbox/tenant.ts'
import { detail, openTenant } from '../sandbox/tenant.ts'
import { actionsOf, answerSchema, createJudge, readOpenApi } from './mfa-openapi.ts'

/** The document against what is really sent, to and from the simulated tenant. */

const DOCUMENT = readOpenApi()
const ACTIONS = new Map(actionsOf(DOCUMENT).map((action) => [action.endpoint?.id ?? '', action]))
const judge = createJudge(DOCUMENT)

interface Sent {
  /** Path parameters, but for the environment. */
  path?: Record<string, string>
  query?: string
  body?: unknown
}

/** Sends what the document describes, and holds the request and the answer against it. */
async function call(tenant: Tenant, id: string, { path = {}, query = '', body }: Sent = {}): Promise<Answer> {
  const action = ACTIONS.get(id)
  if (action === undefined) throw new Error(`The document has no ${id}`)
  const { method, operation, contentType, media, endpoint } = action
  const below = action.path.replace('/environments/{environmentID}', '')
  const resolved = below.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '')
  const request = { ...(contentType !== undefined && { contentType }), ...(body !== undefined && { body }) }

  const answer = await tenant.ask(method, `${resolved}${query}`, request)

  if (answer.status < 300) {
    expect(media === undefined || body === undefined ? [] : judge(media.schema, body, { isClosed: true })).toEqual([])
    expect(answer.status).toBe(Number(endpoint?.answer ?? Object.keys(operation.responses)[0]))
  }
  const schema = answerSchema(DOCUMENT, operation, answer.status)
  if (schema === undefined) expect(answer.text).toBe('')
  else expect(judge(schema, answer.body, { isClosed: true })).toEqual([])
  return answer
}

const ALICE = { userID: FIXED_IDS.alice }
const CAROL = { userID: FIXED_IDS.carol }

async function addDevice(tenant: Tenant, body: Record<string, unknown>) {
  const { body: device } = await call(tenant, 'mfa.devices.create', { path: CAROL, body })
  return { device, path: { ...CAROL, deviceID: device.id } }
}

const SMS = { type: 'SMS', phone: '+12025550177', status: 'ACTIVATION_REQUIRED' }
const ATTESTATION = { origin: 'https://login.example.com', attestation: '{"type":"public-key"}' }

describe('creating a device, as documented,', () => {
  test.each([
    [SMS],
    [{ ...SMS, nickname: 'Work phone', testMode: true, notification: { template: { locale: 'en' } } }],
    [{ type: 'SMS', phone: '+1 (202) 555-0177' }],
    [{ type: 'VOICE', phone: '1-202-555-0177', status: 'ACTIVATION_REQUIRED' }],
    [{ type: 'WHATSAPP', phone: '+1.2025550177', status: 'ACTIVATION_REQUIRED' }],
    [{ type: 'EMAIL', email: 'carol@example.com', status: 'ACTIVATION_REQUIRED' }],
    [{ type: 'TOTP', nickname: 'Authenticator app' }],
    [{ type: 'FIDO2', rp: { id: 'login.example.com', name: 'Example Ltd' } }],
    [{ type: 'OATH_TOKEN', serialNumber: '20250000001234', nickname: 'Key ring' }],
  ])('is taken and answered so: %j', async (body) => {
    const tenant = await openTenant()

    const { device } = await addDevice(tenant, body)

    expect(tenant.sandbox.state.device(device.id)?.type).toBe(body.type)
  })

  test.each([
    [{ type: 'MOBILE' }],
    [{ type: 'FAX', phone: '+12025550177' }],
    [{ phone: '+12025550177' }],
    [{ type: 'SMS' }],
    [{ type: 'SMS', phone: '12025550177' }],
    [{ type: 'SMS', phone: { number: '+12025550177' } }],
    [{ type: 'WHATSAPP', phone: '2025550177' }],
    [{ type: 'EMAIL' }],
    [{ type: 'EMAIL', email: 'nobody' }],
    [{ type: 'VOICE', phone: '+12025550177', extension: 'twelve' }],
    [{ ...SMS, status: 'BLOCKED' }],
    [{ ...SMS, nickname: 'x'.repeat(101) }],
    [{ ...SMS, testMode: 'yes' }],
  ])('is refused by the document and the tenant alike: %j', async (body) => {
    const tenant = await openTenant()

    const answer = await call(tenant, 'mfa.devices.create', { path: CAROL, body })

    expect(answer.status).toBe(400)
    expect(judge(ACTIONS.get('mfa.devices.create')?.media?.schema ?? {}, body)).not.toEqual([])
  })

  test('beyond the limit is refused as documented', async () => {
    const tenant = await openTenant()
    tenant.sandbox.levers.changeSettings({ pairing: { maxAllowedDevices: 1, pairingKeyFormat: 'NUMERIC' } })
    await addDevice(tenant, { type: 'SMS', phone: '+12025550177' })

    const answer = await call(tenant, 'mfa.devices.create', { path: CAROL, body: SMS })

    expect(detail(answer)).toMatchObject({ status: 400, code: 'REQUEST_FAILED', detail: 'LIMIT_EXCEEDED' })
  })
})

describe('a pending device, as documented,', () => {
  test('is activated by the passcode that was sent again', async () => {
    const tenant = await openTenant()
    const { device, path } = await addDevice(tenant, SMS)

    await call(tenant, 'mfa.devices.resendCode', { path })
    const wrong = await call(tenant, 'mfa.devices.activate', { path, body: { otp: '0000000' } })
    const otp = tenant.sandbox.levers.otpOf(device.id)
    const right = await call(tenant, 'mfa.devices.activate', { path, body: { otp } })

    expect(detail(wrong).detail).toBe('INVALID_OTP')
    expect(right.body.status).toBe('ACTIVE')
  })

  test('is activated by an attestation where it is a passkey', async () => {
    const tenant = await openTenant()
    const { path } = await addDevice(tenant, { type: 'FIDO2' })

    const answer = await call(tenant, 'mfa.devices.activate', { path, body: ATTESTATION })

    expect(answer.body.status).toBe('ACTIVE')
  })

  test('wants a second passcode where it is a token out of step', async () => {
    const tenant = await openTenant()
    const { device, path } = await addDevice(tenant, { type: 'OATH_TOKEN', serialNumber: '20250000001234' })
    const body = { otp: tenant.sandbox.levers.otpOf(device.id), oathResync: true }

    const first = await call(tenant, 'mfa.devices.activate', { path, body })
    const second = await call(tenant, 'mfa.devices.activate', { path, body })

    expect(detail(first).detail).toBe('EXTRA_OTP_REQUIRED')
    expect(second.body.status).toBe('ACTIVE')
  })

  test.each([[{ otp: 123456 }], [{ otp: '12345' }], [{ origin: ATTESTATION.origin }], [{}]])(
    'is not activated by %j, which the document does not have',
    async (body) => {
      const tenant = await openTenant()
      const { device, path } = await addDevice(tenant, SMS)

      await call(tenant, 'mfa.devices.activate', { path, body })

      expect(judge(ACTIONS.get('mfa.devices.activate')?.media?.schema ?? {}, body)).not.toEqual([])
      expect(tenant.sandbox.state.device(device.id)?.status).toBe('ACTIVATION_REQUIRED')
    },
  )

  test('is not activated by plain JSON', async () => {
    const tenant = await openTenant()
    const { device } = await addDevice(tenant, SMS)
    const otp = tenant.sandbox.levers.otpOf(device.id)

    const answer = await tenant.ask('POST', `/users/${CAROL.userID}/devices/${device.id}`, { body: { otp } })

    expect(answer.status).toBe(415)
    expect(tenant.sandbox.state.device(device.id)?.status).toBe('ACTIVATION_REQUIRED')
  })
})

describe('an active device, as documented,', () => {
  const active = { type: 'SMS', phone: '+12025550177' }

  test.each(['mfa.devices.block', 'mfa.devices.unblock', 'mfa.devices.unlock'])('answers to %s', async (id) => {
    const tenant = await openTenant()
    const { path } = await addDevice(tenant, active)

    const answer = await call(tenant, id, { path })

    const block = id === 'mfa.devices.block' ? 'BLOCKED' : 'UNBLOCKED'
    expect(answer.body).toMatchObject({ block: { status: block }, lock: { status: 'UNLOCKED' } })
  })

  test('is shown with the lock that failures set', async () => {
    const tenant = await openTenant()
    const { device, path } = await addDevice(tenant, active)
    tenant.sandbox.levers.changeDevice(device.id, { lock: { reason: 'OTP', expiresAt: Date.now() + 60_000 } })

    const answer = await call(tenant, 'mfa.devices.read', { path })

    expect(answer.body.lock).toMatchObject({ status: 'LOCKED', reason: 'OTP' })
  })

  test('is renamed, asked for its logs, and removed', async () => {
    const tenant = await openTenant()
    const { device, path } = await addDevice(tenant, active)

    await call(tenant, 'mfa.devices.updateNickname', { path, body: { nickname: 'My phone' } })
    await call(tenant, 'mfa.devices.sendLogs', { path, body: { status: 'PENDING' } })
    await call(tenant, 'mfa.devices.delete', { path })
    const gone = await call(tenant, 'mfa.devices.read', { path })

    expect(tenant.sandbox.changes.map(({ action }) => action)).toContain('device.logs')
    expect(tenant.sandbox.state.device(device.id)).toBeUndefined()
    expect(gone.status).toBe(404)
  })
})

describe('what hangs on a user, as documented,', () => {
  test.each(['', '?filter=status%20eq%20%22ACTIVE%22', '?expand=order', '?expand=order,typeDisplayNames'])(
    'lists devices, asked with "%s"',
    async (query) => {
      const tenant = await openTenant()

      const answer = await call(tenant, 'mfa.devices.list', { path: ALICE, query })

      expect(answer.body._embedded.devices.length).toBeGreaterThan(0)
    },
  )

  test('keeps an order of devices until it is removed', async () => {
    const tenant = await openTenant()
    const ids = tenant.sandbox.state.orderOf(ALICE.userID)
    const order = ids.toReversed().map((id) => ({ id }))

    const set = await call(tenant, 'mfa.devices.setOrder', { path: ALICE, body: { order } })
    await call(tenant, 'mfa.devices.removeOrder', { path: ALICE })

    expect(set.body.order).toEqual(order)
    expect(tenant.sandbox.state.devicesOf(ALICE.userID).map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
  })

  test('says whether MFA is enabled, and for how long it may be bypassed', async () => {
    const tenant = await openTenant()
    const until = '2099-11-30T00:00:00.000Z'

    await call(tenant, 'mfa.users.mfaEnabled.update', { path: ALICE, body: { mfaEnabled: false } })
    const enabled = await call(tenant, 'mfa.users.mfaEnabled.read', { path: ALICE })
    const none = await call(tenant, 'mfa.users.bypassMfa.read', { path: ALICE })
    await call(tenant, 'mfa.users.bypassMfa.update', { path: ALICE, body: { bypassMFAEnabledUntil: until } })
    const bypass = await call(tenant, 'mfa.users.bypassMfa.read', { path: ALICE })

    expect(enabled.body.mfaEnabled).toBe(false)
    expect(none.body).not.toHaveProperty('canBypassMFA')
    expect(bypass.body).toMatchObject({ bypassMFAEnabledUntil: until, canBypassMFA: true })
  })

  test.each([[{ applications: [{ id: '77777777-7777-4777-8777-777777777777' }] }], [{}]])(
    'gives out a pairing key for %j',
    async (body) => {
      const tenant = await openTenant()

      const { body: key } = await call(tenant, 'mfa.pairingKeys.create', { path: ALICE, body })
      const path = { ...ALICE, pairingKeyID: key.id }
      const read = await call(tenant, 'mfa.pairingKeys.read', { path })
      await call(tenant, 'mfa.pairingKeys.delete', { path })

      expect(read.body).toEqual(key)
    },
  )
})

describe('the environment, as documented,', () => {
  test('is read', async () => {
    const tenant = await openTenant()

    const answer = await call(tenant, 'mfa.environment.read')

    expect(answer.body.id).toBe(tenant.sandbox.tenant.environmentId)
  })

  test('has settings that are replaced and reset', async () => {
    const tenant = await openTenant()
    const pairing = { maxAllowedDevices: 15, pairingKeyFormat: 'ALPHANUMERIC' }

    await call(tenant, 'mfa.settings.update', { body: { pairing, lockout: { failureCount: 5 } } })
    const changed = await call(tenant, 'mfa.settings.read')
    await call(tenant, 'mfa.settings.reset')

    expect(changed.body).toMatchObject({ pairing, lockout: { failureCount: 5 } })
    expect((await call(tenant, 'mfa.settings.read')).body.pairing.maxAllowedDevices).toBe(5)
  })

  test('has policies', async () => {
    const tenant = await openTenant()

    const list = await call(tenant, 'mfa.deviceAuthenticationPolicies.list')
    const [first] = list.body._embedded.deviceAuthenticationPolicies
    const path = { deviceAuthenticationPolicyID: first?.id ?? '' }
    const one = await call(tenant, 'mfa.deviceAuthenticationPolicies.read', { path })

    expect(one.body).toMatchObject({ id: first?.id, default: true })
  })
})
