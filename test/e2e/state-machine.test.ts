import { describe, expect, test } from 'vitest'
import { sheetOf } from '../../src/approval/sheet.ts'
import type { FaultInput } from '../../src/sandbox/faults.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { HOUR, MINUTE, type Rehearsal, rehearse } from './rehearsal.ts'

const ALICE = { email: 'alice@example.com' }
const KEY = { email: 'bob@example.com', deviceId: FIXED_IDS.bobKey }

async function asked(play: Rehearsal, tool = 'reset_mfa_devices', args: Record<string, unknown> = ALICE) {
  const answer = await play.call(tool, args)
  expect(answer.text).toMatch(/^Approval required/)
  return answer.structured.approval
}

async function approved(play: Rehearsal, tool?: string, args?: Record<string, unknown>) {
  const approval = await asked(play, tool, args)
  expect(await play.approve(approval.id)).toMatchObject({ approved: true })
  return approval
}

const execute = (play: Rehearsal, token: string) => play.call('execute_approved_action', { token })
const stateOf = async (play: Rehearsal, token: string) =>
  (await play.call('check_approval', { token })).structured.status

async function open(): Promise<Rehearsal> {
  const play = await rehearse()
  await play.enrol()
  return play
}

describe('deciding', () => {
  test('asking changes nothing, and starting what nobody approved does not either', async () => {
    const play = await open()
    const { token } = await asked(play)

    const answer = await execute(play, token)

    expect(answer.structured.status).toBe('approval_pending')
    expect(await stateOf(play, token)).toBe('pending')
    expect(play.sandbox.changes).toEqual([])
  })

  test('approving changes nothing by itself; starting carries it out, once', async () => {
    const play = await open()
    const { token } = await approved(play)
    expect(await stateOf(play, token)).toBe('approved')
    expect(play.sandbox.changes).toEqual([])

    const first = await execute(play, token)
    const second = await execute(play, token)

    expect(first.structured).toMatchObject({ status: 'completed', replayed: false })
    expect(second.structured).toEqual({ ...first.structured, replayed: true })
    expect(await stateOf(play, token)).toBe('succeeded')
    expect(play.sandbox.state.devicesOf(FIXED_IDS.alice)).toEqual([])
    expect(play.sandbox.changes).toHaveLength(3)
  })

  test('a denial is final, is told with its reason, and is remembered for five minutes', async () => {
    const play = await open()
    const { token, id } = await asked(play)
    expect(await play.deny(id, 'she still has her phone')).toEqual({ denied: true, state: 'denied' })

    const started = await execute(play, token)
    const askedAgain = await play.call('reset_mfa_devices', { ...ALICE, reason: 'please' })
    play.clock.advance(5 * MINUTE - 1000)
    const askedLater = await play.call('reset_mfa_devices', ALICE)
    play.clock.advance(1001)
    const askedAfterwards = await play.call('reset_mfa_devices', ALICE)

    for (const answer of [started, askedAgain, askedLater]) {
      expect(answer.code).toBe('APPROVAL_DENIED')
      expect(answer.text).toContain('she still has her phone')
    }
    expect(askedAfterwards.structured.status).toBe('approval_required')
    expect(await play.approve(id)).toMatchObject({ approved: false })
    expect(await stateOf(play, token)).toBe('denied')
    expect(play.sandbox.changes).toEqual([])
  })

  test('a denial is about that request alone', async () => {
    const play = await open()
    const { id } = await asked(play)
    await play.deny(id)

    const other = await play.call('reset_mfa_devices', { email: KEY.email })

    expect(other.structured.status).toBe('approval_required')
  })

  test('what was approved can be taken back until it starts', async () => {
    const play = await open()
    const { token, id } = await approved(play)
    expect(await play.deny(id, 'wrong person')).toEqual({ denied: true, state: 'cancelled' })

    const answer = await execute(play, token)

    expect(answer.code).toBe('APPROVAL_CANCELLED')
    expect(answer.text).toContain('wrong person')
    expect(await stateOf(play, token)).toBe('cancelled')
    expect(play.sandbox.changes).toEqual([])
  })
})

