import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sheetOf } from '../../src/approval/sheet.ts'
import { sheetText } from '../../src/cli/sheet-text.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { hostileTexts, unseenIn } from './hostile-texts.ts'
import { faultsOf, faultsOfLog, foreignTags } from './seemly.ts'
import type { Session } from './session.ts'
import { openStage, type Stage } from './stage.ts'

const TEXTS = hostileTexts(1000)
const ALICE = 'alice@example.com'

let stage: Stage
let session: Session
let pendingDevice: string
beforeAll(async () => {
  stage = await openStage()
  await stage.human.enrol()
  pendingDevice = stage.sandbox.levers.addDevice('bob@example.com', {
    type: 'SMS',
    phone: '+46701740699',
    status: 'ACTIVATION_REQUIRED',
  }).id
  // So that an approval can be asked for with each of the texts.
  await stage.human.acceptPolicy({ limits: { pendingPerUser: 1000 } })
  session = await stage.connect({ env: { PINGONE_MFA_LOG_LEVEL: 'debug' } })
})
afterAll(() => stage.close())

/** Every argument of every tool, with what makes the rest of the call right. */
const ARGUMENTS: [tool: string, argument: string, others: (index: number) => Record<string, unknown>][] = [
  ['list_mfa_devices', 'email', () => ({})],
  ['add_sms_device', 'email', () => ({ phone: '+12025550177' })],
  ['add_sms_device', 'phone', () => ({ email: ALICE })],
  ['add_sms_device', 'nickname', () => ({ email: ALICE, phone: '+12025550177' })],
  // A name of its own makes each of them an approval of its own, so that each reason is stored.
  [
    'add_sms_device',
    'reason',
    (index) => ({ email: 'dave@example.com', phone: '+12025550177', nickname: `Phone ${index}` }),
  ],
  ['activate_mfa_device', 'email', () => ({ deviceId: pendingDevice })],
  ['activate_mfa_device', 'deviceId', () => ({ email: 'bob@example.com' })],
  ['activate_mfa_device', 'otp', () => ({ email: 'bob@example.com', deviceId: pendingDevice })],
  ['activate_mfa_device', 'reason', () => ({ email: 'bob@example.com', deviceId: pendingDevice })],
  ['unpair_mfa_device', 'email', () => ({ deviceId: FIXED_IDS.aliceSms })],
  ['unpair_mfa_device', 'deviceId', () => ({ email: ALICE })],
  ['unpair_mfa_device', 'reason', () => ({ email: ALICE, deviceId: FIXED_IDS.aliceSms })],
  ['reset_mfa_devices', 'email', () => ({})],
  ['reset_mfa_devices', 'reason', () => ({ email: ALICE })],
  ['check_approval', 'token', () => ({})],
  ['check_approval', 'waitSeconds', () => ({ token: 'apv_0' })],
  ['execute_approved_action', 'token', () => ({})],
]

describe('an argument', () => {
  test.each(ARGUMENTS)('%s %s takes any text without harm', { timeout: 300_000 }, async (tool, argument, others) => {
    const calls = TEXTS.map(
      (text, index) => [text, () => session.call(tool, { ...others(index), [argument]: text })] as const,
    )

    expect(await faultsOf(calls)).toEqual([])
    expect(stage.sandbox.changes).toEqual([])
  })

  test('that no tool declares is refused by name, and its value is not repeated', async () => {
    const calls = TEXTS.filter((name) => name !== '' && name !== 'email').map(
      (name) => [name, () => session.call('list_mfa_devices', { email: ALICE, [name]: 'canary value' })] as const,
    )

    expect(await faultsOf(calls)).toEqual([])
    const refused = await session.call('list_mfa_devices', { email: ALICE, 'to\u001B[2Jken': 'canary value' })
    expect(refused.code).toBe('INVALID_INPUT')
    expect(refused.text).toContain('"token" is not an argument')
    expect(refused.text).not.toContain('canary value')
  })

  const WRONG_KINDS: unknown[] = [null, 0, -1, 1.5, true, [], {}, ['alice@example.com'], { toString: 'x' }]
  test.each(ARGUMENTS)('%s %s takes any kind of value without harm', async (tool, argument, others) => {
    const calls = WRONG_KINDS.map(
      (value) => [JSON.stringify(value), () => session.call(tool, { ...others(0), [argument]: value })] as const,
    )

    expect(await faultsOf(calls)).toEqual([])
    expect(stage.sandbox.changes).toEqual([])
  })

  test('after all of this the server still answers', async () => {
    const { structured } = await session.call('list_mfa_devices', { email: ALICE })

    expect(structured.count).toBe(3)
    expect(stage.sandbox.state.devicesOf(ALICE)).toHaveLength(3)
  })
})

describe('what was written into an approval', () => {
  test('reaches the terminal, and scripts, as plain text', async () => {
    const { stdout: list } = await stage.run(['approvals'])
    const { stdout: json } = await stage.run(['approvals', '--json'])
    const rows = JSON.parse(json) as { id: string; reason?: string }[]

    expect(rows.length).toBeGreaterThan(900)
    expect(unseenIn(list, { lines: true })).toBeUndefined()
    expect(unseenIn(json, { lines: true })).toBeUndefined()
  })

  test('stands on the page and on the terminal as code points, without markup', async () => {
    const approvals = await stage.human.app.approvals()
    const pages = await stage.human.app.console()
    const look = { paint: (_style: unknown, text: string) => text, width: 80, now: Date.now() }
    const problems: string[] = []
    for (const row of await approvals.list()) {
      const sheet = sheetOf(row, { full: true })
      const text = sheetText(sheet, look)
      const page = await (await fetch(pages?.urlOf(row.id) ?? '')).text()
      const unseen = unseenIn(text, { lines: true }) ?? unseenIn(page, { lines: true })
      if (unseen !== undefined) problems.push(`${row.id}: ${unseen}`)
      const foreign = foreignTags(page)
      if (foreign.length > 0) problems.push(`${row.id}: ${foreign.join(' ')}`)
    }

    expect(problems).toEqual([])
  })

  test.each(['audit', 'audit --json', 'audit export'])(
    'reaches the reader of the log as plain text by %s',
    async (command) => {
      const { stdout, stderr, code } = await stage.run(command.split(' '))

      expect({ code, unseen: unseenIn(stdout + stderr, { lines: true }) }).toEqual({ code: 0, unseen: undefined })
      expect(stdout.length).toBeGreaterThan(100_000)
    },
  )

  test('leaves the log whole', async () => {
    expect(await stage.run(['audit', 'verify'])).toMatchObject({ code: 0 })
  })

  test('and everything else leaves log lines that are JSON, a line each', () => {
    expect(faultsOfLog(session.stderr())).toEqual([])
    expect(session.stderr().split('\n').length).toBeGreaterThan(1000)
  })
})
