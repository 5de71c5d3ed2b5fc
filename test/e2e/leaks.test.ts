import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { FaultInput } from '../../src/sandbox/faults.ts'
import type { Session } from './session.ts'
import { onStage, openStage, PASSPHRASE, type Stage } from './stage.ts'

const ALICE = 'alice@example.com'
const BOB = 'bob@example.com'
const NUMBER = '+12125550199'
/** The same number as others write it. */
const WRITTEN = [
  '+1 (212) 555-0199',
  '(212) 555-0199',
  '212-555-0199',
  '1.212.555.0199',
  '+1 212 555 0199',
  '２１２５５５０１９９',
]

let stage: Stage
let session: Session
beforeAll(async () => {
  stage = await openStage()
  await stage.human.enrol()
  session = await stage.connect()
  for (const written of WRITTEN) stage.canaries.add(written)
})
afterEach(() => stage.sandbox.faults.clear())
afterAll(() => stage.close())

/** Everything that an error of PingOne's has room for. */
function echo(text: string): object {
  return {
    id: text.slice(0, 90),
    code: text,
    message: `You sent ${text}.`,
    error: text,
    error_description: `You sent ${text}; Correlation ID: ${text}`,
    details: [{ code: text, target: text, message: text, innerError: { value: text, allowedValues: [text] } }],
  }
}

function echoing(text: string, match: NonNullable<FaultInput['match']>, status = 400): FaultInput {
  const header = text.replaceAll(/[^ -~]/g, '')
  return { kind: 'reply', match, status, body: echo(text), headers: { 'correlation-id': header }, times: Infinity }
}

async function bearerOf(action: () => Promise<unknown>): Promise<string> {
  const before = new Set(stage.canaries)
  await action()
  const fresh = [...stage.canaries].filter((canary) => !before.has(canary))
  return fresh.at(-1) ?? ''
}

describe('a secret that PingOne sends back', () => {
  test.each([
    ['the client secret', () => stage.sandbox.tenant.clientSecret],
    ['the client secret, encoded', () => encodeURIComponent(stage.sandbox.tenant.clientSecret)],
    [
      'the header that carries it',
      () => {
        const { clientId, clientSecret } = stage.sandbox.tenant
        return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
      },
    ],
  ])('%s stands in no answer of the token endpoint that is passed on', async (_what, secret) => {
    stage.sandbox.faults.add(echoing(secret(), { host: 'auth' }))

    const fresh = await stage.connect()
    const listed = await fresh.call('list_mfa_devices', { email: ALICE })
    const checked = await fresh.call('check_connection')
    const command = await stage.run(['check'])
    const json = await stage.run(['check', '--json'])

    expect(listed.code).toBe('AUTH_FAILED')
    expect(checked.structured.status).toBe('failed')
    expect([command.code, json.code]).toEqual([4, 4])
    await stage.assertNothingLeaked()
  })

  test('the access token stands in no error of the API that is passed on', async () => {
    const fresh = await stage.connect()
    const own = await bearerOf(() => fresh.call('check_connection'))
    expect(own).toMatch(/^eyJ/)

    stage.sandbox.faults.add(echoing(own, { path: '/users' }, 403))
    const { code } = await fresh.call('list_mfa_devices', { email: ALICE })

    expect(code).toBe('FORBIDDEN')
    await stage.assertNothingLeaked()
  })

  test.each([302, 307])('nor does one in the address of a redirect (%i)', async (status) => {
    const secret = stage.sandbox.tenant.clientSecret
    const headers = { location: `https://evil.example/${secret}?secret=${encodeURIComponent(secret)}` }
    stage.sandbox.faults.add({ kind: 'reply', match: { host: 'auth' }, status, body: '', headers })

    const { code, text } = await (await stage.connect()).call('list_mfa_devices', { email: ALICE })

    expect(code).toBe('PINGONE_UNEXPECTED_RESPONSE')
    expect(text).toContain('redirect')
    await stage.assertNothingLeaked()
  })
})

