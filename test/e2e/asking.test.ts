import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { shareStage } from './shared-stage.ts'
import { onStage } from './stage.ts'

const shared = shareStage({ enrolled: true })
const call = (tool: string, args: Record<string, unknown>) => shared.session.call(tool, args)
const alice = { email: 'alice@example.com' }

/** Ids, tokens and times differ from run to run. */
function stable(text: string): string {
  return text
    .replace(/apv_[\w-]+/g, 'apv_…')
    .replace(/http:\/\/localhost:\d+/g, 'http://localhost:…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replaceAll(shared.stage.home, '…')
}

describe('a changing tool asks and changes nothing', () => {
  test.each([
    [
      'add_sms_device',
      { ...alice, phone: '+1 202 555 0155', nickname: 'New phone', reason: 'Lost the old one' },
      'Add SMS +1•••••••0155 (New phone) as an MFA device of alice@example.com',
      ['Add SMS +1•••••••0155 (New phone); PingOne sends it a code, and it works once the code was entered'],
    ],
    [
      'activate_mfa_device',
      { email: 'zofia.wisniewska@example.com' },
      'Activate SMS +61•••••••0156 of zofia.wisniewska@example.com',
      ['Activate SMS +61•••••••0156'],
    ],
    [
      'unpair_mfa_device',
      { ...alice, deviceId: FIXED_IDS.aliceSms },
      'Remove SMS +1•••••••0150 (Work phone) of alice@example.com',
      ['Remove SMS +1•••••••0150 (Work phone)'],
    ],
    [
      'reset_mfa_devices',
      alice,
      'Remove all 3 MFA devices of alice@example.com',
      ['Remove SMS +1•••••••0150 (Work phone)', 'Remove Email a•••@example.com', 'Remove TOTP'],
    ],
    [
      'reset_mfa_devices',
      { email: 'bob@example.com' },
      'Remove the only MFA device of bob@example.com',
      ['Remove FIDO2 (Key on the key ring)'],
    ],
  ] as const)('%s %j', async (tool, args, summary, effects) => {
    const [pending] = shared.stage.sandbox.state.devicesOf(args.email).filter(({ status }) => status !== 'ACTIVE')
    const startedAt = Date.now()

    const { structured, text } = await call(tool, pending === undefined ? args : { ...args, deviceId: pending.id })

    const { approval } = structured
    expect(structured.status).toBe('approval_required')
    expect(approval).toMatchObject({ action: tool, summary, effects })
    expect(approval.token).toMatch(/^apv_[\w-]{22,}$/)
    expect(approval.approveAt).toMatch(new RegExp(`^http://localhost:\\d+/approvals/${approval.id}$`))
    expect(Math.round((Date.parse(approval.expiresAt) - startedAt) / 60_000)).toBe(15)
    expect(structured.next).toContain(`pingone-mfa-mcp approvals approve ${approval.id}`)
    for (const told of [summary, ...effects, approval.expiresAt]) expect(text).toContain(told)
    expect(shared.changes()).toEqual([])
  })

  test('in a text that suffices by itself', async () => {
    const { text, structured } = await call('unpair_mfa_device', {
      email: 'erin@example.com',
      deviceId: FIXED_IDS.erinSms,
    })

    expect(stable(text).replaceAll(structured.approval.id, '‹id›')).toMatchInlineSnapshot(`
      "Approval required: Remove SMS +1•••••••0117 of erin@example.com
      Nothing has been changed yet.
      - Remove SMS +1•••••••0117
      Token: apv_…
      Approval id: ‹id›, valid until …
      Next: Ask the person to decide at http://localhost:…/approvals/‹id›, or in a terminal: pingone-mfa-mcp approvals approve ‹id›. Then call check_approval with this token (waitSeconds up to 50), and execute_approved_action once it is approved."
    `)
  })

  test('for the same thing again with the same approval and another token', async () => {
    const args = { email: 'dave@example.com' }
    const first = await call('reset_mfa_devices', { ...args, reason: 'first' })
    const second = await call('reset_mfa_devices', { ...args, reason: 'second' })

    expect(second.structured.approval.id).toBe(first.structured.approval.id)
    expect(second.structured.approval.token).not.toBe(first.structured.approval.token)
  })
})

describe('nothing to do: nobody is asked', () => {
  const asksNobody = async (tool: string, args: Record<string, unknown>, summary: string) => {
    const approvals = await shared.stage.human.app.approvals()
    const before = await approvals.list()

    const { structured, text } = await call(tool, args)

    expect(structured).toEqual({ status: 'nothing_to_do', action: tool, summary })
    expect(text).toBe(`Nothing to do: ${summary}. Nobody was asked and nothing was changed.`)
    expect(await approvals.list()).toHaveLength(before.length)
  }

  test('a reset of a user without devices', async () => {
    await asksNobody('reset_mfa_devices', { email: 'carol@example.com' }, 'carol@example.com has no MFA devices')
  })

  test('the activation of an active device', async () => {
    const args = { ...alice, deviceId: FIXED_IDS.aliceSms.toUpperCase() }

    await asksNobody(
      'activate_mfa_device',
      args,
      'SMS +1•••••••0150 (Work phone) of alice@example.com is active already',
    )
  })
})

describe('refuses without asking', () => {
  test.each([
    ['unpair_mfa_device', 'which is nobody', { deviceId: '0f1e2d3c-0000-4000-8000-00000000000d' }],
    ['unpair_mfa_device', "which is another user's", { deviceId: FIXED_IDS.bobKey }],
    ['activate_mfa_device', "which is another user's", { deviceId: FIXED_IDS.bobKey, otp: '123456' }],
  ])('%s for a device %s: DEVICE_NOT_FOUND', async (tool, _whose, args) => {
    const answer = await call(tool, { ...alice, ...args })

    expect(answer.code).toBe('DEVICE_NOT_FOUND')
    expect(answer.text).toMatch(/correlation id [0-9a-f-]{36}/)
    expect(answer.text.split('\n')[1]).toMatch(/^Next: .*list_mfa_devices/)
  })

  test.each([
    ['add_sms_device', { phone: '+12025550155' }],
    ['activate_mfa_device', { deviceId: FIXED_IDS.aliceSms }],
    ['unpair_mfa_device', { deviceId: FIXED_IDS.aliceSms }],
    ['reset_mfa_devices', {}],
  ])('%s for nobody and for several', async (tool, args) => {
    const codes = []
    for (const email of ['nobody@example.com', '\u0430lice@example.com', 'twin@example.com']) {
      codes.push((await call(tool, { email, ...args })).code)
    }

    expect(codes).toEqual(['USER_NOT_FOUND', 'USER_NOT_FOUND', 'USER_AMBIGUOUS'])
  })

  test('more than three requests for one user: TOO_MANY_PENDING, and another user is none of them', async () => {
    const add = (email: string, last: number) => call('add_sms_device', { email, phone: `+1202555018${last}` })
    for (const last of [1, 2, 3]) await add('weiling.chen@example.com', last)

    const fourth = await add('weiling.chen@example.com', 4)
    const again = await add('weiling.chen@example.com', 2)
    const other = await add('ingrid.solheim@example.com', 4)

    expect(fourth.code).toBe('TOO_MANY_PENDING')
    expect(fourth.text).toContain('3 requests for weiling.chen@example.com')
    expect(fourth.text.split('\n')[1]).toMatch(/^Next: Wait until/)
    expect(again.structured.status).toBe('approval_required')
    expect(other.structured.status).toBe('approval_required')
  })

  test('while nobody is enrolled: NO_APPROVER', async () => {
    await onStage(async (stage) => {
      const session = await stage.connect()

      const asked = await session.call('reset_mfa_devices', alice)

      expect(asked.code).toBe('NO_APPROVER')
      expect(asked.text.split('\n')[1]).toContain('pingone-mfa-mcp approver add')
      expect(stage.sandbox.changes).toEqual([])
    })
  })

  test('with a policy file that is broken: BLOCKED_BY_POLICY with the line, and reading goes on', async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      writeFileSync(join(stage.home, 'policy.json'), '{\n  "actions": {},\n  "limit": {}\n}\n')
      const session = await stage.connect()

      const asked = await session.call('reset_mfa_devices', alice)
      const listed = await session.call('list_mfa_devices', alice)

      expect(asked.code).toBe('BLOCKED_BY_POLICY')
      expect(asked.text).toContain('line 3')
      expect(asked.text.split('\n')[1]).toContain('pingone-mfa-mcp policy')
      expect(listed.structured.count).toBe(3)
      expect(stage.sandbox.changes).toEqual([])
    })
  })
})

