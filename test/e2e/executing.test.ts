import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import type { FaultInput } from '../../src/sandbox/faults.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { CallResult } from './session.ts'
import { shareStage } from './shared-stage.ts'
import { onStage, type Stage } from './stage.ts'

const shared = shareStage({ enrolled: true })
const call = (tool: string, args: Record<string, unknown>) => shared.session.call(tool, args)

/** A user of this test alone, with so many SMS devices. */
function newUser(devices: number): { email: string; ids: string[] } {
  const { levers, state } = shared.stage.sandbox
  const email = `user${state.users().length}@example.com`
  levers.addUser({ email })
  const ids = Array.from({ length: devices }, (_, index) =>
    levers.addDevice(email, { type: 'SMS', phone: `+1202555010${index}` }),
  ).map(({ id }) => id)
  return { email, ids }
}

async function approved(tool: string, args: Record<string, unknown>): Promise<{ token: string; id: string }> {
  const { approval } = (await call(tool, args)).structured
  const result = await shared.stage.human.approve(approval.id)
  if (!result.approved) throw new Error(result.why)
  return approval
}

const execute = (token: string) => call('execute_approved_action', { token })
const resultsOf = ({ structured }: CallResult) => structured.outcome.devices.map(({ result }) => result)
const statesOf = (email: string) => shared.stage.sandbox.state.devicesOf(email).map(({ status }) => status)
const actions = () => shared.changes().map(({ action }) => action)
const arm = (fault: FaultInput) => shared.stage.sandbox.faults.add(fault)

afterEach(() => {
  shared.stage.sandbox.levers.changeSettings({ pairing: { maxAllowedDevices: 5, pairingKeyFormat: 'NUMERIC' } })
})

describe('once approved', () => {
  test('the stored plan runs once, and every later call replays its outcome', async () => {
    const { email, ids } = newUser(3)
    const { token } = await approved('reset_mfa_devices', { email })

    const done = await execute(token)
    const again = await execute(token)
    const checked = await call('check_approval', { token })

    expect(done.structured).toMatchObject({ status: 'completed', action: 'reset_mfa_devices', replayed: false })
    expect(done.structured.outcome.devices.map(({ id }) => id)).toEqual(ids)
    expect(resultsOf(done)).toEqual(['removed', 'removed', 'removed'])
    expect(again.structured).toEqual({ ...done.structured, replayed: true })
    expect(again.text).toContain('nothing was sent again')
    expect(checked.structured).toMatchObject({ status: 'succeeded', outcome: done.structured.outcome })
    expect(actions()).toEqual(['device.remove', 'device.remove', 'device.remove'])
  })

  test('an added SMS device waits for its activation, and its id is in the text', async () => {
    const { email } = newUser(0)
    const { token } = await approved('add_sms_device', { email, phone: '+12025550155', nickname: 'Desk' })

    const done = await execute(token)

    const [device] = shared.stage.sandbox.state.devicesOf(email)
    expect(device).toMatchObject({ status: 'ACTIVATION_REQUIRED', phone: '+12025550155', nickname: 'Desk' })
    expect(done.text).toContain(
      `Next: when the user has the code, call activate_mfa_device with deviceId ${device?.id}`,
    )
    expect(shared.stage.sandbox.messages.at(-1)).toMatchObject({ to: '+12025550155', channel: 'SMS' })
  })

  test('one device is unpaired and the others stay', async () => {
    const { email, ids } = newUser(3)
    const { token } = await approved('unpair_mfa_device', { email, deviceId: ids[1] })

    const done = await execute(token)

    expect(resultsOf(done)).toEqual(['removed'])
    expect(shared.stage.sandbox.state.devicesOf(email).map(({ id }) => id)).toEqual([ids[0], ids[2]])
  })

  test('a device that was pending before is activated with the code that the person typed', async () => {
    const { email } = newUser(0)
    const { levers, state } = shared.stage.sandbox
    const { id: deviceId } = levers.addDevice(email, {
      type: 'SMS',
      phone: '+12025550156',
      status: 'ACTIVATION_REQUIRED',
    })
    const { approval } = (await call('activate_mfa_device', { email, deviceId })).structured
    await shared.stage.human.approve(approval.id, { code: levers.otpOf(deviceId) ?? '' })

    const done = await execute(approval.token)

    expect(done.structured.outcome.devices).toMatchObject([{ id: deviceId, result: 'activated' }])
    expect(state.device(deviceId)?.status).toBe('ACTIVE')
  })

  test('a device that somebody else removed meanwhile is already gone', async () => {
    const { email, ids } = newUser(2)
    const { token } = await approved('reset_mfa_devices', { email })
    arm({
      kind: 'meanwhile',
      match: { method: 'DELETE', path: ids[0] ?? '' },
      run: () => shared.stage.sandbox.levers.removeDevice(ids[0] ?? ''),
    })

    const done = await execute(token)

    expect(resultsOf(done)).toEqual(['already_gone', 'removed'])
    expect(statesOf(email)).toEqual([])
  })
})

