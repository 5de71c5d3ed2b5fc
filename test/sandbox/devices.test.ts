import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { detail, openTenant, vendor } from './tenant.ts'

const CAROL = `/users/${FIXED_IDS.carol}/devices`
const ALICE = `/users/${FIXED_IDS.alice}/devices`
const SMS = { type: 'SMS', phone: '+12025550177' }
const PENDING_SMS = { ...SMS, status: 'ACTIVATION_REQUIRED' }

describe('creating a device', () => {
  test('without a status makes it active at once and sends no code', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body: SMS })

    expect(answer.body.status).toBe('ACTIVE')
    expect(tenant.sandbox.messages).toEqual([])
  })

  test('that has to be activated sends a code and carries the link', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body: { ...PENDING_SMS, nickname: 'Work phone' } })

    const self = `${tenant.server.apiUrl}/environments/${tenant.sandbox.tenant.environmentId}${CAROL}/${answer.body.id}`
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(self)
    expect(answer.body).toMatchObject({
      _links: { self: { href: self }, 'device.activate': { href: self } },
      user: { id: FIXED_IDS.carol },
      type: 'SMS',
      status: 'ACTIVATION_REQUIRED',
      nickname: 'Work phone',
      lock: { status: 'UNLOCKED' },
      block: { status: 'UNBLOCKED' },
      phone: '+12025550177',
    })
    expect(tenant.sandbox.messages).toMatchObject([
      { to: '+12025550177', channel: 'SMS', deviceId: answer.body.id, otp: expect.stringMatching(/^\d{6}$/) },
    ])
    expect(answer.text).not.toContain(tenant.sandbox.messages[0]?.otp)
    expect(tenant.sandbox.changes).toMatchObject([
      { action: 'device.create', method: 'POST', userId: FIXED_IDS.carol, deviceId: answer.body.id },
    ])
  })

  test('hands the message to whoever listens', async () => {
    const seen: string[] = []
    const tenant = await openTenant({ onMessage: ({ text }) => seen.push(text) })

    await tenant.ask('POST', CAROL, { body: PENDING_SMS })

    expect(seen).toEqual([expect.stringMatching(/^\d{6} is your code/)])
  })

  test('in test mode answers with the code and sends nothing', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body: { ...PENDING_SMS, testMode: true } })
    const read = await tenant.ask('GET', `${CAROL}/${answer.body.id}`)

    expect(answer.body.test.otp).toBe(tenant.sandbox.levers.otpOf(answer.body.id))
    expect(tenant.sandbox.messages).toEqual([])
    expect(read.body).not.toHaveProperty('test')
  })

  test.each([
    ['SMS', '+1.5125551234', '+15125551234'],
    ['SMS', '+1.512.555.1234', '+15125551234'],
    ['SMS', '+1 (512) 555-1234', '+15125551234'],
    ['WHATSAPP', '+44 7700 900123', '+447700900123'],
    ['VOICE', '15125551234', '+15125551234'],
    ['VOICE', '1-512-555-1234', '+15125551234'],
  ])('of type %s shows %s as %s', async (type, phone, shown) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body: { type, phone } })

    expect(answer.body.phone).toBe(shown)
  })

  test.each([
    [{ type: 'SMS' }, 'REQUIRED_VALUE', 'phone'],
    [{ type: 'SMS', phone: '15125551234' }, 'INVALID_VALUE', 'phone'],
    [{ type: 'SMS', phone: '+1512' }, 'INVALID_VALUE', 'phone'],
    [{ type: 'SMS', phone: '+1234567890123456' }, 'INVALID_VALUE', 'phone'],
    [{ type: 'SMS', phone: 15125551234 }, 'INVALID_VALUE', 'phone'],
    [{ type: 'SMS', phone: { number: '+15125551234' } }, 'INVALID_VALUE', 'phone'],
    [{ type: 'EMAIL' }, 'REQUIRED_VALUE', 'email'],
    [{ type: 'EMAIL', email: 'nobody' }, 'INVALID_VALUE', 'email'],
    [{ phone: '+15125551234' }, 'REQUIRED_VALUE', 'type'],
    [{ type: 'MOBILE' }, 'INVALID_VALUE', 'type'],
    [{ type: 'FAX' }, 'INVALID_VALUE', 'type'],
    [{ ...SMS, status: 'BLOCKED' }, 'INVALID_VALUE', 'status'],
    [{ ...SMS, nickname: 'x'.repeat(101) }, 'SIZE_LIMIT_EXCEEDED', 'nickname'],
    [{ ...SMS, policy: { id: 'nothing' } }, 'INVALID_VALUE', 'policy.id'],
    [{ type: 'VOICE', phone: '+15125551234', extension: '12' }, 'INVALID_VALUE', 'extension'],
  ])('refuses %j', async (body, code, target) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
    expect(tenant.sandbox.state.devicesOf(FIXED_IDS.carol)).toEqual([])
    expect(tenant.sandbox.changes).toEqual([])
  })

  test.each(['TOTP', 'FIDO2', 'OATH_TOKEN'])('of type %s always waits for its activation', async (type) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body: { type, status: 'ACTIVE' } })

    expect(answer.body.status).toBe('ACTIVATION_REQUIRED')
  })

  test('tells the secret of an authenticator app once', async () => {
    const tenant = await openTenant()

    const created = await tenant.ask('POST', CAROL, { body: { type: 'TOTP' } })
    const read = await tenant.ask('GET', `${CAROL}/${created.body.id}`)

    expect(created.body.secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(created.body.keyUri).toContain(`otpauth://totp/carol?secret=${created.body.secret}`)
    expect(read.text).not.toContain(created.body.secret)
  })

  test('refuses a type that the policy does not pair', async () => {
    const tenant = await openTenant()
    tenant.sandbox.levers.changePolicy('sms', { pairingDisabled: true })

    const answer = await tenant.ask('POST', CAROL, { body: SMS })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: 'INVALID_VALUE', target: 'type' })
  })

  test('is refused at the limit of active devices', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', `/users/${FIXED_IDS.dave}/devices`, { body: PENDING_SMS })

    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({
      code: 'REQUEST_FAILED',
      details: [{ code: 'LIMIT_EXCEEDED', innerError: { maximumAllowed: 5 } }],
    })
    expect(tenant.sandbox.messages).toEqual([])
  })

  test('counts blocked devices and leaves pending ones out', async () => {
    const tenant = await openTenant()
    tenant.sandbox.levers.changeSettings({ pairing: { maxAllowedDevices: 1, pairingKeyFormat: 'NUMERIC' } })
    const pending = await tenant.ask('POST', CAROL, { body: PENDING_SMS })
    const active = await tenant.ask('POST', CAROL, { body: SMS })

    await tenant.ask('POST', `${CAROL}/${active.body.id}`, { contentType: vendor('device.block') })
    const refused = await tenant.ask('POST', CAROL, { body: SMS })

    expect([pending.status, active.status, refused.status]).toEqual([201, 201, 400])
    expect(refused.body.details[0].innerError).toEqual({ maximumAllowed: 1 })
  })

  test('is refused where fifty devices wait already', async () => {
    const tenant = await openTenant()
    for (let made = 0; made < 50; made += 1) {
      tenant.sandbox.levers.addDevice(FIXED_IDS.carol, { type: 'TOTP', status: 'ACTIVATION_REQUIRED' })
    }

    const answer = await tenant.ask('POST', CAROL, { body: PENDING_SMS })

    expect(answer.body.details[0]).toMatchObject({ code: 'LIMIT_EXCEEDED', innerError: { maximumAllowed: 50 } })
  })

  test('allows the same number twice, but for the knob', async () => {
    const tenant = await openTenant()
    await tenant.ask('POST', CAROL, { body: SMS })

    const again = await tenant.ask('POST', CAROL, { body: SMS })
    tenant.sandbox.levers.setKnobs({ duplicatePhones: 'refused' })
    const refused = await tenant.ask('POST', CAROL, { body: SMS })

    expect(again.status).toBe(201)
    expect(detail(refused)).toMatchObject({ status: 400, detail: 'UNIQUENESS_VIOLATION' })
  })

  test('goes by the media type, parameters and letter case apart', async () => {
    const tenant = await openTenant()

    const fine = await tenant.ask('POST', CAROL, { body: SMS, contentType: 'Application/JSON; charset=utf-8' })
    const wrong = await tenant.ask('POST', CAROL, { body: SMS, contentType: 'text/plain' })

    expect(fine.status).toBe(201)
    expect([wrong.status, wrong.body.code]).toEqual([415, 'INVALID_REQUEST'])
  })

  test.each([
    [{ createStatus: 200 as const }, 200, 'device.activate', '+12025550177'],
    [{ activateLinkName: 'activate' as const }, 201, 'activate', '+12025550177'],
    [{ normalisePhones: false }, 201, 'device.activate', '+1 202 555 0177'],
  ])('answers by the knobs %j', async (knobs, status, linkName, phone) => {
    const tenant = await openTenant({ knobs })

    const answer = await tenant.ask('POST', CAROL, { body: { ...PENDING_SMS, phone: '+1 202 555 0177' } })

    expect([answer.status, answer.body.phone]).toEqual([status, phone])
    expect(answer.body._links).toHaveProperty([linkName])
  })
})

