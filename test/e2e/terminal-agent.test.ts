import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTerminal, type Terminal } from '../pty.ts'
import { onStage, openStage, PASSPHRASE, PROGRAM, type Stage } from './stage.ts'
import type { Session } from './session.ts'

/**
 * An agent that has a shell of the same account and no credential. What such a shell can do all the same (read the
 * secret, replace the program) is told in docs/security.md; here is what it cannot do by the program itself.
 */

const ALICE = 'alice@example.com'
const OPEN = { actions: { reset_mfa_devices: { approval: 'none' } } }
const GUESS = 'password123'

let stage: Stage
let session: Session
let approval: { id: string; token: string }
let terminals: Terminal[]
beforeAll(async () => {
  stage = await openStage()
  await stage.human.enrol()
  session = await stage.connect()
})
beforeEach(async () => {
  terminals = []
  approval = (await session.call('reset_mfa_devices', { email: ALICE })).structured.approval
})
afterEach(async () => {
  for (const terminal of terminals) terminal.kill('SIGKILL')
  rmSync(join(stage.home, 'policy.json'), { force: true })
  await expectNothingGained()
})
afterAll(() => stage.close())

/** Whatever was tried: the same people are enrolled, nothing is approved, accepted or changed. */
async function expectNothingGained() {
  const approvers = await (await stage.human.app.approvers()).list()
  expect(approvers.map(({ name }) => name)).toEqual(['Olga'])
  const executed = await session.call('execute_approved_action', { token: approval.token })
  expect(['approval_pending', undefined]).toContain(executed.structured?.status)
  const entries = await (await stage.human.app.store()).auditEntries()
  const kinds = entries.map(({ kind }) => kind)
  expect(kinds.filter((kind) => /approval\.approved|policy\.accepted|approver\.removed|execution/.test(kind))).toEqual(
    [],
  )
  expect(stage.sandbox.changes).toEqual([])
}

function atTerminal(args: string[], env: Record<string, string> = {}): Terminal {
  const opened = openTerminal(process.execPath, [PROGRAM, ...args], { env: { ...stage.env, ...env } })
  terminals.push(opened)
  return opened
}

const stateOf = async (id: string) => (await (await stage.human.app.approvals()).find(id))?.state

/** Each thing that needs a person, with what is typed before the passphrase, and its exit code without a terminal. */
const GUARDED = [
  {
    what: 'enrol itself',
    args: () => ['approver', 'add', '--name', 'Mallory', '--email', 'm@example.com', '--passphrase'],
    before: [],
    piped: 1,
  },
  { what: 'remove the approver', args: () => ['approver', 'remove', 'Olga'], before: [], piped: 1 },
  { what: 'approve', args: () => ['approvals', 'approve', approval.id], before: [ALICE], piped: 2 },
  { what: 'accept a policy', args: () => ['policy', 'accept'], before: [], piped: 2 },
]