describe('not approved: nothing is done', () => {
  test('while it is pending: approval_pending, no error', async () => {
    const { email } = newUser(1)
    const { approval } = (await call('reset_mfa_devices', { email })).structured

    const done = await execute(approval.token)

    expect(done.isError).toBe(false)
    expect(done.structured).toMatchObject({ status: 'approval_pending', approval: { id: approval.id } })
    expect(done.text).toContain(approval.approveAt)
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('after a denial: APPROVAL_DENIED with what the person said, for the same request too', async () => {
    const { email } = newUser(1)
    const { approval } = (await call('reset_mfa_devices', { email })).structured
    await shared.stage.human.deny(approval.id, 'Call her back first')

    const done = await execute(approval.token)
    const checked = await call('check_approval', { token: approval.token })
    const again = await call('reset_mfa_devices', { email, reason: 'please' })

    expect(done.code).toBe('APPROVAL_DENIED')
    expect(again.code).toBe('APPROVAL_DENIED')
    for (const { text } of [done, again, checked]) expect(text).toContain('Call her back first')
    expect(checked.structured).toMatchObject({
      status: 'denied',
      approval: { denialReason: 'Call her back first' },
    })
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('after it was taken back: APPROVAL_CANCELLED', async () => {
    const { email } = newUser(1)
    const { token, id } = await approved('reset_mfa_devices', { email })
    await shared.stage.human.deny(id, 'Changed my mind')

    const done = await execute(token)

    expect(done.code).toBe('APPROVAL_CANCELLED')
    expect(done.text).toContain('Changed my mind')
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test.each(['pending', 'approved'])('after its time has run out while %s: APPROVAL_EXPIRED', async (state) => {
    const { email } = newUser(1)
    const { approval } = (await call('reset_mfa_devices', { email })).structured
    await (state === 'approved' && shared.stage.human.approve(approval.id))
    expireNow(shared.stage, approval.id)

    const done = await execute(approval.token)
    const checked = await call('check_approval', { token: approval.token })

    expect(done.code).toBe('APPROVAL_EXPIRED')
    expect(done.text.split('\n')[1]).toBe('Next: Ask for the action again if it is still wanted.')
    expect(checked.structured.status).toBe('expired')
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('after something changed: APPROVAL_STALE with what it is, and it stays stale', async () => {
    const { email } = newUser(1)
    const { token } = await approved('reset_mfa_devices', { email })
    const { id } = shared.stage.sandbox.levers.addDevice(email, { type: 'TOTP', nickname: 'New app' })

    const done = await execute(token)
    shared.stage.sandbox.levers.removeDevice(id)
    const again = await execute(token)

    expect([done.code, again.code]).toEqual(['APPROVAL_STALE', 'APPROVAL_STALE'])
    expect(done.text).toContain('TOTP (New app) was added.')
    expect(done.text.split('\n')[1]).toMatch(/^Next: Ask for the action again/)
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test("while the policy's hour is used up: RATE_LIMITED, and it is not lost", async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      writeFileSync(join(stage.home, 'policy.json'), '{"limits":{"executionsPerHour":1}}')
      const session = await stage.connect()
      const tokens = []
      for (const email of ['alice@example.com', 'bob@example.com']) {
        const { approval } = (await session.call('reset_mfa_devices', { email })).structured
        await stage.human.approve(approval.id)
        tokens.push(approval.token)
      }

      const first = await session.call('execute_approved_action', { token: tokens[0] })
      const second = await session.call('execute_approved_action', { token: tokens[1] })
      const checked = await session.call('check_approval', { token: tokens[1] })

      expect(first.structured.status).toBe('completed')
      expect(second.code).toBe('RATE_LIMITED')
      expect(second.text.split('\n')[1]).toMatch(/^Next: Wait, then call execute_approved_action again/)
      expect(checked.structured.status).toBe('approved')
      expect(stage.sandbox.state.devicesOf('bob@example.com')).toHaveLength(1)
    })
  })
})

describe('PingOne does not carry it out', () => {
  const CORRELATION = /correlation id [0-9a-f-]{36}/

  test('because the user has all devices that are allowed: DEVICE_LIMIT_REACHED', async () => {
    const { email } = newUser(5)
    const { token } = await approved('add_sms_device', { email, phone: '+12025550155' })

    const done = await execute(token)
    const checked = await call('check_approval', { token })

    expect(done.code).toBe('DEVICE_LIMIT_REACHED')
    expect(done.text).toMatch(/\(5\)/)
    expect(done.text).toMatch(CORRELATION)
    expect(done.text.split('\n')[1]).toMatch(/^Next: Unpair a device/)
    expect(checked.structured).toMatchObject({ status: 'failed', outcome: { devices: [{ result: 'failed' }] } })
    expect(actions()).toEqual([])
  })

  test('because the code is wrong: OTP_REJECTED with the attempts that are left, and a right one still works', async () => {
    const { email } = newUser(0)
    const { token } = await approved('add_sms_device', { email, phone: '+12025550155' })
    const deviceId = (await execute(token)).structured.outcome.devices[0]?.id ?? ''
    const right = shared.stage.sandbox.levers.otpOf(deviceId) ?? ''
    const wrong = right === '111111' ? '222222' : '111111'

    const rejected = await call('activate_mfa_device', { email, deviceId, otp: wrong })
    const accepted = await call('activate_mfa_device', { email, deviceId, otp: right })

    expect(rejected.code).toBe('OTP_REJECTED')
    expect(rejected.text).toMatch(/attempts left: 2/)
    expect(rejected.text).toMatch(CORRELATION)
    expect(rejected.text.split('\n')[1]).toMatch(/^Next: Ask the user/)
    expect(accepted.structured.status).toBe('completed')
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('because the last of three codes is wrong: OTP_REJECTED, and the next step is another', async () => {
    const { email } = newUser(0)
    const { token } = await approved('add_sms_device', { email, phone: '+12025550155' })
    const deviceId = (await execute(token)).structured.outcome.devices[0]?.id ?? ''
    const right = shared.stage.sandbox.levers.otpOf(deviceId) ?? ''
    const wrong = right === '111111' ? '222222' : '111111'
    const answers = []
    for (let attempt = 0; attempt < 3; attempt++) {
      answers.push(await call('activate_mfa_device', { email, deviceId, otp: wrong }))
    }

    expect(answers.map(({ code }) => code)).toEqual(['OTP_REJECTED', 'OTP_REJECTED', 'OTP_REJECTED'])
    expect(answers[2]?.text).toContain('attempts left: 0')
    expect(answers[2]?.text.split('\n')[1]).toMatch(/^Next: No attempt is left: unpair/)
    expect(statesOf(email)).toEqual(['ACTIVATION_REQUIRED'])
  })

  test('because of its rate limit: RATE_LIMITED', async () => {
    const { email, ids } = newUser(1)
    const { token } = await approved('unpair_mfa_device', { email, deviceId: ids[0] })
    arm({ kind: 'rate-limited', retryAfterSeconds: 60, match: { method: 'DELETE' }, times: Infinity })

    const done = await execute(token)

    expect(done.code).toBe('RATE_LIMITED')
    expect(done.text).toMatch(CORRELATION)
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('for another reason: ACTION_FAILED with the device, its fate and why', async () => {
    const { email, ids } = newUser(1)
    const { token } = await approved('unpair_mfa_device', { email, deviceId: ids[0] })
    arm({ kind: 'forbidden', match: { method: 'DELETE' }, times: Infinity })

    const done = await execute(token)
    const again = await execute(token)

    expect(done.code).toBe('ACTION_FAILED')
    expect(done.text).toMatch(new RegExp(`^- SMS \\+1•••••••0100 \\(${ids[0]}\\): failed: FORBIDDEN: .*`, 'm'))
    expect(done.text).toMatch(CORRELATION)
    expect(done.text.split('\n')[1]).toMatch(/^Next: Call list_mfa_devices/)
    expect(again.code).toBe('ACTION_FAILED')
    expect(again.text).toContain('nothing was sent again')
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('in part: ACTION_PARTIAL with each device and its fate', async () => {
    const { email, ids } = newUser(3)
    const { token } = await approved('reset_mfa_devices', { email })
    arm({ kind: 'forbidden', match: { method: 'DELETE', path: ids[1] ?? '' }, times: Infinity })

    const done = await execute(token)
    const checked = await call('check_approval', { token })

    expect(done.code).toBe('ACTION_PARTIAL')
    expect(
      done.text
        .split('\n')
        .slice(2)
        .map((line) => line.replace(/.*\(([0-9a-f-]{36})\): (\w+).*/, '$1 $2')),
    ).toEqual([`${ids[0]} removed`, `${ids[1]} failed`, `${ids[2]} removed`])
    expect(checked.structured.status).toBe('partial')
    expect(resultsOf(checked)).toEqual(['removed', 'failed', 'removed'])
    expect(shared.stage.sandbox.state.devicesOf(email).map(({ id }) => id)).toEqual([ids[1]])
  })
})

describe("PingOne's answer is lost", () => {
  const lost = { kind: 'reset', when: 'after', match: { method: 'DELETE' } } as const

  test('but reading shows that it was done: completed, sent once', async () => {
    const { email } = newUser(1)
    const { token } = await approved('reset_mfa_devices', { email })
    arm(lost)

    const done = await execute(token)

    expect(resultsOf(done)).toEqual(['removed'])
    expect(statesOf(email)).toEqual([])
    expect(actions()).toEqual(['device.remove'])
  })

  test('but reading shows that it was not done: ACTION_FAILED, not sent again', async () => {
    const { email } = newUser(1)
    const { token } = await approved('reset_mfa_devices', { email })
    const armed = arm({ kind: 'reset', match: { method: 'DELETE' }, times: Infinity })

    const done = await execute(token)

    expect(done.code).toBe('ACTION_FAILED')
    expect(done.text).toContain('reading again shows that it was not done')
    expect(armed.hits).toBe(1)
    expect(statesOf(email)).toEqual(['ACTIVE'])
  })

  test('and reading fails too: ACTION_UNCERTAIN, and that is what stays recorded', async () => {
    const { email, ids } = newUser(1)
    const { token } = await approved('unpair_mfa_device', { email, deviceId: ids[0] })
    arm(lost)
    arm({ kind: 'forbidden', match: { method: 'GET', path: '/devices' }, after: 1, times: Infinity })

    const done = await execute(token)
    shared.stage.sandbox.faults.clear()
    const again = await execute(token)
    const checked = await call('check_approval', { token })

    expect([done.code, again.code]).toEqual(['ACTION_UNCERTAIN', 'ACTION_UNCERTAIN'])
    expect(done.text).toMatch(new RegExp(`^- SMS .* \\(${ids[0]}\\): unknown`, 'm'))
    expect(checked.structured).toMatchObject({ status: 'uncertain', outcome: { devices: [{ result: 'unknown' }] } })
    expect(actions()).toEqual(['device.remove'])
  })

  test('of an addition: it is found by reading, and no second device is made', async () => {
    const { email } = newUser(0)
    const { token } = await approved('add_sms_device', { email, phone: '+12025550155' })
    arm({ kind: 'cut-off', when: 'after', match: { method: 'POST', path: '/devices' } })

    const done = await execute(token)

    const [device] = shared.stage.sandbox.state.devicesOf(email)
    expect(done.structured.outcome.devices).toMatchObject([{ id: device?.id, result: 'created' }])
    expect(actions()).toEqual(['device.create'])
  })
})

test('a device that PingOne makes ACTIVE at once is told, not passed over', async () => {
  const { email } = newUser(0)
  const { token } = await approved('add_sms_device', { email, phone: '+12025550155' })
  const { state } = shared.stage.sandbox
  arm({
    kind: 'reply',
    status: 201,
    body: { id: FIXED_IDS.aliceSms, type: 'SMS', status: 'ACTIVE', phone: '+12025550155', createdAt: '2026-11-24' },
    match: { method: 'POST', path: '/devices' },
  })

  const done = await execute(token)

  expect(done.text).toContain('ACTIVE instead of ACTIVATION_REQUIRED')
  expect(state.devicesOf(email)).toEqual([])
})

/** The store is the product's own; a test may set its clock back instead of waiting. */
function expireNow({ home }: Stage, id: string): void {
  const db = new DatabaseSync(join(home, 'approvals.db'), { timeout: 60_000 })
  db.prepare('UPDATE approvals SET expires_at = ? WHERE id = ?').run(Date.now() - 1, id)
  db.close()
}