describe('reading devices', () => {
  test('lists them with the default at the head', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `${ALICE}?expand=order`)

    const ids = [FIXED_IDS.aliceSms, FIXED_IDS.aliceEmail, FIXED_IDS.aliceTotp]
    expect(answer.body._embedded.devices.map(({ id }) => id)).toEqual(ids)
    expect(answer.body.order).toEqual(ids.map((id) => ({ id })))
  })

  test.each([
    ['type eq "SMS"', 1],
    ['(status eq "ACTIVE")', 3],
    ['status eq "ACTIVATION_REQUIRED"', 0],
    ['type eq "SMS" and status eq "ACTIVE"', 1],
  ])('filters by %s', async (filter, count) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `${ALICE}?filter=${encodeURIComponent(filter)}`)

    expect(answer.body._embedded.devices).toHaveLength(count)
  })

  test('refuses a filter by anything else', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `${ALICE}?filter=${encodeURIComponent('phone eq "1"')}`)

    expect(detail(answer)).toMatchObject({ status: 400, detail: 'INVALID_FILTER' })
  })

  test('of somebody else finds nothing under this user', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `${ALICE}/${FIXED_IDS.bobKey}`)

    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('removing a device', () => {
  test('makes the next one the default', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('DELETE', `${ALICE}/${FIXED_IDS.aliceSms}`)

    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(tenant.sandbox.state.orderOf('alice@example.com')).toEqual([FIXED_IDS.aliceEmail, FIXED_IDS.aliceTotp])
    expect(tenant.sandbox.changes).toMatchObject([{ action: 'device.remove', deviceId: FIXED_IDS.aliceSms }])
  })

  test.each([
    [404 as const, 404],
    [204 as const, 204],
  ])('a second time answers by the knob with %i', async (deletedDeviceStatus, status) => {
    const tenant = await openTenant({ knobs: { deletedDeviceStatus } })
    await tenant.ask('DELETE', `${ALICE}/${FIXED_IDS.aliceSms}`)

    const again = await tenant.ask('DELETE', `${ALICE}/${FIXED_IDS.aliceSms}`)

    expect(again.status).toBe(status)
    expect(tenant.sandbox.changes).toHaveLength(1)
  })

  test('that is gone cannot be done by the collection: that forgets the order alone', async () => {
    const tenant = await openTenant()
    const order = [FIXED_IDS.aliceTotp, FIXED_IDS.aliceSms, FIXED_IDS.aliceEmail].map((id) => ({ id }))
    await tenant.ask('POST', ALICE, { contentType: vendor('devices.reorder'), body: { order } })

    const plain = await tenant.ask('DELETE', ALICE)
    const removed = await tenant.ask('DELETE', ALICE, { contentType: vendor('devices.order.remove') })

    expect([plain.status, removed.status]).toEqual([415, 204])
    expect(tenant.sandbox.state.orderOf('alice@example.com')[0]).toBe(FIXED_IDS.aliceSms)
    expect(tenant.sandbox.state.devicesOf('alice@example.com')).toHaveLength(3)
  })
})