describe('times', () => {
  test('an approval waits fifteen minutes for a person, and no longer', async () => {
    const play = await open()
    const [first, second] = [await asked(play), await asked(play, 'unpair_mfa_device', KEY)]

    play.clock.advance(15 * MINUTE - 1000)
    expect(await play.approve(first.id)).toMatchObject({ approved: true })
    play.clock.advance(1000)

    expect(await play.approve(second.id)).toMatchObject({ approved: false })
    expect((await execute(play, second.token)).code).toBe('APPROVAL_EXPIRED')
    expect(await stateOf(play, second.token)).toBe('expired')
    expect(play.sandbox.changes).toEqual([])
  })

  test('what was approved starts within five minutes, or not at all', async () => {
    const play = await open()
    const [first, second] = [await approved(play), await approved(play, 'unpair_mfa_device', KEY)]

    play.clock.advance(5 * MINUTE - 1000)
    expect((await execute(play, first.token)).structured.status).toBe('completed')
    play.clock.advance(1000)

    expect((await execute(play, second.token)).code).toBe('APPROVAL_EXPIRED')
    expect(await stateOf(play, second.token)).toBe('expired')
    expect(play.sandbox.state.device(FIXED_IDS.bobKey)).toBeDefined()
  })

  test('it does not start either where the time runs out while the state is read again', async () => {
    const play = await open()
    const { token } = await approved(play)
    play.sandbox.faults.add({
      match: { method: 'GET', path: '/devices' },
      kind: 'meanwhile',
      run: () => play.clock.advance(6 * MINUTE),
    })

    const answer = await execute(play, token)

    expect(answer.code).toBe('APPROVAL_EXPIRED')
    expect(play.sandbox.changes).toEqual([])
  })

  test('a factor that was removed here is a warning for 24 hours', async () => {
    const play = await open()
    const warnings = async () => {
      const { id } = await asked(play, 'add_sms_device', { email: KEY.email, phone: '+46701740605' })
      const row = await (await play.app.approvals()).find(id)
      await play.deny(id)
      play.clock.advance(6 * MINUTE)
      return sheetOf(row!, { full: true }).warnings.join('\n')
    }
    expect(await warnings()).not.toContain('24 hours')
    await execute(play, (await approved(play, 'unpair_mfa_device', KEY)).token)

    expect(await warnings()).toContain('removed here within the last 24 hours')
    play.clock.advance(23 * HOUR)
    expect(await warnings()).toContain('removed here within the last 24 hours')
    play.clock.advance(HOUR)
    expect(await warnings()).not.toContain('24 hours')
  })

  test('a caller starts as many actions an hour as the policy allows', async () => {
    const play = await open()
    play.setPolicy({ limits: { executionsPerHour: 1 } })
    await execute(play, (await approved(play, 'unpair_mfa_device', KEY)).token)
    play.clock.advance(HOUR - 2 * MINUTE)
    const { token } = await approved(play)

    const tooEarly = await execute(play, token)
    expect(tooEarly.code).toBe('RATE_LIMITED')
    expect(play.sandbox.changes).toHaveLength(1)

    play.clock.advance(2 * MINUTE)
    expect((await execute(play, token)).structured.status).toBe('completed')
    expect(play.sandbox.changes).toHaveLength(4)
  })

  test('an execution that nobody asked about for a day is closed with what is known of each device', async () => {
    const play = await open()
    const other = await play.again()
    const { token } = await approved(play)
    play.sandbox.faults.add({ match: { method: 'DELETE' }, kind: 'slow', ms: 400, times: 3 })
    // As a killed process leaves it: begun, and for a day nobody there who would end it.
    const late = execute(other, token)
    await expect.poll(() => stateOf(play, token), { timeout: 60_000 }).toBe('executing')
    play.clock.advance(25 * HOUR)

    const answer = await execute(play, token)
    const tooLate = await late

    for (const text of [answer.text, tooLate.text]) {
      expect(text).toMatch(/^ACTION_UNCERTAIN: /)
      expect(text.match(/: unknown/g)).toHaveLength(3)
    }
    expect((await play.call('check_approval', { token })).structured).toMatchObject({
      status: 'uncertain',
      outcome: { devices: [{ result: 'unknown' }, { result: 'unknown' }, { result: 'unknown' }] },
    })
    expect((await play.verify()).broken).toBeUndefined()
  })
})

const LOST: FaultInput[] = [
  { match: { method: 'DELETE' }, kind: 'server-error', times: Infinity, when: 'after' },
  { match: { method: 'GET', path: '/devices' }, kind: 'server-error', times: Infinity, after: 1 },
]

