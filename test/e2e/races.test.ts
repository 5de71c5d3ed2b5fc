import { afterAll, beforeAll, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { CallResult, Session } from './session.ts'
import { openStage, type Stage } from './stage.ts'

/** Eight server processes on one home folder; the tests go on from one another's store, as the processes do. */
let stage: Stage
let sessions: Session[]

beforeAll(async () => {
  stage = await openStage()
  sessions = await Promise.all(Array.from({ length: 8 }, () => stage.connect()))
})
afterAll(() => stage.close())

const everywhere = (call: (session: Session, index: number) => Promise<CallResult>) =>
  Promise.all(sessions.map((session, index) => call(session, index)))

const sent = (method: string, path: string) =>
  stage.sandbox.requests.filter((request) => request.method === method && request.path.includes(path)).length

async function withLatency<T>(ms: number, play: () => Promise<T>): Promise<T> {
  stage.sandbox.setLatency(ms)
  try {
    return await play()
  } finally {
    stage.sandbox.setLatency(0)
  }
}

/** A user with these devices, whom no other test knows. */
function newUser(name: string, devices: { type: 'SMS' | 'TOTP'; phone?: string; status?: 'ACTIVATION_REQUIRED' }[]) {
  const { id, email } = stage.sandbox.levers.addUser({ email: `${name}@example.com` })
  return { id, email, devices: devices.map((device) => stage.sandbox.levers.addDevice(id, device)) }
}

/** Every process asks; answers the one approval and each process's own token. */
async function askEverywhere(tool: string, args: Record<string, unknown>) {
  const answers = await everywhere((session) => session.call(tool, args))
  const approvals = answers.map(({ structured }) => structured.approval)
  expect(new Set(approvals.map(({ id }) => id)).size).toBe(1)
  return { id: approvals[0]?.id ?? '', tokens: approvals.map(({ token }) => token) }
}

/** Every process starts the action, with its own token or all with the first one, until each has an outcome. */
async function startEverywhere(tokens: string[]) {
  const start = (session: Session, index: number) =>
    session.call('execute_approved_action', { token: tokens[index % tokens.length] })
  const first = await everywhere(start)
  for (const answer of first) expect(['executing', 'completed']).toContain(answer.structured?.status ?? answer.text)
  await sessions[0]?.call('check_approval', { token: tokens[0], waitSeconds: 10 })
  const second = await everywhere(start)
  const own = first.filter(({ structured }) => structured.status === 'completed' && !structured.replayed)
  expect(own.length).toBeLessThanOrEqual(1)
  expect(second.map(({ structured }) => structured)).toEqual(
    second.map(() => ({ ...second[0]?.structured, status: 'completed', replayed: true })),
  )
  return second[0]?.structured.outcome.devices ?? []
}

test('eight processes open a new home at the same time, and each of them is served', async () => {
  const answers = await everywhere((session) => session.call('reset_mfa_devices', { email: 'alice@example.com' }))

  expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 'NO_APPROVER'))
  const entries = await (await stage.human.app.store()).auditEntries()
  expect(entries.map(({ kind }) => kind)).toEqual(answers.map(() => 'call.refused'))
  expect((await stage.run(['audit', 'verify'])).code).toBe(0)
})

test('eight processes that ask for the same thing get one approval, and each a token of its own', async () => {
  await stage.human.enrol()

  const { id, tokens } = await askEverywhere('reset_mfa_devices', { email: 'alice@example.com' })
  const checks = await everywhere((session, index) => session.call('check_approval', { token: tokens.at(-1 - index) }))

  expect(new Set(tokens).size).toBe(8)
  expect(checks.map(({ structured }) => structured.approval.id)).toEqual(checks.map(() => id))
  expect(await (await stage.human.app.approvals()).list()).toHaveLength(1)
})

test('eight processes with one token remove each device once, and all of them tell the same outcome', async () => {
  const { id, tokens } = await askEverywhere('reset_mfa_devices', { email: 'alice@example.com' })
  await stage.human.approve(id)

  const devices = await withLatency(40, () => startEverywhere(tokens.slice(0, 1)))

  expect(devices.map(({ result }) => result)).toEqual(['removed', 'removed', 'removed'])
  for (const device of devices) expect(sent('DELETE', device.id)).toBe(1)
  expect(stage.sandbox.state.devicesOf(FIXED_IDS.alice)).toEqual([])
})

