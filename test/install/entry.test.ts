import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { oneLine, openWorkplace, type Workplace } from './workplace.ts'

const ID = 'eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd'

let workplace: Workplace
beforeEach(() => {
  workplace = openWorkplace()
})
afterEach(() => workplace[Symbol.dispose]())

describe('the written command', () => {
  test.each([
    ['npx', '_npx/1f2e/node_modules/pingone-mfa-mcp/dist/main.js'],
    ['pnpm dlx', 'pnpm/dlx/1f2e/node_modules/pingone-mfa-mcp/dist/main.js'],
    ['bunx', 'bunx-1000-pingone-mfa-mcp/node_modules/pingone-mfa-mcp/dist/main.js'],
  ])('is npx with this version where it was fetched by %s: its cache may be gone tomorrow', async (_how, name) => {
    const script = workplace.write(name, '')

    const { stdout } = await workplace.install(['cursor', '--print'], {
      program: { command: process.execPath, args: [script] },
    })

    expect(JSON.parse(stdout)).toMatchObject({
      mcpServers: { 'pingone-mfa': { command: 'npx', args: ['-y', `pingone-mfa-mcp@${VERSION}`, 'stdio'] } },
    })
  })

  test.skipIf(process.platform === 'win32')(
    'is the program itself, not the link on the path that leads to it',
    async () => {
      const script = workplace.write('lib/node_modules/pingone-mfa-mcp/dist/main.js', '')
      mkdirSync(join(workplace.home, 'bin'))
      const link = join(workplace.home, 'bin/pingone-mfa-mcp')
      symlinkSync(script, link)

      const { stdout } = await workplace.install(['gemini', '--print'], {
        program: { command: '/usr/bin/node', args: [link] },
      })

      expect(JSON.parse(stdout)).toMatchObject({
        mcpServers: { 'pingone-mfa': { command: '/usr/bin/node', args: [script, 'stdio'] } },
      })
    },
  )

  test.each([
    ['claude-code', `/opt/\${USER}/main.js`],
    ['cursor', `/opt/\${env:USER}/main.js`],
    ['vscode', `/opt/\${userHome}/main.js`],
    ['gemini', '/opt/$USER/main.js'],
  ])('is refused where %s would put something else into its path', async (name, path) => {
    const script = workplace.write(path, '')

    const { code, stderr } = await workplace.install([name], { program: { command: process.execPath, args: [script] } })

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('in place of the "$"') })
    expect(workplace.files()).toHaveLength(1)
  })
})

describe('the variables of the entry', () => {
  const envOf = async (env: Record<string, string>, args: string[] = []) => {
    const { stdout, stderr } = await workplace.install(['gemini', '--print', ...args], { env })
    const { mcpServers } = JSON.parse(stdout) as { mcpServers: { 'pingone-mfa': { env?: Record<string, string> } } }
    return { env: mcpServers['pingone-mfa'].env, stderr }
  }

  test('are none where none is set', async () => {
    expect((await envOf({ HOME: workplace.home, PINGONE_REGION: ' ' })).env).toBeUndefined()
  })

  test('are those of the connection and of this server, without blanks around them', async () => {
    const set = {
      PINGONE_API_URL: 'https://proxy.example.com',
      PINGONE_AUTH_URL: 'https://login.example.com',
      PINGONE_ENVIRONMENT_ID: ID,
      PINGONE_CLIENT_ID: ID,
      PINGONE_WORKER_ENVIRONMENT_ID: ID,
      PINGONE_TOKEN_AUTH_METHOD: 'post',
      PINGONE_MFA_HOME: '/srv/mfa',
      PINGONE_MFA_POLICY: '/srv/policy.json',
      PINGONE_MFA_LOG_LEVEL: 'warn',
      PINGONE_MFA_CONSOLE_PORT: '4020',
    }

    expect((await envOf({ ...set, PINGONE_REGION: ' eu ', PATH: '/bin' })).env).toEqual({
      ...set,
      PINGONE_REGION: 'eu',
    })
  })

  test('have absolute paths, since a client starts the server in a folder of its own', async () => {
    expect((await envOf({ PINGONE_MFA_HOME: 'here', PINGONE_MFA_POLICY: './policy.json' })).env).toEqual({
      PINGONE_MFA_HOME: join(process.cwd(), 'here'),
      PINGONE_MFA_POLICY: join(process.cwd(), 'policy.json'),
    })
  })

  test('name the home folder where XDG_DATA_HOME moved it, which clients do not pass on', async () => {
    expect((await envOf({ XDG_DATA_HOME: '/data' })).env).toEqual({ PINGONE_MFA_HOME: '/data/pingone-mfa-mcp' })
  })

  test('leave out what the program could not use, and say so', async () => {
    const { env, stderr } = await envOf({
      PINGONE_CLIENT_ID: 'not-an-id',
      PINGONE_MFA_CONSOLE_PORT: 'x',
      PINGONE_REGION: 'EU',
    })

    expect(env).toEqual({ PINGONE_REGION: 'EU' })
    expect(stderr).toContain('PINGONE_CLIENT_ID is set here and not written: it must be a UUID.')
    expect(stderr).toContain('PINGONE_MFA_CONSOLE_PORT is set here and not written')
    expect(stderr).not.toContain('not-an-id')
  })

  test('have no secret command unless it is asked for, because nobody can tell what is in it', async () => {
    const set = { PINGONE_CLIENT_SECRET_COMMAND: 'op read op://srv/pingone/secret' }

    const without = await envOf(set)
    const asked = await envOf(set, ['--with-secret-command'])

    expect(without.env).toBeUndefined()
    expect(oneLine(without.stderr)).toContain('run "install" with --with-secret-command')
    expect(asked.env).toEqual(set)
  })

  test('have no database URL, and the person learns what that means', async () => {
    const { env, stderr } = await envOf({ PINGONE_MFA_DATABASE_URL: 'postgres://db.example.com/mfa' })

    expect(env).toBeUndefined()
    expect(oneLine(stderr)).toContain('PINGONE_MFA_DATABASE_URL is set here and not written')
  })
})
