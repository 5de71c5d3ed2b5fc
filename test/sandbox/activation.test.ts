import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { Tenant } from './tenant.ts'
import { detail, openTenant, vendor } from './tenant.ts'

const CAROL = `/users/${FIXED_IDS.carol}/devices`
const MINUTE_MS = 60_000

async function openPending(body: Record<string, unknown> = {}, options: SandboxOptions = {}) {
  const tenant = await openTenant(options)
  const created = await tenant.ask('POST', CAROL, {
    body: { type: 'SMS', phone: '+12025550177', status: 'ACTIVATION_REQUIRED', ...body },
  })
  return { tenant, id: created.body.id, path: `${CAROL}/${created.body.id}` }
}

function activate(tenant: Tenant, path: string, body: unknown) {
  return tenant.ask('POST', path, { contentType: vendor('device.activate'), body })
}

/** A code of the same length that is not the right one. */
function wrong(otp: string | undefined): string {
  return otp === '000000' ? '000001' : '000000'
}

describe('activating a device', () => {
  test('takes the code that was sent, once', async () => {
    const { tenant, id, path } = await openPending()

    const answer = await activate(tenant, path, { otp: tenant.sandbox.messages[0]?.otp })
    const again = await activate(tenant, path, { otp: tenant.sandbox.messages[0]?.otp })

    expect(answer.status).toBe(200)
    expect(answer.body.status).toBe('ACTIVE')
    expect(answer.body._links).not.toHaveProperty(['device.activate'])
    expect(again.status).toBe(400)
    expect(tenant.sandbox.state.orderOf('carol@example.com')).toEqual([id])
    expect(tenant.sandbox.changes.map(({ action }) => action)).toEqual(['device.create', 'device.activate'])
  })

  test('counts wrong codes down, and then takes not even the right one', async () => {
    const { tenant, id, path } = await openPending()
    const otp = tenant.sandbox.levers.otpOf(id)

    const answers = [
      await activate(tenant, path, { otp: wrong(otp) }),
      await activate(tenant, path, { otp: wrong(otp) }),
      await activate(tenant, path, { otp: wrong(otp) }),
      await activate(tenant, path, { otp }),
    ]

    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400])
    expect(answers.map((answer) => answer.body.details[0].innerError.attemptsRemaining)).toEqual([2, 1, 0, 0])
    expect(detail(answers[0])).toEqual({
      status: 400,
      code: 'INVALID_DATA',
      detail: 'INVALID_OTP',
      target: 'otp',
    })
    expect(tenant.sandbox.state.device(id)?.status).toBe('ACTIVATION_REQUIRED')
  })

  test('gives the attempts back after the cool-down', async () => {
    const { tenant, id, path } = await openPending()
    const otp = tenant.sandbox.levers.otpOf(id)
    for (let tried = 0; tried < 3; tried += 1) await activate(tenant, path, { otp: wrong(otp) })

    tenant.sandbox.levers.advance(15 * MINUTE_MS)
    const answer = await activate(tenant, path, { otp })

    expect(answer.status).toBe(200)
  })

  test('refuses a code that is half an hour old', async () => {
    const { tenant, id, path } = await openPending()

    tenant.sandbox.levers.advance(30 * MINUTE_MS)
    const answer = await activate(tenant, path, { otp: tenant.sandbox.levers.otpOf(id) })

    expect(detail(answer)).toMatchObject({ status: 400, detail: 'INVALID_OTP' })
  })

  test('takes a new code after resending, and the old one no more', async () => {
    const { tenant, path } = await openPending()
    for (let tried = 0; tried < 3; tried += 1) await activate(tenant, path, { otp: 'nonsense' })

    const resent = await tenant.ask('POST', path, { contentType: vendor('device.sendActivationCode') })
    const [first, second] = tenant.sandbox.messages
    const old = await activate(tenant, path, { otp: first?.otp })
    const fresh = await activate(tenant, path, { otp: second?.otp })

    expect([resent.status, old.status, fresh.status]).toEqual([200, 400, 200])
    expect(first?.otp).not.toBe(second?.otp)
  })

  test.each([
    [{}, 'REQUIRED_VALUE'],
    [{ otp: '' }, 'REQUIRED_VALUE'],
    [{ otp: 123456 }, 'INVALID_VALUE'],
  ])('refuses the body %j without costing an attempt', async (body, code) => {
    const { tenant, id, path } = await openPending()

    const answer = await activate(tenant, path, body)

    expect(detail(answer)).toMatchObject({ status: 400, detail: code, target: 'otp' })
    expect(tenant.sandbox.state.device(id)?.pending?.attemptsLeft).toBe(3)
  })

  test.each(['application/json', 'text/plain', vendor('device.destroy')])(
    'does not happen by %s',
    async (contentType) => {
      const { tenant, id, path } = await openPending()

      const answer = await tenant.ask('POST', path, { contentType, body: { otp: tenant.sandbox.levers.otpOf(id) } })

      expect([answer.status, answer.body.code]).toEqual([415, 'INVALID_REQUEST'])
      expect(tenant.sandbox.state.device(id)?.status).toBe('ACTIVATION_REQUIRED')
    },
  )

  test('is refused where the limit was reached meanwhile', async () => {
    const { tenant, id, path } = await openPending()
    tenant.sandbox.levers.changeSettings({ pairing: { maxAllowedDevices: 1, pairingKeyFormat: 'NUMERIC' } })
    tenant.sandbox.levers.addDevice(FIXED_IDS.carol, { type: 'TOTP' })

    const answer = await activate(tenant, path, { otp: tenant.sandbox.levers.otpOf(id) })

    expect(detail(answer)).toMatchObject({ status: 400, code: 'REQUEST_FAILED', detail: 'LIMIT_EXCEEDED' })
  })

  test('takes the code of an authenticator app', async () => {
    const { tenant, id, path } = await openPending({ type: 'TOTP' })

    const answer = await activate(tenant, path, { otp: tenant.sandbox.levers.otpOf(id) })

    expect(answer.body.status).toBe('ACTIVE')
  })

  test('takes the attestation of a security key', async () => {
    const { tenant, path } = await openPending({ type: 'FIDO2' })

    const refused = await activate(tenant, path, { origin: 'https://example.com', attestation: 'not json' })
    const taken = await activate(tenant, path, { origin: 'https://example.com', attestation: '{"id":"key"}' })

    expect([refused.status, taken.status]).toEqual([400, 200])
  })

  test('wants a second code where an OATH token is to be resynchronised', async () => {
    const { tenant, id, path } = await openPending({ type: 'OATH_TOKEN' })
    const body = { otp: tenant.sandbox.levers.otpOf(id), oathResync: true }

    const first = await activate(tenant, path, body)
    const second = await activate(tenant, path, body)

    expect(detail(first)).toMatchObject({ status: 400, detail: 'EXTRA_OTP_REQUIRED', target: 'otp' })
    expect(second.status).toBe(200)
  })

  test('comes too late after a day: the device is gone', async () => {
    const { tenant, path } = await openPending()

    tenant.sandbox.levers.advance(24 * 60 * MINUTE_MS)
    const answer = await tenant.ask('GET', path, { headers: { authorization: `Bearer ${await tenant.token()}` } })

    expect(answer.status).toBe(404)
  })

  test('names a wrong code as the knobs say', async () => {
    const { tenant, path } = await openPending(
      {},
      { knobs: { wrongOtpDetail: 'INVALID_VALUE', showAttemptsRemaining: false } },
    )

    const answer = await activate(tenant, path, { otp: 'x' })

    expect(answer.body.details[0]).toEqual({ code: 'INVALID_VALUE', target: 'otp', message: 'Invalid OTP.' })
  })

  test('sends codes that begin with zero now and then', async () => {
    const tenant = await openTenant()

    const { levers } = tenant.sandbox
    const codes = Array.from({ length: 100 }, () => {
      const { id } = levers.addDevice(FIXED_IDS.carol, { type: 'SMS', status: 'ACTIVATION_REQUIRED' })
      return levers.otpOf(id) ?? ''
    })

    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
    expect(codes.some((code) => code.startsWith('0'))).toBe(true)
    expect(new Set(codes).size).toBeGreaterThan(95)
  })
})

