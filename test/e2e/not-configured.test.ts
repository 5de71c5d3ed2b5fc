import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession, type Session } from './session.ts'
import { onStage, PROGRAM } from './stage.ts'

const ENVIRONMENT_ID = '0f1e2d3c-0000-4000-8000-00000000000a'
const CLIENT_ID = '0f1e2d3c-0000-4000-8000-00000000000b'
const SECRET = 'canary-secret-of-a-connection-that-is-not-there'

/** A connection that would be one; nobody listens there. */
const COMPLETE = {
  PINGONE_API_URL: 'http://127.0.0.1:1/v1',
  PINGONE_AUTH_URL: 'http://127.0.0.1:1',
  PINGONE_ENVIRONMENT_ID: ENVIRONMENT_ID,
  PINGONE_CLIENT_ID: CLIENT_ID,
  PINGONE_CLIENT_SECRET: SECRET,
}

async function connectWith(env: Record<string, string | undefined>): Promise<{ session: Session; printed: string[] }> {
  const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-test-'))
  const given = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const printed: string[] = []
  const session = await openSession({
    program: PROGRAM,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, PINGONE_MFA_HOME: home, ...Object.fromEntries(given) },
    printed,
  })
  onTestFinished(async () => {
    await session.close()
    rmSync(home, { recursive: true, force: true })
  })
  return { session, printed }
}

const FIELDS = [
  'PINGONE_REGION',
  'PINGONE_ENVIRONMENT_ID',
  'PINGONE_CLIENT_ID',
  'PINGONE_CLIENT_SECRET',
  'PINGONE_WORKER_ENVIRONMENT_ID',
  'PINGONE_TOKEN_AUTH_METHOD',
  'PINGONE_API_URL',
  'PINGONE_AUTH_URL',
  'PINGONE_CLIENT_SECRET_COMMAND',
]

function namedIn(text: string): string[] {
  const [first = ''] = text.split('\n')
  return FIELDS.filter((field) => new RegExp(`${field}(?![A-Z_])`).test(first)).toSorted()
}