describe('a code', () => {
  const pendingDevice = () =>
    stage.sandbox.levers.addDevice(BOB, { type: 'SMS', phone: '+46701740698', status: 'ACTIVATION_REQUIRED' }).id

  test('that the person typed stands nowhere, even where PingOne sends it back in an error', async () => {
    const deviceId = pendingDevice()
    const code = '739154'
    stage.canaries.add(code)
    const asked = await session.call('activate_mfa_device', { email: BOB, deviceId })
    const approved = await stage.human.approve(asked.structured.approval.id, { code })
    stage.sandbox.faults.add(echoing(code, { path: deviceId, method: 'POST' }))

    const executed = await session.call('execute_approved_action', { token: asked.structured.approval.token })
    const checked = await session.call('check_approval', { token: asked.structured.approval.token })
    await stage.run(['audit', '--json'])
    await stage.run(['approvals', 'show', asked.structured.approval.id, '--json'])

    expect(approved).toMatchObject({ approved: true })
    expect(executed.isError).toBe(true)
    expect(checked.structured.status).toBe('failed')
    await stage.assertNothingLeaked()
  })

  test('that the model gave goes no further than PingOne', async () => {
    const deviceId = pendingDevice()
    const otp = '846201'
    const asked = await session.call('activate_mfa_device', { email: BOB, deviceId, otp })
    await stage.assertNothingLeaked()
    await stage.human.approve(asked.structured.approval.id)
    stage.sandbox.faults.add(echoing(`code ${otp}`, { path: deviceId, method: 'POST' }, 409))

    const executed = await session.call('execute_approved_action', { token: asked.structured.approval.token })
    await stage.run(['audit', 'export'])

    expect(executed.isError).toBe(true)
    await stage.assertNothingLeaked()
  })
})

describe('a number', () => {
  test('that PingOne sends back, however it is written, is masked in the answer, the outcome and the log', async () => {
    const asked = await session.call('add_sms_device', { email: ALICE, phone: NUMBER, nickname: 'New' })
    await stage.human.approve(asked.structured.approval.id)
    stage.sandbox.faults.add(echoing([NUMBER, ...WRITTEN].join(' / '), { path: '/devices', method: 'POST' }, 400))

    const executed = await session.call('execute_approved_action', { token: asked.structured.approval.token })
    await session.call('check_approval', { token: asked.structured.approval.token })
    await stage.run(['audit', '--json'])
    await stage.run(['approvals', 'show', asked.structured.approval.id])

    expect(executed.code).toBe('ACTION_FAILED')
    await stage.assertNothingLeaked()
  })

  test('in a name that somebody gave a device is masked wherever it is shown', async () => {
    stage.sandbox.levers.addUser({ email: 'named@example.com' })
    for (const written of [NUMBER, ...WRITTEN])
      stage.sandbox.levers.addDevice('named@example.com', { type: 'SMS', phone: NUMBER, nickname: `My ${written}` })

    await session.call('list_mfa_devices', { email: 'named@example.com' })
    const asked = await session.call('reset_mfa_devices', { email: 'named@example.com' })
    await stage.run(['approvals', 'show', asked.structured.approval.id])
    await stage.human.deny(asked.structured.approval.id)

    await stage.assertNothingLeaked()
  })

  test('that is to be paired is masked by every command that does not approve', async () => {
    const asked = await session.call('add_sms_device', { email: BOB, phone: NUMBER })
    const { id } = asked.structured.approval

    for (const args of [
      ['approvals'],
      ['approvals', '--json'],
      ['approvals', 'show', id],
      ['approvals', 'show', id, '--json'],
      ['audit'],
      ['audit', '--json'],
      ['audit', 'export'],
    ])
      expect(await stage.run(args)).toMatchObject({ code: 0 })

    await stage.assertNothingLeaked()
    await stage.human.deny(id)
    await stage.assertNothingLeaked()
  })
})