describe.each(GUARDED)('an agent in a terminal cannot $what', ({ args, before, piped }) => {
  beforeEach(() => writeFileSync(join(stage.home, 'policy.json'), JSON.stringify(OPEN)))

  test('by a guess', async () => {
    const typed = atTerminal(args())
    typed.press(before.map((line) => `${line}\r`).join(''))
    await typed.expect('Passphrase of Olga')
    typed.press(`${GUESS}\r${GUESS}\r${GUESS}\r`)

    expect(await typed.exit).toBe(1)
    expect(typed.screen).toContain('passphrase is wrong')
    expect(typed.screen).not.toContain(GUESS)
  })

  test.each([
    ['nothing', '\r'],
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('by %s instead of the passphrase', async (_what, keys) => {
    const typed = atTerminal(args())
    typed.press(before.map((line) => `${line}\r`).join(''))
    await typed.expect('Passphrase of Olga')
    typed.press(keys)

    expect(await typed.exit).toBe(1)
  })

  test('by a pipe, even with the right passphrase', async () => {
    const input = [...before, PASSPHRASE, PASSPHRASE, PASSPHRASE].join('\n')

    const { code, stderr } = await stage.run(args(), { input: `${input}\n` })

    expect(code).toBe(piped)
    expect(stderr).toContain('terminal')
  })

  test('by environment variables', async () => {
    const names = ['PASSPHRASE', 'PINGONE_MFA_PASSPHRASE', 'PINGONE_MFA_APPROVER_PASSPHRASE', 'PINGONE_MFA_APPROVE']
    const env = Object.fromEntries(
      [...names, 'CI', 'PINGONE_MFA_YES', 'DEBIAN_FRONTEND'].map((name) => [name, PASSPHRASE]),
    )

    const piping = await stage.run(args(), { env, input: `${PASSPHRASE}\n` })
    const typed = atTerminal(args(), env)
    typed.press(before.map((line) => `${line}\r`).join(''))
    await typed.expect('Passphrase of Olga')
    typed.press('\x03')

    expect([piping.code, await typed.exit]).toEqual([piped, 1])
  })

  test.each([['--yes'], ['-y'], ['--force'], ['--no-input'], [`--passphrase=${PASSPHRASE}`], ['--approver', 'Olga']])(
    'by a flag (%s)',
    async (...flags) => {
      const { code } = await stage.run([...args(), ...flags.filter((flag) => flag !== undefined)])

      expect(code).toBe(2)
    },
  )
})

describe('an agent in a terminal', () => {
  test('does not come closer by more guesses: the fifth denies, and the right passphrase comes too late', async () => {
    const { id } = (await session.call('reset_mfa_devices', { email: 'dave@example.com' })).structured.approval
    for (let guess = 1; guess <= 5; guess++) {
      const typed = atTerminal(['approvals', 'approve', id])
      typed.press(`dave@example.com\r${GUESS}${guess}\r`)
      expect(await typed.exit).toBe(1)
    }

    expect(await stateOf(id)).toBe('denied')
    expect(await stage.human.approve(id)).toMatchObject({ approved: false })
    expect((await session.call('reset_mfa_devices', { email: 'dave@example.com' })).code).toBe('APPROVAL_DENIED')
  })

  test('may deny, which changes nothing', async () => {
    const { id } = (await session.call('reset_mfa_devices', { email: 'bob@example.com' })).structured.approval
    const typed = atTerminal(['approvals', 'deny', id])
    await typed.expect('Reason')
    typed.type('by a machine')

    expect(await typed.exit).toBe(0)
    expect(await stateOf(id)).toBe('denied')
  })

  test.each<[string, unknown, string]>([
    ['opens an action', OPEN, 'approval_required'],
    [
      'opens every action',
      { actions: { ...OPEN.actions, unpair_mfa_device: { approval: 'none' } } },
      'approval_required',
    ],
    ['calls itself accepted', { ...OPEN, accepted: true }, 'BLOCKED_BY_POLICY'],
    ['is broken', '{', 'BLOCKED_BY_POLICY'],
    ['names itself twice', '{"actions": {}, "actions": {}}', 'BLOCKED_BY_POLICY'],
  ])('gains nothing by a policy file that %s', async (_what, policy, expected) => {
    const text = typeof policy === 'string' ? policy : JSON.stringify(policy)
    writeFileSync(join(stage.home, 'policy.json'), text)

    const asked = await session.call('unpair_mfa_device', anyDevice())
    const elsewhere = await stage.run(['policy'], { env: { PINGONE_MFA_POLICY: join(stage.home, 'policy.json') } })

    expect(asked.code ?? asked.structured.status).toBe(expected)
    expect(elsewhere.stdout).not.toContain('RUNS WITHOUT APPROVAL')
  })

  /** Another request than the one that waits, so that it stands alone. */
  function anyDevice() {
    const [device] = stage.sandbox.state.devicesOf('erin@example.com')
    return { email: 'erin@example.com', deviceId: device?.id }
  }
})

test('another home folder has neither the connection nor the approvals of the first', async () => {
  await onStage(async (own) => {
    await own.human.enrol()
    const { PINGONE_API_URL, PINGONE_AUTH_URL, PINGONE_CLIENT_SECRET = '', ...rest } = own.env
    const { environmentId, clientId, clientSecret } = own.sandbox.tenant
    const urls = { PINGONE_API_URL: PINGONE_API_URL ?? '', PINGONE_AUTH_URL: PINGONE_AUTH_URL ?? '' }
    const flags = [
      '--region',
      'EU',
      '--environment-id',
      environmentId,
      '--client-id',
      clientId,
      '--client-secret-stdin',
    ]
    const saved = await own.run(['connect', ...flags], {
      env: { ...urls, PINGONE_CLIENT_SECRET: '' },
      input: `${clientSecret}\n`,
    })
    expect(saved.code).toBe(0)
    // The one place where the secret may stand.
    own.canaries.delete(clientSecret)
    expect(PINGONE_CLIENT_SECRET).toBe(clientSecret)
    const savedOnly = { PINGONE_CLIENT_SECRET: '' }
    const first = await own.connect({ env: savedOnly })
    const { token } = (await first.call('reset_mfa_devices', { email: ALICE })).structured.approval

    const home = mkdtempSync(join(tmpdir(), 'agent-home-'))
    const env = { ...rest, ...urls, ...savedOnly, PINGONE_MFA_HOME: home }
    const enrolling = openTerminal(
      process.execPath,
      [PROGRAM, 'approver', 'add', '--name', 'Mallory', '--email', 'm@example.com', '--passphrase'],
      { env },
    )
    enrolling.press(`${GUESS}\r${GUESS}\r`)
    expect(await enrolling.exit).toBe(0)
    const second = await own.connect({ env })
    const asked = await second.call('reset_mfa_devices', { email: ALICE })
    const executed = await second.call('execute_approved_action', { token })
    const original = await first.call('execute_approved_action', { token })
    await second.close()
    rmSync(home, { recursive: true, force: true })

    expect([asked.code, executed.code]).toEqual(['NOT_CONFIGURED', 'NOT_CONFIGURED'])
    expect(original.structured.status).toBe('approval_pending')
    expect((await (await own.human.app.approvers()).list()).map(({ name }) => name)).toEqual(['Olga'])
    expect(own.sandbox.changes).toEqual([])
  })
})