describe('outcomes', () => {
  test.each<{ state: string; code: string; faults: FaultInput[]; left: number; results: string[] }>([
    {
      state: 'partial',
      code: 'ACTION_PARTIAL',
      faults: [{ match: { method: 'DELETE', path: FIXED_IDS.aliceEmail }, kind: 'forbidden' }],
      left: 1,
      results: ['removed', 'failed', 'removed'],
    },
    {
      state: 'failed',
      code: 'ACTION_FAILED',
      faults: [{ match: { method: 'DELETE' }, kind: 'forbidden', times: Infinity }],
      left: 3,
      results: ['failed', 'failed', 'failed'],
    },
    {
      state: 'uncertain',
      code: 'ACTION_UNCERTAIN',
      faults: LOST,
      left: 0,
      results: ['unknown', 'unknown', 'unknown'],
    },
    {
      state: 'succeeded',
      code: 'completed',
      faults: [{ match: { method: 'DELETE' }, kind: 'reset', times: Infinity, when: 'after' }],
      left: 0,
      results: ['removed', 'removed', 'removed'],
    },
    {
      state: 'succeeded',
      code: 'completed',
      faults: [{ match: { method: 'DELETE', path: FIXED_IDS.aliceTotp }, kind: 'not-found' }],
      left: 1,
      results: ['removed', 'removed', 'already_gone'],
    },
    {
      state: 'failed',
      code: 'ACTION_FAILED',
      faults: [{ match: { method: 'DELETE' }, kind: 'reset', times: Infinity }],
      left: 3,
      results: ['failed', 'failed', 'failed'],
    },
  ])('$code with $results is told, recorded as $state and replayed', async ({ state, code, faults, left, results }) => {
    const play = await open()
    const { token } = await approved(play)
    for (const fault of faults) play.sandbox.faults.add(fault)

    const first = await execute(play, token)
    play.sandbox.faults.clear()
    const sent = play.sandbox.requests.filter(({ method }) => method === 'DELETE').length
    const second = await execute(play, token)
    const checked = await play.call('check_approval', { token })

    expect(first.code ?? first.structured.status).toBe(code)
    expect(second.code ?? second.structured.status).toBe(code)
    expect(second.text).toContain('nothing was sent again')
    for (const result of results) expect(first.text).toContain(`: ${result}`)
    expect(checked.structured.status).toBe(state)
    expect(checked.structured.outcome.devices.map(({ result }) => result)).toEqual(results)
    expect(play.sandbox.state.devicesOf(FIXED_IDS.alice)).toHaveLength(left)
    expect(play.sandbox.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(sent)
    expect(sent).toBe(3)
    expect((await play.verify()).broken).toBeUndefined()
  })

  test('while it runs, other calls are told so and nothing is sent twice', async () => {
    const play = await open()
    const other = await play.again()
    const { token } = await approved(play)
    play.sandbox.faults.add({ match: { method: 'DELETE' }, kind: 'slow', ms: 300, times: 3 })

    const running = execute(play, token)
    await expect.poll(() => stateOf(other, token), { timeout: 60_000 }).toBe('executing')
    const meanwhile = await execute(other, token)
    const first = await running
    const afterwards = await execute(other, token)

    expect(meanwhile.structured.status).toBe('executing')
    expect(first.structured).toMatchObject({ status: 'completed', replayed: false })
    expect(afterwards.structured).toMatchObject({ status: 'completed', replayed: true })
    expect(play.sandbox.changes).toHaveLength(3)
  })

  test.each([['reset_mfa_devices'], ['activate_mfa_device']])(
    'who reads slowly and comes second in %s is told what the first one did',
    async (tool) => {
      const play = await open()
      const other = await play.again()
      const pending = play.sandbox.levers.addDevice(FIXED_IDS.bob, { type: 'SMS', status: 'ACTIVATION_REQUIRED' })
      const args = tool === 'reset_mfa_devices' ? ALICE : { email: KEY.email, deviceId: pending.id }
      const { id, token } = await asked(play, tool, args)
      await play.approve(id, { code: play.sandbox.levers.otpOf(pending.id) ?? '' })
      play.sandbox.faults.add({ match: { method: 'GET', path: '/devices' }, kind: 'slow', ms: 300 })

      const slow = execute(play, token)
      await expect.poll(() => play.sandbox.requests.at(-1)?.fault ?? play.sandbox.requests.at(-2)?.fault).toBe('slow')
      const quick = await execute(other, token)

      expect(quick.structured).toMatchObject({ status: 'completed', replayed: false })
      expect((await slow).structured).toEqual({ ...quick.structured, replayed: true })
    },
  )
})

/** Ways to every state from which there is no way out. */
const ENDS: Record<string, (play: Rehearsal, approval: { id: string; token: string }) => Promise<unknown>> = {
  denied: (play, { id }) => play.deny(id),
  expired: async (play) => play.clock.advance(16 * MINUTE),
  cancelled: async (play, { id }) => {
    await play.approve(id)
    await play.deny(id)
  },
  stale: async (play, { id, token }) => {
    await play.approve(id)
    play.sandbox.levers.addDevice(FIXED_IDS.alice, { type: 'TOTP' })
    await execute(play, token)
  },
  succeeded: async (play, { id, token }) => {
    await play.approve(id)
    await execute(play, token)
  },
  partial: (play, approval) =>
    runInto(play, approval, [{ match: { method: 'DELETE' }, kind: 'forbidden', times: Infinity, after: 1 }]),
  failed: (play, approval) =>
    runInto(play, approval, [{ match: { method: 'DELETE' }, kind: 'forbidden', times: Infinity }]),
  uncertain: (play, approval) => runInto(play, approval, LOST),
}

async function runInto(play: Rehearsal, { id, token }: { id: string; token: string }, faults: FaultInput[]) {
  await play.approve(id)
  for (const fault of faults) play.sandbox.faults.add(fault)
  await execute(play, token)
  play.sandbox.faults.clear()
}

test.each(Object.keys(ENDS))('there is no way out of %s', async (state) => {
  const play = await open()
  const approval = await asked(play)
  await ENDS[state]?.(play, approval)
  expect(await stateOf(play, approval.token)).toBe(state)
  const before = play.sandbox.changes.length

  expect(await play.approve(approval.id)).toMatchObject({ approved: false })
  expect(await play.deny(approval.id)).toMatchObject({ denied: false })
  await execute(play, approval.token)
  play.clock.advance(20 * MINUTE)
  await execute(play, approval.token)

  expect(await stateOf(play, approval.token)).toBe(state)
  expect(play.sandbox.changes).toHaveLength(before)
  expect((await play.verify()).broken).toBeUndefined()
})
