import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { CallResult } from './session.ts'
import { HOUR, MINUTE, onDatabase, type Rehearsal, rehearse } from './rehearsal.ts'

const BOB = { email: 'bob@example.com' }
const PHONE = '+46701740605'

/** A tenant where a person has approved an SMS device for Bob, and it was added. */
async function openWithAddition(options: Parameters<typeof rehearse>[0] = {}) {
  const play = await rehearse(options)
  await play.enrol()
  const deviceId = await add(play, PHONE)
  return { play, deviceId, otp: play.sandbox.levers.otpOf(deviceId) ?? '' }
}

async function add(play: Rehearsal, phone: string): Promise<string> {
  const { approval } = (await play.call('add_sms_device', { ...BOB, phone })).structured
  await play.approve(approval.id)
  const added = await play.call('execute_approved_action', { token: approval.token })
  return added.structured.outcome.devices[0]?.id ?? ''
}

const activate = (play: Rehearsal, deviceId: string, otp?: string): Promise<CallResult> =>
  play.call('activate_mfa_device', { ...BOB, deviceId, ...(otp === undefined ? {} : { otp }) })

const wrong = (otp: string, n = 1) => String((Number(otp) + n) % 1_000_000).padStart(6, '0')
const tries = ({ sandbox }: Rehearsal) =>
  sandbox.requests.filter(({ contentType }) => contentType.includes('device.activate')).length

describe('an approved addition', () => {
  test('covers activating that device with its code, without asking again', async () => {
    const { play, deviceId, otp } = await openWithAddition()
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')

    const answer = await activate(play, deviceId, otp)

    expect(answer.structured).toMatchObject({ status: 'completed', outcome: { devices: [{ result: 'activated' }] } })
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVE')
    expect((await play.verify()).broken).toBeUndefined()
  })

  test('covers no device of another approval, nor one that was there before', async () => {
    const { play } = await openWithAddition()
    const other = play.sandbox.levers.addDevice(FIXED_IDS.bob, {
      type: 'SMS',
      phone: PHONE,
      status: 'ACTIVATION_REQUIRED',
    })

    const answer = await activate(play, other.id, play.sandbox.levers.otpOf(other.id))

    expect(answer.structured.status).toBe('approval_required')
    expect(play.sandbox.state.device(other.id)?.status).toBe('ACTIVATION_REQUIRED')
  })

  test('covers nobody but the caller who asked for it', async () => {
    const { play, deviceId, otp } = await openWithAddition()
    onDatabase(play.home, (db) => db.exec("UPDATE covers SET caller = 'somebody else'"))

    const answer = await activate(play, deviceId, otp)

    expect(answer.structured.status).toBe('approval_required')
    expect(tries(play)).toBe(0)
  })

  test('ends with three rejected codes; the right one then needs a person', async () => {
    const { play, deviceId, otp } = await openWithAddition()

    for (const n of [1, 2]) expect((await activate(play, deviceId, wrong(otp, n))).code).toBe('OTP_REJECTED')
    const third = await activate(play, deviceId, wrong(otp, 3))
    const right = await activate(play, deviceId, otp)

    expect(third.code).toBe('OTP_REJECTED')
    expect(right.structured.status).toBe('approval_required')
    expect(tries(play)).toBe(3)
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')
  })

  test('counts a rejected code whatever PingOne calls it', async () => {
    const { play, deviceId, otp } = await openWithAddition({ knobs: { wrongOtpDetail: 'INVALID_VALUE' } })

    for (const n of [1, 2, 3, 4, 5]) await activate(play, deviceId, wrong(otp, n))

    expect(tries(play)).toBe(3)
  })

  test('gives no fourth try to ten wrong codes at once', async () => {
    const { play, deviceId, otp } = await openWithAddition()
    play.setPolicy({ limits: { pendingPerUser: 1 } })

    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => activate(play, deviceId, wrong(otp, n + 1))))

    expect(tries(play)).toBe(3)
    expect(answers.filter(({ code }) => code === 'OTP_REJECTED')).toHaveLength(3)
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')
  })

  test('is used up by success', async () => {
    const { play, deviceId, otp } = await openWithAddition()
    await activate(play, deviceId, otp)
    // As if PingOne wanted it activated again.
    play.sandbox.levers.changeDevice(deviceId, {
      status: 'ACTIVATION_REQUIRED',
      pending: { otp, sentAt: play.clock.now(), attemptsLeft: 3 },
    })

    const answer = await activate(play, deviceId, otp)

    expect(answer.structured.status).toBe('approval_required')
  })

  test.each([
    [29 * MINUTE, 'completed'],
    [30 * MINUTE, 'approval_required'],
    [2 * HOUR, 'approval_required'],
  ])('after %i ms the code is %s', async (ms, status) => {
    const { play, deviceId } = await openWithAddition()
    play.clock.advance(ms)
    play.sandbox.levers.changeDevice(deviceId, {
      pending: { otp: '246802', sentAt: play.clock.now(), attemptsLeft: 3 },
    })

    const answer = await activate(play, deviceId, '246802')

    expect(answer.structured.status).toBe(status)
  })

  test('gives a try back that never reached a verdict', async () => {
    const { play, deviceId, otp } = await openWithAddition()
    play.sandbox.faults.add({ match: { method: 'POST' }, kind: 'forbidden', times: 4 })
    for (let n = 0; n < 4; n++) expect((await activate(play, deviceId, otp)).code).toBe('ACTION_FAILED')

    const answer = await activate(play, deviceId, otp)

    expect(answer.structured.status).toBe('completed')
  })
})

