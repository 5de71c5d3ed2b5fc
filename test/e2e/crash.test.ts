import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { SandboxDevice } from '../../src/sandbox/records.ts'
import { cheapCredential, onDatabase } from './rehearsal.ts'
import type { CallResult, Session } from './session.ts'
import { shareStage } from './shared-stage.ts'
import { PASSPHRASE } from './stage.ts'

const shared = shareStage()
const PRELOAD = ['--import', join(import.meta.dirname, 'kill-at-write.ts')]

let people = 0

/** Somebody with three devices, and a reset that was approved. */
async function approvedReset() {
  const { sandbox } = shared.stage
  const user = sandbox.levers.addUser({ email: `victim.${++people}@example.com` })
  const devices = [
    sandbox.levers.addDevice(user.id, { type: 'SMS', phone: '+12025550161' }),
    sandbox.levers.addDevice(user.id, { type: 'TOTP' }),
    sandbox.levers.addDevice(user.id, { type: 'FIDO2' }),
  ]
  const approval = await approved('reset_mfa_devices', { email: user.email })
  return { ...approval, devices }
}

async function approved(tool: string, args: Record<string, unknown>, code?: string) {
  await enrolOnce()
  const asked = await shared.session.call(tool, args)
  const { id, token } = asked.structured.approval
  const given = await shared.stage.human.approve(id, { by: 'Olga', ...(code === undefined ? {} : { code }) })
  expect(given).toMatchObject({ approved: true })
  return { id, token }
}

async function enrolOnce(): Promise<void> {
  const store = await shared.stage.human.app.store()
  const person = { name: 'Olga', email: 'olga.approver@example.com', createdAt: Date.now() }
  await store.addApprover(
    { ...person, kind: 'passphrase', credential: cheapCredential(PASSPHRASE) },
    { at: Date.now(), kind: 'approver.added', data: {} },
  )
}

/** Starts the action in a process that `kill -9` ends on the way; answers whether it got so far as to answer. */
async function startAndDie(
  token: string,
  arrange: (victim: Session) => void,
  killAt = '',
): Promise<CallResult | 'died'> {
  const victim = await shared.stage.connect({ env: { KILL_AT: killAt }, nodeOptions: PRELOAD })
  arrange(victim)
  const answer = await victim.call('execute_approved_action', { token }).catch(() => 'died' as const)
  await victim.close()
  return answer
}

const execute = (token: string) => shared.session.call('execute_approved_action', { token })

/** As if ten seconds had passed: nobody holds the lease any more. */
function endLease(id: string): void {
  onDatabase(shared.stage.home, (db) =>
    db.prepare('UPDATE approvals SET lease_until = ? WHERE id = ? AND lease_until IS NOT NULL').run(Date.now() - 1, id),
  )
}

async function outcomeOf(token: string) {
  const { structured } = await shared.session.call('check_approval', { token })
  return { state: structured.status, devices: structured.outcome.devices }
}

const sent = (method: string, path: string) =>
  shared.stage.sandbox.requests.filter((request) => request.method === method && request.path.endsWith(path)).length

/** What is told of each device is what the tenant shows, and no removal was sent twice. */
async function expectTruth(token: string, devices: readonly SandboxDevice[]): Promise<void> {
  const told = await outcomeOf(token)
  expect(told.devices.map(({ id }) => id).toSorted()).toEqual(devices.map(({ id }) => id).toSorted())
  for (const { id, result } of told.devices) {
    const isThere = shared.stage.sandbox.state.device(id) !== undefined
    expect(isThere ? ['failed'] : ['removed', 'already_gone'], `device ${id} is told to be ${result}`).toContain(result)
    expect(sent('DELETE', id)).toBeLessThanOrEqual(1)
  }
  const gone = told.devices.filter(({ result }) => result !== 'failed').length
  expect(told.state).toBe(gone === 0 ? 'failed' : gone === devices.length ? 'succeeded' : 'partial')
}

async function expectTruthAfterTakeover({ id, token, devices }: Awaited<ReturnType<typeof approvedReset>>) {
  endLease(id)

  const first = await execute(token)
  await expectTruth(token, devices)
  const requests = shared.stage.sandbox.requests.length
  const second = await execute(token)

  expect(second.code ?? second.structured.status).toBe(first.code ?? first.structured.status)
  expect(second.text).toContain('nothing was sent again')
  expect(shared.stage.sandbox.requests).toHaveLength(requests)
}

