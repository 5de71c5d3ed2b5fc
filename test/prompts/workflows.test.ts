import { describe, expect, test } from 'vitest'
import { type Rehearsal, rehearse } from '../e2e/rehearsal.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { type Answers, type Decide, followPrompt, type Played, type Values } from './assistant.ts'

const ALICE = 'alice@example.com'
const NEW_NUMBER = '+12025550187'

/** Reads the code from the phone where one is asked for. */
const approving =
  (play: Rehearsal): Decide =>
  async ({ id, action }, answers) => {
    const code = action === 'activate_mfa_device' ? play.sandbox.levers.otpOf(createdIn(answers)) : undefined
    expect(await play.approve(id, code === undefined ? {} : { code })).toMatchObject({ approved: true })
  }

function createdIn(answers: Answers): string {
  const devices = answers['execute_approved_action']?.outcome.devices ?? []
  return devices.find(({ result }) => result === 'created')?.id ?? ''
}

async function follow(
  name: string,
  args: Record<string, string>,
  values: Values = {},
  decideAs: (play: Rehearsal) => Decide = approving,
): Promise<Played & { play: Rehearsal; left: string[] }> {
  const play = await rehearse()
  await play.enrol()
  const played = await followPrompt(play, {
    name,
    args,
    values: { waitSeconds: 50, ...values },
    decide: decideAs(play),
  })
  return { ...played, play, left: devicesOf(play, args['email'] ?? ALICE) }
}

const devicesOf = (play: Rehearsal, email: string) =>
  play.sandbox.state.devicesOf(email).map(({ type, status, phone }) => [type, status, phone].filter(Boolean).join(' '))

const DECISION = ['check_approval', 'execute_approved_action']

describe('an assistant that does what the prompt says, and a person who approves', () => {
  test('lost_phone: unpair the lost device, and no other', async () => {
    const { called, left } = await follow('lost_phone', { email: ALICE }, { deviceId: FIXED_IDS.aliceSms })

    expect(called).toEqual(['list_mfa_devices', 'unpair_mfa_device', ...DECISION, 'list_mfa_devices'])
    expect(left).toEqual(['EMAIL ACTIVE', 'TOTP ACTIVE'])
  })

  test('new_phone_number: pair and activate it, without a code in the conversation', async () => {
    const values = { phone: NEW_NUMBER, nickname: 'New phone', deviceId: createdIn }

    const { called, left, play } = await follow('new_phone_number', { email: 'bob@example.com' }, values)

    expect(called).toEqual([
      'list_mfa_devices',
      'add_sms_device',
      ...DECISION,
      'activate_mfa_device',
      ...DECISION,
      'list_mfa_devices',
    ])
    expect(left).toEqual(['FIDO2 ACTIVE', `SMS ACTIVE ${NEW_NUMBER}`])
    expect(play.sandbox.state.devicesOf('bob@example.com')[1]?.nickname).toBe('New phone')
  })

  test('remove_one_device: remove just that', async () => {
    const { called, left } = await follow('remove_one_device', { email: ALICE }, { deviceId: FIXED_IDS.aliceTotp })

    expect(called).toEqual(['list_mfa_devices', 'unpair_mfa_device', ...DECISION, 'list_mfa_devices'])
    expect(left).toEqual(['SMS ACTIVE +12025550150', 'EMAIL ACTIVE'])
  })

  test('start_over: remove everything, then pair a new number', async () => {
    const { called, left } = await follow('start_over', { email: ALICE }, { phone: NEW_NUMBER, deviceId: createdIn })

    expect(called).toEqual([
      'list_mfa_devices',
      'reset_mfa_devices',
      ...DECISION,
      'list_mfa_devices',
      'add_sms_device',
      ...DECISION,
      'activate_mfa_device',
      ...DECISION,
      'list_mfa_devices',
    ])
    expect(left).toEqual([`SMS ACTIVE ${NEW_NUMBER}`])
  })

  test('connection_trouble: learn that the connection works, and change nothing', async () => {
    const { called, answers, play } = await follow('connection_trouble', {})

    expect(called).toEqual(['check_connection'])
    expect(answers['check_connection']).toMatchObject({ status: 'ok', environment: { name: expect.any(String) } })
    expect(play.sandbox.changes).toEqual([])
  })

  test('find_endpoint: find it, read how it is called, and read from it', async () => {
    const endpoint = (answers: Answers) => answers['search_endpoints']?.results[0]?.id
    // Of the search; what else is called `query` has parameters in it.
    const query = (answers: Answers) => (answers['search_endpoints'] === undefined ? 'list populations' : undefined)
    const values = { query, endpoint }

    const { called, answers, play } = await follow('find_endpoint', { goal: 'list populations' }, values)

    expect(called).toEqual(['search_endpoints', 'describe_endpoint', 'read_endpoint'])
    expect(answers['read_endpoint']?.data).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]),
    )
    expect(play.sandbox.changes).toEqual([])
  })
})

describe('where the person declines', () => {
  test.each(['lost_phone', 'new_phone_number', 'remove_one_device', 'start_over'])(
    '%s ends there, and nothing has changed',
    async (name) => {
      const values = { deviceId: FIXED_IDS.aliceSms, phone: NEW_NUMBER }
      const declining =
        (play: Rehearsal) =>
        ({ id }: { id: string }) =>
          play.deny(id, 'Call back first')

      const { called, play } = await follow(name, { email: ALICE }, values, declining)

      expect(called.slice(0, 1)).toEqual(['list_mfa_devices'])
      expect(called.slice(2)).toEqual(['check_approval'])
      expect(play.sandbox.changes).toEqual([])
    },
  )
})
