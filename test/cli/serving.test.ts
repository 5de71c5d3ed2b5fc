import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'
import { runProgram } from './run.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}
const line = (message: unknown) => `${JSON.stringify(message)}\n`

describe('stdio', () => {
  test.each([[['stdio']], [[]]])('serves MCP for the arguments %j, and ends with stdin', async (args) => {
    const { code, stdout, stderr } = await desk.run(args, { input: line(INITIALIZE) })

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ id: 1, result: { serverInfo: { name: 'pingone-mfa-mcp' } } })
    expect(stderr).toBe('')
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends well by %s', async (signal) => {
    const running = desk.start(['stdio'])
    running.process.stdin.write(line(INITIALIZE))
    await running.sees('stdout', /"id":1/)

    running.process.kill(signal)

    expect(await running.finished).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  test('ends quietly when nobody reads any more', async () => {
    const running = desk.start(['stdio'])
    running.process.stdin.write(line(INITIALIZE))
    await running.sees('stdout', /"id":1/)

    running.process.stdout.destroy()
    const ping = setInterval(() => running.process.stdin.write(line({ jsonrpc: '2.0', id: 2, method: 'ping' })), 20)
    const finished = await running.finished
    clearInterval(ping)

    expect(finished).toMatchObject({ code: 0, signal: null })
    expect(finished.stderr).not.toContain('INTERNAL_ERROR')
  })

  test('starts though nothing is configured', async () => {
    const { code, stdout } = await runProgram([], { env: desk.bareEnv, input: line(INITIALIZE) })

    expect(code).toBe(0)
    expect(stdout).toContain('pingone-mfa-mcp')
  })
})

test('a command says nothing about SQLite being experimental', async () => {
  expect((await desk.run(['approvals', '--json'])).stderr).toBe('')
})

describe('an error', () => {
  const breakPlan = async () => {
    await desk.enrol()
    await desk.ask('resetMfaDevices', { email: 'alice@example.com' })
    const database = new DatabaseSync(join(desk.home, 'approvals.db'))
    database.exec("UPDATE approvals SET plan = 'not a plan'")
    database.close()
  }

  test('that nobody expected is one line', async () => {
    await breakPlan()

    const { code, stdout, stderr } = await desk.run(['approvals'])

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^INTERNAL_ERROR: [^\n]+\n$/)
  })

  test('that nobody expected has its stack with the log level debug', async () => {
    await breakPlan()

    const { stderr } = await desk.run(['approvals'], { env: { ...desk.env, PINGONE_MFA_LOG_LEVEL: 'debug' } })

    expect(stderr).toMatch(/^INTERNAL_ERROR: [^\n]+\n[^]*\n +at /)
  })

  test('that is expected has its code and a next step', async () => {
    await writeFile(join(desk.home, 'file'), '')

    const { code, stderr } = await desk.run(['approvals'], {
      env: { ...desk.env, PINGONE_MFA_HOME: join(desk.home, 'file/home') },
    })

    expect(code).toBe(1)
    expect(stderr).toMatch(/^NOT_CONFIGURED: PINGONE_MFA_HOME: [^\n]+\nNext: [^\n]+\n$/)
  })
})

describe('the console', () => {
  test('prints the URL of its pages, serves them, and ends well', async () => {
    const running = desk.start(['console'])
    const [url] = await running.sees('stdout', /http:\/\/localhost:\d+\S*/)
    await running.sees('stderr', /Ctrl-C ends it/)

    const { status } = await fetch(url.trim())

    expect(status).toBe(200)
    running.process.kill('SIGTERM')
    expect(await running.finished).toMatchObject({ code: 0, signal: null })
  })

  test('says so where no browser can be opened', async () => {
    const running = desk.start(['console', '--open'])

    await running.sees('stderr', /No browser could be started; open the URL yourself\./)
    running.process.kill('SIGTERM')
    expect(await running.finished).toMatchObject({ code: 0 })
  })

  test('says so where its port is taken', async () => {
    const port = new URL(desk.env['PINGONE_API_URL'] ?? '').port

    const { code, stderr } = await desk.run(['console'], { env: { ...desk.env, PINGONE_MFA_CONSOLE_PORT: port } })

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('could not be opened') })
  })
})

describe('the sandbox', () => {
  test('prints variables that a shell can take, and check passes with them', async () => {
    const running = desk.start(['sandbox'], desk.bareEnv)
    await running.sees('stderr', /Ctrl-C ends it/)
    const variables: Record<string, string> = Object.fromEntries(
      [...running.stdout.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
    )

    const { code } = await desk.run(['check'], { env: { ...desk.bareEnv, ...variables } })

    expect(Object.keys(variables)).toEqual([
      'PINGONE_API_URL',
      'PINGONE_AUTH_URL',
      'PINGONE_ENVIRONMENT_ID',
      'PINGONE_CLIENT_ID',
      'PINGONE_CLIENT_SECRET',
      'PINGONE_TOKEN_AUTH_METHOD',
    ])
    expect(code).toBe(0)
    running.process.kill('SIGTERM')
    expect(await running.finished).toMatchObject({ code: 0, signal: null })
  })

  test('shows each message as a phone would, and each change', async () => {
    const running = desk.start(['sandbox', '--seed', '7'], desk.bareEnv)
    const [, api] = await running.sees('stdout', /API_URL='([^']+)'/)
    await running.sees('stdout', /AUTH_METHOD/)
    const value = (name: string) => new RegExp(`${name}='([^']+)'`).exec(running.stdout)?.[1] ?? ''
    const token = await fetch(`${value('AUTH_URL')}/${value('ENVIRONMENT_ID')}/as/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${value('CLIENT_ID')}:${value('CLIENT_SECRET')}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token: bearer } = (await token.json()) as { access_token: string }
    const bob = 'b0b00000-0000-4000-8000-000000000002'

    await fetch(`${api}/environments/${value('ENVIRONMENT_ID')}/users/${bob}/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'SMS', phone: '+12025550133', status: 'ACTIVATION_REQUIRED' }),
    })

    await running.sees('stderr', /\[\+12025550133\] .*\d{6}/)
    await running.sees('stderr', /changed: device\.create of bob@example\.com \(POST /)
    running.process.kill('SIGINT')
    expect(await running.finished).toMatchObject({ code: 0 })
  })

  test('says so where its port is taken', async () => {
    const port = new URL(desk.env['PINGONE_API_URL'] ?? '').port

    expect(await desk.run(['sandbox', '--port', port])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`Port ${port} cannot be used`),
    })
  })
})

test('a command that is stopped while it waits ends with the number of the signal', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const running = desk.start(['check'], { ...desk.env, PINGONE_AUTH_URL: `http://127.0.0.1:${port}` })
  await once(server, 'request')

  running.process.kill('SIGINT')

  expect(await running.finished).toMatchObject({ code: 130, stdout: '' })
  server.closeAllConnections()
  server.close()
})