describe('an active device', () => {
  const SMS = `/users/${FIXED_IDS.alice}/devices/${FIXED_IDS.aliceSms}`

  test('is blocked and unblocked', async () => {
    const tenant = await openTenant()

    const blocked = await tenant.ask('POST', SMS, { contentType: vendor('device.block') })
    const unblocked = await tenant.ask('POST', SMS, { contentType: vendor('device.unblock') })

    expect(blocked.body).toMatchObject({
      status: 'ACTIVE',
      block: { status: 'BLOCKED', blockedAt: expect.any(String) },
    })
    expect(unblocked.body.block).toEqual({ status: 'UNBLOCKED' })
    expect(tenant.sandbox.changes.map(({ action }) => action)).toEqual(['device.block', 'device.unblock'])
  })

  test('is unlocked by a call, or by time', async () => {
    const tenant = await openTenant()
    const lock = { reason: 'OTP' as const, expiresAt: Date.now() + 5 * MINUTE_MS }
    tenant.sandbox.levers.changeDevice(FIXED_IDS.aliceSms, { lock })
    tenant.sandbox.levers.changeDevice(FIXED_IDS.aliceTotp, { lock })
    const locked = await tenant.ask('GET', SMS)

    const unlocked = await tenant.ask('POST', SMS, { contentType: vendor('device.unlock') })
    tenant.sandbox.levers.advance(6 * MINUTE_MS)
    const later = await tenant.ask('GET', `/users/${FIXED_IDS.alice}/devices/${FIXED_IDS.aliceTotp}`)

    expect(locked.body.lock).toMatchObject({ status: 'LOCKED', reason: 'OTP' })
    expect(unlocked.body.lock).toEqual({ status: 'UNLOCKED' })
    expect(later.body.lock).toEqual({ status: 'UNLOCKED' })
  })

  test('has no code to be sent', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', SMS, { contentType: vendor('device.sendActivationCode') })

    expect(answer.status).toBe(400)
    expect(tenant.sandbox.messages).toEqual([])
  })
})