test('eight processes with a token each add one device', async () => {
  const user = newUser('race.add', [])
  const { id, tokens } = await askEverywhere('add_sms_device', { email: user.email, phone: '+46701740611' })
  await stage.human.approve(id)

  const devices = await withLatency(20, () => startEverywhere(tokens))

  expect(devices.map(({ result }) => result)).toEqual(['created'])
  expect(stage.sandbox.state.devicesOf(user.id)).toHaveLength(1)
})

test('eight processes send the code that a person typed once, and none of them stumbles over its absence', async () => {
  const user = newUser('race.code', [{ type: 'SMS', phone: '+46701740612', status: 'ACTIVATION_REQUIRED' }])
  const deviceId = user.devices[0]?.id ?? ''
  const code = stage.sandbox.levers.otpOf(deviceId) ?? ''
  stage.canaries.add(code)
  const { id, tokens } = await askEverywhere('activate_mfa_device', { email: user.email, deviceId })
  await stage.human.approve(id, { code })

  const devices = await withLatency(20, () => startEverywhere(tokens))

  expect(devices.map(({ result }) => result)).toEqual(['activated'])
  expect(sent('POST', deviceId)).toBe(1)
})

test('requests that bring a code of their own are never shared', async () => {
  const user = newUser('race.secret', [{ type: 'SMS', phone: '+46701740613', status: 'ACTIVATION_REQUIRED' }])
  const args = { email: user.email, deviceId: user.devices[0]?.id, otp: '112233' }

  const answers = await Promise.all(sessions.slice(0, 3).map((session) => session.call('activate_mfa_device', args)))

  expect(new Set(answers.map(({ structured }) => structured.approval.id)).size).toBe(3)
})

test('the number of waiting requests holds across processes', async () => {
  const user = newUser('race.limit', [{ type: 'TOTP' }])

  const answers = await everywhere((session, index) =>
    session.call('add_sms_device', { email: user.email, phone: `+4670174062${index}` }),
  )

  expect(answers.filter(({ isError }) => !isError)).toHaveLength(3)
  expect(answers.filter(({ code }) => code === 'TOO_MANY_PENDING')).toHaveLength(5)
})

test('a cover gives three tries to all processes together', async () => {
  const user = newUser('race.cover', [])
  const { approval } = (await sessions[0]!.call('add_sms_device', { email: user.email, phone: '+46701740614' }))
    .structured
  await stage.human.approve(approval.id)
  const added = await sessions[0]!.call('execute_approved_action', { token: approval.token })
  const deviceId = added.structured.outcome.devices[0]?.id ?? ''
  const right = Number(stage.sandbox.levers.otpOf(deviceId))

  const answers = await everywhere((session, index) =>
    session.call('activate_mfa_device', {
      email: user.email,
      deviceId,
      otp: String((right + 1 + index) % 1_000_000).padStart(6, '0'),
    }),
  )

  expect(sent('POST', deviceId)).toBe(3)
  expect(answers.filter(({ code }) => code === 'OTP_REJECTED')).toHaveLength(3)
  expect(stage.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')
})

test('taking back and starting at the same moment are one of the two, for everybody', async () => {
  for (const round of [0, 1, 2, 3]) {
    const user = newUser(`race.decision${round}`, [{ type: 'TOTP' }])
    const { id, tokens } = await askEverywhere('reset_mfa_devices', { email: user.email })
    await stage.human.approve(id)
    const approvals = await stage.human.app.approvals()

    const starting = everywhere((session) => session.call('execute_approved_action', { token: tokens[0] }))
    // Sooner or later than the start: either is right, as long as all say the same.
    await new Promise((resolve) => setTimeout(resolve, 8 * round))
    const denied = await approvals.deny({ id, reason: 'wait' })
    const started = await starting

    const isGone = stage.sandbox.state.devicesOf(user.id).length === 0
    expect(started.some(({ code }) => code === 'APPROVAL_CANCELLED')).toBe(denied.denied)
    expect(isGone).toBe(!denied.denied)
  }
})

test('after all this the log holds', async () => {
  const verified = await stage.run(['audit', 'verify'])

  expect(verified.stderr).toContain('The audit log holds')
  expect(verified.code).toBe(0)
})
