import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { policyInForce } from '../../src/approval/policy-file.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { MINUTE, type Rehearsal, rehearse } from './rehearsal.ts'

const ALICE = { email: 'alice@example.com' }
const BOB_PHONE = { email: 'bob@example.com', phone: '+46701740605' }

async function open(): Promise<Rehearsal> {
  const play = await rehearse()
  await play.enrol()
  return play
}

async function inForce(play: Rehearsal) {
  const store = await play.app.store()
  return policyInForce(play.app.policy, (hash) => store.isPolicyAccepted(hash))
}

const MALFORMED: [what: string, line: number, text: string][] = [
  ['an empty file', 1, ''],
  ['a missing bracket', 3, '{\n  "actions": {\n'],
  ['a trailing comma', 2, '{ "limits": { "pendingPerUser": 2 },\n}'],
  ['a comment', 1, '{ /* later */ }'],
  ['something else than an object', 1, '[]'],
  ['an unknown key', 2, '{\n  "action": {}\n}'],
  ['an unknown action', 3, '{\n  "actions": {\n    "delete_everything": { "approval": "none" }\n  }\n}'],
  ['an unknown key of an action', 2, '{ "actions": {\n  "add_sms_device": { "approve": "none" } } }'],
  ['an unknown approval', 2, '{ "actions": {\n  "add_sms_device": { "approval": "maybe" } } }'],
  ['an unknown assurance', 2, '{ "actions": {\n  "add_sms_device": { "assurance": "high" } } }'],
  ['a doubled key', 3, '{ "limits": {\n  "pendingPerUser": 1,\n  "pendingPerUser": 9 } }'],
  ['a doubled action', 3, '{ "actions": {\n  "add_sms_device": {},\n  "add_sms_device": { "approval": "none" } } }'],
  ['a limit of nothing', 2, '{ "limits": {\n  "executionsPerHour": 0 } }'],
  ['a limit as text', 2, '{ "limits": {\n  "executionsPerHour": "30" } }'],
  ['an endpoint pattern with a blank', 2, '{ "endpoints": {\n  "deny": ["mfa. devices"] } }'],
  ['__proto__', 2, '{\n "__proto__": { "limits": {} } }'],
]

describe('a file that cannot be used', () => {
  test.each(MALFORMED)('%s opens nothing, and line %i is named', async (_what, line, text) => {
    const play = await open()
    const { approval } = (await play.call('reset_mfa_devices', ALICE)).structured
    await play.approve(approval.id)
    play.setPolicy(text)

    const asked = await play.call('add_sms_device', BOB_PHONE)
    const started = await play.call('execute_approved_action', { token: approval.token })
    const read = await play.call('list_mfa_devices', ALICE)

    for (const answer of [asked, started]) {
      expect(answer.code).toBe('BLOCKED_BY_POLICY')
      expect(answer.text).toContain(`line ${line}:`)
    }
    expect(read.structured.status).toBe('ok')
    expect(play.sandbox.changes).toEqual([])

    play.setPolicy(undefined)
    expect((await play.call('execute_approved_action', { token: approval.token })).structured.status).toBe('completed')
  })

  test('nobody can approve under a broken file', async () => {
    const play = await open()
    const { approval } = (await play.call('reset_mfa_devices', ALICE)).structured
    play.setPolicy('{')

    await expect(play.approve(approval.id)).rejects.toMatchObject({ code: 'BLOCKED_BY_POLICY' })

    play.setPolicy(undefined)
    expect((await play.call('check_approval', { token: approval.token })).structured.status).toBe('pending')
  })

  test('changing tools stay listed', async () => {
    const play = await open()
    play.setPolicy('{')

    const { tools } = (await play.request('tools/list')) as { tools: { name: string }[] }

    expect(tools.map(({ name }) => name)).toContain('reset_mfa_devices')
  })

  test.each([
    ['that is named and does not exist', () => {}, /does not exist/],
    ['that cannot be read', (path: string) => mkdirSync(path), /cannot be read/],
    ['that is broken', (path: string) => writeFileSync(path, '{\n\n!'), /line 3:/],
  ])('one %s blocks', async (_what, make, told) => {
    const play = await open()
    const path = join(play.home, 'named.json')
    make(path)
    const other = await play.again({ PINGONE_MFA_POLICY: path })

    const answer = await other.call('reset_mfa_devices', ALICE)

    expect(answer.code).toBe('BLOCKED_BY_POLICY')
    expect(answer.text).toMatch(told)
  })

  test('without a file, and with an empty object, the defaults count', async () => {
    const play = await open()
    const { policy } = await inForce(play)
    play.setPolicy({})

    expect((await inForce(play)).policy).toEqual(policy)
    expect((await play.call('reset_mfa_devices', ALICE)).structured.status).toBe('approval_required')
  })
})