describe('an activation without a cover', () => {
  async function openPending() {
    const play = await rehearse()
    await play.enrol()
    const { id } = play.sandbox.levers.addDevice(FIXED_IDS.bob, {
      type: 'SMS',
      phone: PHONE,
      status: 'ACTIVATION_REQUIRED',
    })
    return { play, deviceId: id, otp: play.sandbox.levers.otpOf(id) ?? '' }
  }

  test('with the code is carried out once a person approved it', async () => {
    const { play, deviceId, otp } = await openPending()
    const { approval } = (await activate(play, deviceId, otp)).structured
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')
    await play.approve(approval.id)

    const answer = await play.call('execute_approved_action', { token: approval.token })

    expect(answer.structured.status).toBe('completed')
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVE')
  })

  test('with the code does nothing where a person said no, with another code neither', async () => {
    const { play, deviceId, otp } = await openPending()
    const { approval } = (await activate(play, deviceId, otp)).structured
    await play.deny(approval.id)

    const started = await play.call('execute_approved_action', { token: approval.token })
    const another = await activate(play, deviceId, wrong(otp))

    expect([started.code, another.code]).toEqual(['APPROVAL_DENIED', 'APPROVAL_DENIED'])
    expect(tries(play)).toBe(0)
  })

  test('is never shared between two askers where each brings a code', async () => {
    const { play, deviceId, otp } = await openPending()

    const first = (await activate(play, deviceId, otp)).structured.approval
    const second = (await activate(play, deviceId, otp)).structured.approval

    expect(second.id).not.toBe(first.id)
  })

  test('without the code waits for the person who approves to type it; every claim ticket opens it', async () => {
    const { play, deviceId, otp } = await openPending()
    const other = await play.again()
    const first = (await activate(play, deviceId)).structured.approval
    const second = (await activate(other, deviceId)).structured.approval
    expect(second.id).toBe(first.id)
    expect(second.token).not.toBe(first.token)
    expect(await play.approve(first.id)).toMatchObject({ approved: false })
    expect(await play.approve(first.id, { code: otp })).toMatchObject({ approved: true })

    const answer = await other.call('execute_approved_action', { token: second.token })
    const replayed = await play.call('execute_approved_action', { token: first.token })

    expect(answer.structured).toMatchObject({ status: 'completed', replayed: false })
    expect(replayed.structured).toMatchObject({ status: 'completed', replayed: true })
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVE')
    expect(tries(play)).toBe(1)
  })

  test('without the code and with a wrong one typed is told, and the model sees no code', async () => {
    const { play, deviceId, otp } = await openPending()
    const { approval } = (await activate(play, deviceId)).structured
    await play.approve(approval.id, { code: wrong(otp) })

    const answer = await play.call('execute_approved_action', { token: approval.token })

    expect(answer.code).toBe('OTP_REJECTED')
    expect(answer.text).not.toContain(wrong(otp))
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')
  })

  test('a cover never stands in for the person who would type the code', async () => {
    const { play, deviceId } = await openWithAddition()

    const answer = await activate(play, deviceId)

    expect(answer.structured.status).toBe('approval_required')
    expect(play.sandbox.state.device(deviceId)?.status).toBe('ACTIVATION_REQUIRED')
  })
})