/** One who dies before all others, so that its lease runs out by itself while they are looked at. */
let first: { reset: Awaited<ReturnType<typeof approvedReset>>; diedAt: number }
beforeAll(async () => {
  const reset = await approvedReset()
  expect(await startAndDie(reset.token, () => {}, 'after:3')).toBe('died')
  first = { reset, diedAt: Date.now() }
  expect((await execute(reset.token)).structured.status).toBe('executing')
})

// The start, an intent and an outcome for each of three devices, the end.
const WRITES = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((write) => [`before:${write}`, `after:${write}`])

describe('a process that is killed in a reset of three devices', () => {
  test.each(WRITES)('%s of its writes leaves what another one tells the truth about', async (killAt) => {
    const reset = await approvedReset()

    expect(await startAndDie(reset.token, () => {}, killAt)).toBe('died')

    await expectTruthAfterTakeover(reset)
  })

  test('has no other write in which it could be killed', async () => {
    const { token } = await approvedReset()

    const answer = await startAndDie(token, () => {}, 'before:9')

    expect(answer).toMatchObject({ structured: { status: 'completed' } })
  })

  test.each([0, 1, 2].flatMap((index) => [['before', index] as const, ['after', index] as const]))(
    '%s PingOne carries out removal %i leaves what another one tells the truth about',
    async (when, index) => {
      const reset = await approvedReset()
      const path = reset.devices[index]?.id ?? ''
      const died = await startAndDie(reset.token, (victim) => {
        shared.stage.sandbox.faults.add({
          match: { method: 'DELETE', path },
          kind: 'meanwhile',
          when,
          run: () => victim.kill(),
        })
      })

      expect(died).toBe('died')
      expect(sent('DELETE', path)).toBe(1)
      await expectTruthAfterTakeover(reset)
    },
  )
})

describe('a process that is killed while PingOne', () => {
  test.each(['before', 'after'] as const)('adds a device, %s it is there: the device is found', async (when) => {
    const { id, token } = await approved('add_sms_device', {
      email: 'carol@example.com',
      phone: when === 'before' ? '+46701740621' : '+46701740622',
    })
    const died = await startAndDie(token, (victim) => {
      const match = { method: 'POST', path: '/devices' }
      shared.stage.sandbox.faults.add({ match, kind: 'meanwhile', when, run: () => victim.kill() })
    })
    expect(died).toBe('died')
    endLease(id)

    const answer = await execute(token)

    const created = answer.structured.outcome.devices[0]
    expect(created).toMatchObject({ result: 'created', label: expect.stringContaining('062') })
    expect(shared.stage.sandbox.state.device(created?.id ?? '')?.status).toBe('ACTIVATION_REQUIRED')
    expect(shared.changes().map(({ action }) => action)).toEqual(['device.create'])
    const otp = shared.stage.sandbox.levers.otpOf(created?.id ?? '')
    const activated = await shared.session.call('activate_mfa_device', {
      email: 'carol@example.com',
      deviceId: created?.id,
      otp,
    })
    expect(activated.structured.status).toBe('completed')
  })

  test.each(['before', 'after'] as const)('activates a device, %s it is active: that is told', async (when) => {
    const { sandbox } = shared.stage
    const { id: deviceId } = sandbox.levers.addDevice(FIXED_IDS.bob, {
      type: 'SMS',
      phone: '+46701740623',
      status: 'ACTIVATION_REQUIRED',
    })
    const code = sandbox.levers.otpOf(deviceId) ?? ''
    const { id, token } = await approved('activate_mfa_device', { email: 'bob@example.com', deviceId }, code)
    const died = await startAndDie(token, (victim) => {
      const match = { method: 'POST', path: deviceId }
      sandbox.faults.add({ match, kind: 'meanwhile', when, run: () => victim.kill() })
    })
    expect(died).toBe('died')
    endLease(id)

    const answer = await execute(token)

    expect(answer.structured).toMatchObject({ status: 'completed', outcome: { devices: [{ result: 'activated' }] } })
    expect(sent('POST', deviceId)).toBe(1)
  })
})

test('a process that died is noticed within 15 seconds by whoever asks', async () => {
  const { reset, diedAt } = first
  const left = Math.max(0, diedAt + 15_000 - Date.now())

  await expect
    .poll(async () => (await execute(reset.token)).structured?.status, { timeout: left + 2000, interval: 500 })
    .not.toBe('executing')

  await expectTruth(reset.token, reset.devices)
})

test('after all these deaths the log holds', async () => {
  const verified = await shared.stage.run(['audit', 'verify'])

  expect(verified.stderr).toContain('The audit log holds')
  expect(verified.code).toBe(0)
})