describe('loosening', () => {
  test('an action that asks for no approval still needs one until the file is accepted; then it runs at once', async () => {
    const play = await open()
    play.setPolicy({ actions: { add_sms_device: { approval: 'none' } } })
    const before = await play.call('add_sms_device', BOB_PHONE)
    expect(before.structured.status).toBe('approval_required')
    expect(play.sandbox.changes).toEqual([])
    await play.acceptPolicy()

    const answer = await play.call('add_sms_device', BOB_PHONE)

    expect(answer.structured).toMatchObject({ status: 'completed', replayed: false })
    const created = play.sandbox.state.device(answer.structured.outcome.devices[0]?.id ?? '')
    expect(created).toMatchObject({ phone: BOB_PHONE.phone, status: 'ACTIVATION_REQUIRED' })
    expect(play.sandbox.changes).toHaveLength(1)
    expect((await play.verify()).broken).toBeUndefined()
  })

  test('one open action opens no other', async () => {
    const play = await open()
    play.setPolicy({ actions: { add_sms_device: { approval: 'none' } } })
    await play.acceptPolicy()

    const answer = await play.call('reset_mfa_devices', ALICE)

    expect(answer.structured.status).toBe('approval_required')
  })

  test('an activation without the code needs the person who types it, whatever is open', async () => {
    const play = await open()
    play.setPolicy({ actions: { activate_mfa_device: { approval: 'none' } } })
    await play.acceptPolicy()
    const { id } = play.sandbox.levers.addDevice(FIXED_IDS.bob, {
      type: 'SMS',
      phone: BOB_PHONE.phone,
      status: 'ACTIVATION_REQUIRED',
    })
    const args = { email: BOB_PHONE.email, deviceId: id }
    const otp = play.sandbox.levers.otpOf(id) ?? ''

    const without = await play.call('activate_mfa_device', args)
    const withCode = await play.call('activate_mfa_device', { ...args, otp })

    expect(without.structured.status).toBe('approval_required')
    expect(withCode.structured.status).toBe('completed')
    expect(play.sandbox.state.device(id)?.status).toBe('ACTIVE')
  })

  test('a raised number of waiting requests counts once it is accepted', async () => {
    const play = await open()
    play.setPolicy({ limits: { pendingPerUser: 4 } })
    const ask = async (n: number) =>
      (await play.call('add_sms_device', { ...BOB_PHONE, phone: `+4670174060${n}` })).code ?? 'asked'
    expect([await ask(5), await ask(6), await ask(7), await ask(8)]).toEqual([
      'asked',
      'asked',
      'asked',
      'TOO_MANY_PENDING',
    ])
    await play.acceptPolicy()

    expect([await ask(8), await ask(9)]).toEqual(['asked', 'TOO_MANY_PENDING'])
  })

  test('lifted denials stand until the file is accepted', async () => {
    const play = await open()
    play.setPolicy({ endpoints: { deny: ['mfa.custom'] } })
    const before = (await inForce(play)).policy.endpoints.deny
    await play.acceptPolicy()

    expect(before).toEqual(expect.arrayContaining(['mfa.custom', 'management.environments.delete']))
    expect((await inForce(play)).policy.endpoints.deny).toEqual(['mfa.custom'])
  })

  test('exactly the accepted bytes count: one blank more and it is another file', async () => {
    const play = await open()
    const text = '{ "actions": { "add_sms_device": { "approval": "none" } } }'
    play.setPolicy(text)
    await play.acceptPolicy()
    play.setPolicy(`${text} `)

    const answer = await play.call('add_sms_device', BOB_PHONE)

    expect(answer.structured.status).toBe('approval_required')
  })

  test('an older file that comes back is not accepted any more', async () => {
    const play = await open()
    const looser = { actions: { add_sms_device: { approval: 'none' }, reset_mfa_devices: { approval: 'none' } } }
    play.setPolicy(looser)
    await play.acceptPolicy()
    play.setPolicy({ actions: { add_sms_device: { approval: 'none' } } })
    await play.acceptPolicy()
    play.setPolicy(looser)

    const answers = [await play.call('reset_mfa_devices', ALICE), await play.call('add_sms_device', BOB_PHONE)]

    expect(answers.map(({ structured }) => structured.status)).toEqual(['approval_required', 'approval_required'])
    expect(play.sandbox.changes).toEqual([])
  })

  test('what tightens counts at once, in the same file as what has to wait', async () => {
    const play = await open()
    play.setPolicy({
      actions: { add_sms_device: { approval: 'none' }, reset_mfa_devices: { assurance: 'passkey' } },
      limits: { pendingPerUser: 1, executionsPerHour: 500 },
    })

    const { policy } = await inForce(play)

    expect(policy.actions.add_sms_device.approval).toBe('required')
    expect(policy.actions.reset_mfa_devices.assurance).toBe('passkey')
    expect(policy.limits).toEqual({ pendingPerUser: 1, executionsPerHour: 30 })
  })
})