describe('the order', () => {
  test('is what the caller says', async () => {
    const tenant = await openTenant()
    const order = [FIXED_IDS.aliceTotp, FIXED_IDS.aliceSms, FIXED_IDS.aliceEmail].map((id) => ({ id }))

    const answer = await tenant.ask('POST', ALICE, { contentType: vendor('devices.reorder'), body: { order } })
    const listed = await tenant.ask('GET', ALICE)

    expect(answer.status).toBe(200)
    expect(listed.body._embedded.devices.map(({ id }) => ({ id }))).toEqual(order)
  })

  test.each([
    [{ devices: [] }],
    [{ order: [{ id: FIXED_IDS.bobKey }] }],
    [{ order: [{ id: FIXED_IDS.aliceSms }, { id: FIXED_IDS.aliceSms }] }],
  ])('is not taken from %j', async (body) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', ALICE, { contentType: vendor('devices.reorder'), body })

    expect(detail(answer)).toMatchObject({ status: 400, code: 'INVALID_DATA', target: 'order' })
  })

  test('has pending devices at the end', async () => {
    const tenant = await openTenant()
    const pending = await tenant.ask('POST', ALICE, { body: PENDING_SMS })

    const listed = await tenant.ask('GET', ALICE)

    expect(listed.body._embedded.devices.at(-1)?.id).toBe(pending.body.id)
    expect(tenant.sandbox.state.orderOf('alice@example.com')).not.toContain(pending.body.id)
  })
})

describe('the nickname', () => {
  test.each([
    ['My phone', 'My phone'],
    ['', undefined],
  ])('becomes "%s"', async (nickname, expected) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('PUT', `${ALICE}/${FIXED_IDS.aliceSms}/nickname`, { body: { nickname } })

    expect(answer.status).toBe(200)
    expect(tenant.sandbox.state.device(FIXED_IDS.aliceSms)?.nickname).toBe(expected)
  })

  test.each([[{ nickname: 'x'.repeat(101) }], [{}], [{ nickname: 5 }]])('is not taken from %j', async (body) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('PUT', `${ALICE}/${FIXED_IDS.aliceSms}/nickname`, { body })

    expect(detail(answer)).toMatchObject({ status: 400, target: 'nickname' })
    expect(tenant.sandbox.state.device(FIXED_IDS.aliceSms)?.nickname).toBe('Work phone')
  })
})

test('logs are asked for with the status PENDING', async () => {
  const tenant = await openTenant()
  const path = `${ALICE}/${FIXED_IDS.aliceSms}/logs`

  const asked = await tenant.ask('PUT', path, { body: { status: 'PENDING' } })
  const refused = await tenant.ask('PUT', path, { body: { status: 'DONE' } })

  expect([asked.status, refused.status]).toEqual([200, 400])
})
