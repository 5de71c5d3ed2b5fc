import { describe, expect, test } from 'vitest'
import type { Levers } from '../../src/sandbox/levers.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { MINUTE, type Rehearsal, rehearse } from './rehearsal.ts'

const ALICE = { email: 'alice@example.com' }

async function open(): Promise<Rehearsal> {
  const play = await rehearse()
  await play.enrol()
  return play
}

async function approved(play: Rehearsal, tool: string, args: Record<string, unknown>) {
  const { approval } = (await play.call(tool, args)).structured
  expect(await play.approve(approval.id)).toMatchObject({ approved: true })
  return approval
}

interface Between {
  between: string
  change: (levers: Levers) => void
  told: RegExp
}

const CHANGES: Between[] = [
  {
    between: 'a device is added',
    change: (levers) => levers.addDevice(FIXED_IDS.alice, { type: 'SMS', phone: '+12025550177', nickname: 'New' }),
    told: /SMS \+1•••••••0177 \(New\) was added\./,
  },
  {
    between: 'a device is removed',
    change: (levers) => levers.removeDevice(FIXED_IDS.aliceTotp),
    told: /TOTP is gone\./,
  },
  {
    between: 'a device is replaced by one of the same kind',
    change: (levers) => levers.replaceDevice(FIXED_IDS.aliceTotp, { type: 'TOTP' }),
    told: /TOTP is gone\. TOTP was added\./,
  },
  {
    between: 'a device is blocked',
    change: (levers) => levers.changeDevice(FIXED_IDS.aliceSms, { blockedAt: Date.parse('2026-11-24T09:00:30Z') }),
    told: /SMS \+1•••••••0150 \(Work phone\) is now blocked\./,
  },
  {
    between: 'a device gets another number in its place',
    change: (levers) => levers.changeDevice(FIXED_IDS.aliceSms, { phone: '+12025550188' }),
    told: /SMS \+1•••••••0150 \(Work phone\) was changed at 2026-/,
  },
  {
    between: "the user's email is changed",
    change: (levers) => levers.changeUser(FIXED_IDS.alice, { email: 'alice.ferreira@example.com' }),
    told: /email is now alice\.ferreira@example\.com \(was alice@example\.com\)\./,
  },
  {
    between: 'the user is disabled',
    change: (levers) => levers.changeUser(FIXED_IDS.alice, { enabled: false }),
    told: /The user is now disabled\./,
  },
  {
    between: 'the user is removed',
    change: (levers) => levers.removeUser(FIXED_IDS.alice),
    told: /The user is gone\./,
  },
  {
    between: 'another user takes over the email',
    change: (levers) => {
      levers.changeUser(FIXED_IDS.alice, { email: 'former.alice@example.com' })
      levers.addUser({ email: 'alice@example.com' })
    },
    told: /email is now former\.alice@example\.com/,
  },
]

const ASKED: [tool: string, args: Record<string, unknown>][] = [
  ['reset_mfa_devices', ALICE],
  ['unpair_mfa_device', { ...ALICE, deviceId: FIXED_IDS.aliceEmail }],
  ['add_sms_device', { ...ALICE, phone: '+12025550199' }],
]

describe.each(CHANGES)('where $between after it was approved', ({ change, told }) => {
  test.each(ASKED)('%s does nothing, says what differs, and stays stale', async (tool, args) => {
    const play = await open()
    const { token } = await approved(play, tool, args)
    play.clock.advance(MINUTE)
    change(play.sandbox.levers)

    const answer = await play.call('execute_approved_action', { token })
    const again = await play.call('execute_approved_action', { token })

    expect(answer.code).toBe('APPROVAL_STALE')
    expect(answer.text).toMatch(told)
    expect(answer.text).toContain('Nothing was done')
    expect(answer.text).not.toMatch(/\d{7}/)
    expect(again.text).toBe(answer.text)
    expect((await play.call('check_approval', { token })).structured.status).toBe('stale')
    expect(play.sandbox.changes).toEqual([])
    expect((await play.verify()).broken).toBeUndefined()
  })
})

test('it stays stale where the world comes back to what it was', async () => {
  const play = await open()
  const { token } = await approved(play, 'reset_mfa_devices', ALICE)
  play.sandbox.levers.changeUser(FIXED_IDS.alice, { enabled: false })
  await play.call('execute_approved_action', { token })
  play.sandbox.levers.changeUser(FIXED_IDS.alice, { enabled: true })

  const answer = await play.call('execute_approved_action', { token })

  expect(answer.code).toBe('APPROVAL_STALE')
  expect(play.sandbox.changes).toEqual([])
})

test('what changes while nobody has decided is seen at the start, too', async () => {
  const play = await open()
  const { approval } = (await play.call('reset_mfa_devices', ALICE)).structured
  play.sandbox.levers.addDevice(FIXED_IDS.alice, { type: 'TOTP', nickname: 'Brand new' })
  await play.approve(approval.id)

  const answer = await play.call('execute_approved_action', { token: approval.token })

  expect(answer.code).toBe('APPROVAL_STALE')
  expect(answer.text).toContain('TOTP (Brand new) was added.')
})

test('the plan that is asked for anew fits what is there now, and is another approval', async () => {
  const play = await open()
  const stale = await approved(play, 'reset_mfa_devices', ALICE)
  play.sandbox.levers.removeDevice(FIXED_IDS.aliceTotp)
  await play.call('execute_approved_action', { token: stale.token })

  const fresh = await approved(play, 'reset_mfa_devices', ALICE)
  const answer = await play.call('execute_approved_action', { token: fresh.token })

  expect(fresh.id).not.toBe(stale.id)
  expect(fresh.effects).toHaveLength(2)
  expect(answer.structured.status).toBe('completed')
})

test('while it waits, the same request in another state of the world is another approval', async () => {
  const play = await open()
  const first = (await play.call('reset_mfa_devices', ALICE)).structured.approval
  play.sandbox.levers.addDevice(FIXED_IDS.alice, { type: 'TOTP' })

  const second = (await play.call('reset_mfa_devices', ALICE)).structured.approval

  expect(second.id).not.toBe(first.id)
  expect(second.effects).toHaveLength(4)
})

test('the letter case of an email and another order of the devices are no difference', async () => {
  const play = await open()
  const { token } = await approved(play, 'reset_mfa_devices', ALICE)
  play.sandbox.levers.changeUser(FIXED_IDS.alice, { email: 'Alice@Example.com' })

  const answer = await play.call('execute_approved_action', { token })

  expect(answer.structured.status).toBe('completed')
  expect(play.sandbox.state.devicesOf(FIXED_IDS.alice)).toEqual([])
})

test('a device that goes between the last look and its removal is already gone, and nothing else suffers', async () => {
  const play = await open()
  const { token } = await approved(play, 'reset_mfa_devices', ALICE)
  play.sandbox.faults.add({
    match: { method: 'DELETE', path: FIXED_IDS.aliceSms },
    kind: 'meanwhile',
    run: () => play.sandbox.levers.removeDevice(FIXED_IDS.aliceSms),
  })

  const answer = await play.call('execute_approved_action', { token })

  expect(answer.structured.status).toBe('completed')
  expect(answer.structured.outcome.devices.map(({ result }) => result)).toEqual(['already_gone', 'removed', 'removed'])
  expect(play.sandbox.changes).toHaveLength(2)
})