const CASES: { what: string; env: Record<string, string | undefined>; named: string[] }[] = [
  {
    what: 'nothing at all',
    env: {},
    named: ['PINGONE_REGION', 'PINGONE_ENVIRONMENT_ID', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET'],
  },
  {
    what: 'no region and no URLs',
    env: { PINGONE_API_URL: undefined, PINGONE_AUTH_URL: undefined },
    named: ['PINGONE_REGION'],
  },
  { what: 'an API URL without an auth URL', env: { PINGONE_AUTH_URL: undefined }, named: ['PINGONE_REGION'] },
  { what: 'a region that is none', env: { PINGONE_REGION: 'XX' }, named: ['PINGONE_REGION'] },
  { what: 'no environment id', env: { PINGONE_ENVIRONMENT_ID: undefined }, named: ['PINGONE_ENVIRONMENT_ID'] },
  { what: 'a blank environment id', env: { PINGONE_ENVIRONMENT_ID: '  ' }, named: ['PINGONE_ENVIRONMENT_ID'] },
  {
    what: 'an environment id that is none',
    env: { PINGONE_ENVIRONMENT_ID: '../x' },
    named: ['PINGONE_ENVIRONMENT_ID'],
  },
  { what: 'no client id', env: { PINGONE_CLIENT_ID: undefined }, named: ['PINGONE_CLIENT_ID'] },
  { what: 'a client id that is none', env: { PINGONE_CLIENT_ID: 'me' }, named: ['PINGONE_CLIENT_ID'] },
  { what: 'no secret', env: { PINGONE_CLIENT_SECRET: undefined }, named: ['PINGONE_CLIENT_SECRET'] },
  {
    what: 'a worker environment id that is none',
    env: { PINGONE_WORKER_ENVIRONMENT_ID: 'here' },
    named: ['PINGONE_WORKER_ENVIRONMENT_ID'],
  },
  { what: 'an unknown method', env: { PINGONE_TOKEN_AUTH_METHOD: 'jwt' }, named: ['PINGONE_TOKEN_AUTH_METHOD'] },
  { what: 'an API URL that is none', env: { PINGONE_API_URL: 'api.pingone.eu:x' }, named: ['PINGONE_API_URL'] },
  {
    what: 'URLs without TLS that are not on loopback',
    env: { PINGONE_API_URL: 'http://api.pingone.eu', PINGONE_AUTH_URL: 'http://auth.pingone.eu' },
    named: ['PINGONE_API_URL', 'PINGONE_AUTH_URL'],
  },
  {
    what: 'several mistakes at once',
    env: { PINGONE_CLIENT_ID: 'me', PINGONE_CLIENT_SECRET: undefined, PINGONE_API_URL: 'ftp://x' },
    named: ['PINGONE_API_URL', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET'],
  },
  {
    what: 'a command for the secret that is not there',
    env: { PINGONE_CLIENT_SECRET: undefined, PINGONE_CLIENT_SECRET_COMMAND: '/nowhere/secret-command' },
    named: ['PINGONE_CLIENT_SECRET_COMMAND'],
  },
]

describe('names each field that is missing or cannot be used', () => {
  test.each(CASES)('with $what', async ({ what, env, named }) => {
    const { session, printed } = await connectWith(what === 'nothing at all' ? {} : { ...COMPLETE, ...env })

    const tools = await session.tools()
    const answer = await session.call('check_connection')

    expect(tools).toHaveLength(12)
    expect(answer.code).toBe('NOT_CONFIGURED')
    expect(namedIn(answer.text)).toEqual(named.toSorted())
    expect(answer.text.split('\n')[1]).toMatch(/^Next: \S/)
    expect(printed.join('\n')).not.toContain(SECRET)
  })
})

test('every tool that needs PingOne says so, and none of them ends the server', async () => {
  const { session } = await connectWith({})
  const email = 'alice@example.com'
  const deviceId = 'a11ce000-0000-4000-8000-0000000000d1'
  const calls: [string, Record<string, unknown>][] = [
    ['check_connection', {}],
    ['list_mfa_devices', { email }],
    ['add_sms_device', { email, phone: '+12025550150' }],
    ['activate_mfa_device', { email, deviceId }],
    ['unpair_mfa_device', { email, deviceId }],
    ['reset_mfa_devices', { email }],
  ]

  const codes: (string | undefined)[] = []
  for (const [tool, args] of calls) codes.push((await session.call(tool, args)).code)

  expect(codes).toEqual(calls.map(() => 'NOT_CONFIGURED'))
  expect(await session.tools()).toHaveLength(12)
})

test('a mistake in an argument is told before the missing configuration', async () => {
  const { session } = await connectWith({})

  const answer = await session.call('list_mfa_devices', { email: 'nobody' })

  expect(answer.code).toBe('INVALID_INPUT')
})

test('a connection that is saved while the server runs counts without a restart', async () => {
  await onStage(async (stage) => {
    const { environmentId, clientId, clientSecret } = stage.sandbox.tenant
    const session = await stage.connect({ env: { PINGONE_CLIENT_SECRET: '', PINGONE_ENVIRONMENT_ID: '' } })
    const before = await session.call('check_connection')

    const connected = await stage.run(
      ['connect', '--environment-id', environmentId, '--client-id', clientId, '--client-secret-stdin'],
      { input: clientSecret },
    )
    const after = await session.call('check_connection')

    expect(before.code).toBe('NOT_CONFIGURED')
    expect(connected).toMatchObject({ code: 0 })
    expect(after.structured.status).toBe('ok')
    // The saved connection is the one place where the secret stands.
    stage.canaries.delete(clientSecret)
  })
})

test('a home folder that cannot be made is named, and reading goes on', async () => {
  await onStage(async (stage) => {
    const file = join(stage.home, 'a-file')
    writeFileSync(file, '')
    const session = await stage.connect({ env: { PINGONE_MFA_HOME: join(file, 'home') } })

    const asked = await session.call('reset_mfa_devices', { email: 'alice@example.com' })
    const listed = await session.call('list_mfa_devices', { email: 'alice@example.com' })

    expect(asked.code).toBe('NOT_CONFIGURED')
    expect(asked.text).toContain('PINGONE_MFA_HOME')
    expect(listed.structured.count).toBe(3)
    expect(stage.sandbox.changes).toEqual([])
  })
})