describe('the stricter of asking and starting wins', () => {
  test('a passphrase does not do where the policy asks for a passkey meanwhile', async () => {
    const play = await open()
    const { approval } = (await play.call('reset_mfa_devices', ALICE)).structured
    await play.approve(approval.id)
    play.setPolicy({ actions: { reset_mfa_devices: { assurance: 'passkey' } } })

    const answer = await play.call('execute_approved_action', { token: approval.token })

    expect(answer.code).toBe('BLOCKED_BY_POLICY')
    expect(play.sandbox.changes).toEqual([])
  })

  test('a passkey is asked for where somebody has one, and a passphrase is refused', async () => {
    const play = await open()
    play.setPolicy({ actions: { reset_mfa_devices: { assurance: 'passkey' } } })
    expect((await play.call('reset_mfa_devices', ALICE)).code).toBe('NO_APPROVER')
    const store = await play.app.store()
    const person = { name: 'Kim', email: 'kim@example.com', createdAt: play.clock.now(), credential: '{}' }
    await store.addApprover(
      { ...person, kind: 'passkey', vouchedBy: 'Olga' },
      { at: play.clock.now(), kind: 'approver.added', data: {} },
    )
    const { approval } = (await play.call('reset_mfa_devices', ALICE)).structured

    expect(await play.approve(approval.id)).toMatchObject({ approved: false, why: expect.stringMatching(/passkey/) })
    expect((await play.call('check_approval', { token: approval.token })).structured.status).toBe('pending')
  })

  test('a cover of a passphrase does not do for an activation that asks for a passkey, and loses no try', async () => {
    const play = await open()
    const { approval } = (await play.call('add_sms_device', BOB_PHONE)).structured
    await play.approve(approval.id)
    const added = await play.call('execute_approved_action', { token: approval.token })
    const deviceId = added.structured.outcome.devices[0]?.id ?? ''
    const activate = () =>
      play.call('activate_mfa_device', {
        email: BOB_PHONE.email,
        deviceId,
        otp: play.sandbox.levers.otpOf(deviceId) ?? '',
      })
    play.setPolicy({ actions: { activate_mfa_device: { assurance: 'passkey' } } })
    for (let n = 0; n < 4; n++) expect((await activate()).code).toBe('NO_APPROVER')
    play.setPolicy(undefined)

    expect((await activate()).structured.status).toBe('completed')
  })

  test('a lowered number of executions counts for what was approved before', async () => {
    const play = await open()
    for (const phone of ['+46701740605', '+46701740606']) {
      const { approval } = (await play.call('add_sms_device', { ...BOB_PHONE, phone })).structured
      await play.approve(approval.id)
      await play.call('execute_approved_action', { token: approval.token })
    }
    const { approval } = (await play.call('reset_mfa_devices', ALICE)).structured
    await play.approve(approval.id)
    play.clock.advance(MINUTE)
    play.setPolicy({ limits: { executionsPerHour: 2 } })

    const answer = await play.call('execute_approved_action', { token: approval.token })

    expect(answer.code).toBe('RATE_LIMITED')
    expect(play.sandbox.state.devicesOf(FIXED_IDS.alice)).toHaveLength(3)
  })

  test('the number of executions holds for what nobody approves, too', async () => {
    const play = await open()
    play.setPolicy({ actions: { add_sms_device: { approval: 'none' } }, limits: { executionsPerHour: 1 } })
    await play.acceptPolicy()
    await play.call('add_sms_device', BOB_PHONE)

    const answer = await play.call('add_sms_device', { ...BOB_PHONE, phone: '+46701740606' })

    expect(answer.code).toBe('RATE_LIMITED')
    expect(play.sandbox.changes).toHaveLength(1)
  })
})
