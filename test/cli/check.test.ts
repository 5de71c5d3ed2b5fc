import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parsePolicy } from '../../src/approval/policy.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

const OPEN_POLICY = '{"actions":{"add_sms_device":{"approval":"none"}}}'

describe('check', () => {
  test('passes, and says where and by whose secret', async () => {
    const { code, stdout, stderr } = await desk.run(['check'])

    expect(code).toBe(0)
    expect(stdout).toBe(
      [
        '✓ Test PingID Connection: Successfully authenticated with PingOne',
        '✓ List PingOne Users: Users can be read',
        '✓ List PingOne Populations: Populations can be read',
        `Environment: Sandbox (SANDBOX, EU), ${desk.sandbox.tenant.environmentId}`,
        '',
      ].join('\n'),
    )
    expect(stderr).toContain('with the secret from PINGONE_CLIENT_SECRET.')
  })

  test('is 3 where a role is missing, and names it', async () => {
    desk.sandbox.levers.setWorkerRoles(['ENVIRONMENT_ADMIN'])

    const { code, stdout } = await desk.run(['check'])

    expect(code).toBe(3)
    expect(stdout).toMatch(/✗ List PingOne Users: .*Identity Data Admin[^]*\n {2}Next: Assign Identity Data Admin/)
  })

  test.each([
    ['a wrong secret', { PINGONE_CLIENT_SECRET: 'wrong-secret-canary' }],
    ['another authentication method', { PINGONE_TOKEN_AUTH_METHOD: 'post' }],
    ['nobody who listens', { PINGONE_AUTH_URL: 'http://127.0.0.1:9' }],
  ])('is 4 with %s', async (_name, change) => {
    const { code, stdout, stderr } = await desk.run(['check'], { env: { ...desk.env, ...change } })

    expect(code).toBe(4)
    expect(stdout).toContain('✗ Test PingID Connection: ')
    expect(stdout).toContain('✗ List PingOne Users: Not run, because "Test PingID Connection" failed')
    expect(stdout + stderr).not.toContain('wrong-secret-canary')
  })

  test('is 2 where nothing is configured, and names every field', async () => {
    const { code, stdout, stderr } = await desk.run(['check'], { env: desk.bareEnv })

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^NOT_CONFIGURED: .*PINGONE_REGION.*PINGONE_ENVIRONMENT_ID.*PINGONE_CLIENT_ID.*\nNext: /)
  })

  test('is 2 where the command for the secret fails, and shows nothing that it printed', async () => {
    const { PINGONE_CLIENT_SECRET: _secret, ...env } = desk.env
    const command = `${process.execPath} -e "console.log('canary-output'); process.exit(3)"`

    const { code, stdout, stderr } = await desk.run(['check'], {
      env: { ...env, PINGONE_CLIENT_SECRET_COMMAND: command },
    })

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('NOT_CONFIGURED: The command of PINGONE_CLIENT_SECRET_COMMAND failed')
    expect(stderr).not.toContain('canary-output')
  })

  test.each([
    ['ok', ['ENVIRONMENT_ADMIN', 'IDENTITY_DATA_ADMIN'], 0],
    ['degraded', ['ENVIRONMENT_ADMIN'], 3],
  ] as const)('prints the same as JSON: %s', async (status, roles, exitCode) => {
    desk.sandbox.levers.setWorkerRoles(roles)

    const { code, stdout } = await desk.run(['check', '--json'])

    expect(code).toBe(exitCode)
    expect(JSON.parse(stdout)).toMatchObject({
      status,
      checks: [
        { name: 'Test PingID Connection', ok: true },
        { name: 'List PingOne Users' },
        { name: 'List PingOne Populations' },
      ],
      environment: { id: desk.sandbox.tenant.environmentId, name: 'Sandbox', type: 'SANDBOX', region: 'EU' },
    })
  })

  test('warns of an action that runs without approval', async () => {
    await writeFile(join(desk.home, 'policy.json'), OPEN_POLICY)
    const store = await desk.app.store()
    const { hash } = parsePolicy(OPEN_POLICY)
    await store.acceptPolicy(hash, { at: 1, kind: 'policy.accepted', data: {} })

    const { code, stderr } = await desk.run(['check'])

    expect(code).toBe(0)
    expect(stderr).toContain("WARNING add_sms_device runs without anybody's approval")
  })

  test.each([
    ['waits for acceptance', OPEN_POLICY, 'WARNING The policy file loosens something and is not accepted'],
    ['is broken', '{"actions":', 'WARNING The policy file'],
  ])('warns of a policy file that %s', async (_name, text, warning) => {
    await writeFile(join(desk.home, 'policy.json'), text)

    const { code, stderr } = await desk.run(['check'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(warning) })
    expect(stderr).not.toContain("runs without anybody's approval")
  })

  test('warns of files that other accounts may read', async () => {
    await chmod(desk.home, 0o755)

    const { stderr } = await desk.run(['check'])

    expect(stderr).toContain(`WARNING Other accounts may read ${desk.home}`)
  })
})