describe('a token that is none: APPROVAL_UNKNOWN', () => {
  test.each([
    ['a made-up one', `apv_${'x'.repeat(32)}`],
    ['a word', 'approved'],
    ['nothing', ''],
    ['SQL', "' OR 1=1 --"],
  ])('%s', async (_what, token) => {
    for (const tool of ['check_approval', 'execute_approved_action']) {
      const answer = await call(tool, { token })

      expect(answer.code).toBe('APPROVAL_UNKNOWN')
      expect(answer.text.split('\n')[1]).toMatch(/^Next: Use the token exactly/)
    }
  })

  test('the id, the digest and what stands in the store', async () => {
    const { structured } = await call('reset_mfa_devices', { email: 'ops.manager@example.com' })
    const row = await (await shared.stage.human.app.approvals()).find(structured.approval.id)
    const codes = []
    for (const token of [
      row?.id,
      `apv_${row?.id}`,
      row?.digest,
      `apv_${row?.digest}`,
      `${structured.approval.token}x`,
    ]) {
      codes.push((await call('execute_approved_action', { token })).code)
    }

    expect(codes).toEqual(Array.from({ length: 5 }, () => 'APPROVAL_UNKNOWN'))
  })
})

test('what stands in the audit log of refused calls is their code, without arguments', async () => {
  await call('unpair_mfa_device', { ...alice, deviceId: FIXED_IDS.bobKey })

  const { stdout } = await shared.stage.run(['audit', 'export'])

  const refused = stdout.split('\n').filter((line) => line.includes('"call.refused"'))
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.at(-1)).toContain('DEVICE_NOT_FOUND')
  expect(refused.at(-1)).not.toContain(FIXED_IDS.bobKey)
})