describe('a failure', () => {
  test('of any kind on the way says nothing of what was sent', async () => {
    const kinds: FaultInput[] = [
      { kind: 'cut-off' },
      { kind: 'reset' },
      { kind: 'not-json' },
      { kind: 'bad-gateway', times: 5 },
      { kind: 'gateway-forbidden' },
      { kind: 'expired-token', times: 2 },
      { kind: 'empty-body' },
      { kind: 'wrong-shape', body: { clientSecret: stage.sandbox.tenant.clientSecret } },
    ]
    for (const kind of kinds) {
      for (const host of ['auth', 'api'] as const) {
        stage.sandbox.faults.add({ ...kind, match: { host } })
        if (host === 'auth') stage.sandbox.levers.revokeTokens()
        await session.call('check_connection')
        stage.sandbox.faults.clear()
      }
    }

    await stage.assertNothingLeaked()
  })

  test('of the policy file does not quote the file', async () => {
    const { clientSecret } = stage.sandbox.tenant
    const broken = [
      clientSecret,
      `{"actions": "${clientSecret}"`,
      `{"actions": {"add_sms_device": {"approval": "${clientSecret}"}}}`,
    ]
    for (const [index, text] of broken.entries()) {
      // The file itself holds the canary here, so that it lies elsewhere.
      const path = join(tmpdir(), `policy-${process.pid}-${index}.json`)
      writeFileSync(path, text)
      const fresh = await stage.connect({ env: { PINGONE_MFA_POLICY: path } })
      const { code } = await fresh.call('reset_mfa_devices', { email: ALICE })
      const command = await stage.run(['policy'], { env: { PINGONE_MFA_POLICY: path } })

      rmSync(path)

      expect([code, command.code]).toEqual(['BLOCKED_BY_POLICY', 1])
    }
    await stage.assertNothingLeaked()
  })

  const FIELDS = [
    'PINGONE_REGION',
    'PINGONE_ENVIRONMENT_ID',
    'PINGONE_CLIENT_ID',
    'PINGONE_TOKEN_AUTH_METHOD',
    'PINGONE_API_URL',
    'PINGONE_AUTH_URL',
    'PINGONE_MFA_LOG_LEVEL',
    'PINGONE_MFA_CONSOLE_PORT',
  ]
  test.each(FIELDS)('to put a secret where it belongs (it stands in %s) does not show it', async (field) => {
    const { clientSecret } = stage.sandbox.tenant
    const value = field.endsWith('_URL') ? `https://user:${clientSecret}@api.pingone.eu` : clientSecret
    const own = { [field]: value }

    const fresh = await stage.connect({ env: own })
    const { code, text } = await fresh.call('check_connection')
    const command = await stage.run(['check', '--json'], { env: own })

    expect([code, command.code]).toEqual(['NOT_CONFIGURED', 2])
    expect(text).toContain(field)
    await stage.assertNothingLeaked()
  })

  test('of the command for the secret does not show what it printed', async () => {
    const { clientSecret } = stage.sandbox.tenant
    const program = `process.stdout.write('${clientSecret}'); process.stderr.write('${clientSecret}'); process.exit(3)`
    const own = {
      PINGONE_CLIENT_SECRET: '',
      PINGONE_CLIENT_SECRET_COMMAND: `${process.execPath} -e "${program}"`,
    }

    const { code } = await (await stage.connect({ env: own })).call('list_mfa_devices', { email: ALICE })
    const command = await stage.run(['check'], { env: own })

    expect([code, command.code]).toEqual(['NOT_CONFIGURED', 2])
    await stage.assertNothingLeaked()
  })

  test.each([
    ['connect', '--client-secret=SECRET'],
    ['connect', '--client-secret', 'SECRET'],
    ['connect', 'SECRET'],
    ['connect', '--region=SECRET', '--client-secret-stdin'],
    ['approver', 'add', '--name', 'X', '--email', 'x@example.com', '--passphrase=SECRET'],
    ['check', '--token=SECRET'],
  ])('to type a secret where it belongs (%s %s) does not repeat it', async (...words) => {
    const args = words
      .filter((word) => word !== undefined)
      .map((word) => word.replace('SECRET', stage.sandbox.tenant.clientSecret))

    const { code } = await stage.run(args)

    expect(code).toBe(2)
    await stage.assertNothingLeaked()
  })

  test('that nobody expected keeps tokens, numbers and escapes out of its last words', async () => {
    const own = ['apv_leakedleakedleakedleaked', 'Bearer leaked.access.token', '+12125550188']
    const program = `setTimeout(() => { throw new Error(${JSON.stringify(`\u001B[2J${own.join(' ')}`)}) }, 300)`
    const crash = `data:text/javascript;base64,${Buffer.from(program).toString('base64')}`

    const { code, stderr } = await stage.run(['console'], { env: { NODE_OPTIONS: `--import=${crash}` } })

    expect(code).toBe(1)
    expect(stderr).toContain('INTERNAL_ERROR')
    for (const text of [...own.map((value) => value.split(' ').at(-1) ?? ''), '\u001B'])
      expect(stderr).not.toContain(text)
  })
})

describe('the look-out for leaks', () => {
  const leak = (plant: (other: Stage) => Promise<void> | void) =>
    onStage(async (other) => {
      await other.human.enrol()
      await plant(other)
    })

  test.each<[string, (other: Stage) => Promise<void> | void]>([
    ['a secret in an answer', (other) => void other.printed.push(`x${other.sandbox.tenant.clientSecret}`)],
    ['a passphrase in a file', (other) => writeFileSync(join(other.home, 'notes'), PASSPHRASE)],
    ['a number of a device in an answer', (other) => void other.printed.push('+12025550150')],
    [
      'a claim token in a file',
      async (other) => {
        const asked = await (await other.connect()).call('reset_mfa_devices', { email: ALICE })
        writeFileSync(join(other.home, 'notes'), asked.structured.approval.token)
      },
    ],
    [
      'an access token in an answer',
      async (other) => {
        await (await other.connect()).call('list_mfa_devices', { email: ALICE })
        other.printed.push([...other.canaries].find((canary) => canary.startsWith('eyJ')) ?? '')
      },
    ],
    [
      'a code among other words',
      (other) => {
        other.canaries.add('123456')
        other.printed.push('the code is 123456.')
      },
    ],
  ])('finds %s', async (_what, plant) => {
    await expect(leak(plant)).rejects.toThrow('a canary')
  })

  test('does not take a part of a longer number for a code', async () => {
    await leak((other) => {
      other.canaries.add('123456')
      other.printed.push('at 1712345678, digest ab123456cd')
    })
  })
})
