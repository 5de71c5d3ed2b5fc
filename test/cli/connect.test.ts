import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serveSandbox } from '../../src/sandbox/serve.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
/** The URLs come from the environment; everything else is asked. */
let urls: Record<string, string>
beforeEach(async () => {
  desk = await openDesk()
  const { PINGONE_API_URL, PINGONE_AUTH_URL } = desk.env
  urls = { ...desk.bareEnv, PINGONE_API_URL: PINGONE_API_URL!, PINGONE_AUTH_URL: PINGONE_AUTH_URL! }
})
afterEach(() => desk[Symbol.asyncDispose]())

const saved = async () => JSON.parse(await desk.file('connection.json')) as Record<string, string>
const nothingSaved = () => expect(desk.file('connection.json')).rejects.toThrow('ENOENT')
const flags = () => [
  'connect',
  '--region',
  'EU',
  '--environment-id',
  desk.sandbox.tenant.environmentId,
  '--client-id',
  desk.sandbox.tenant.clientId,
]
const connect = (env = urls, input = `${desk.sandbox.tenant.clientSecret}\n`) =>
  desk.run([...flags(), '--client-secret-stdin'], { env, input })

describe('connecting at a terminal', () => {
  test('asks for four things, the secret blind, saves them and checks what was saved', async () => {
    const { environmentId, clientId, clientSecret } = desk.sandbox.tenant

    const terminal = desk.terminal(['connect'], urls)
    await terminal.expect('Region (NA, CA, EU, AP, AU, SG, or the API domain): ')
    terminal.type('api.pingone.eu')
    await terminal.expect('Environment id: ')
    terminal.type(environmentId.toUpperCase())
    await terminal.expect('Client id: ')
    terminal.type(clientId)
    await terminal.expect('Client secret (not shown): ')
    terminal.type(clientSecret)
    await terminal.expect('✓ Test PingID Connection: Successfully authenticated with PingOne')

    expect(await terminal.exit).toBe(0)
    expect(terminal.raw).not.toContain(clientSecret)
    expect(await saved()).toEqual({
      version: 1,
      region: 'EU',
      apiUrl: urls['PINGONE_API_URL'],
      authUrl: urls['PINGONE_AUTH_URL'],
      environmentId,
      clientId,
      clientSecret,
      tokenAuthMethod: 'basic',
    })
    const { mode } = await stat(join(desk.home, 'connection.json'))
    expect((mode & 0o777).toString(8)).toBe('600')
  })

  test('takes answers that were all typed ahead', async () => {
    const { environmentId, clientId, clientSecret } = desk.sandbox.tenant

    const terminal = desk.terminal(['connect'], urls)
    await terminal.expect('Region')
    terminal.press(['EU', environmentId, clientId, clientSecret, ''].join('\r'))

    expect(await terminal.exit).toBe(0)
    expect(terminal.raw).not.toContain(clientSecret)
  })

  test.each([
    ['blank', ''],
    ['obfuscated', '••••'],
  ])('keeps what is stored where an answer is %s', async (_name, kept) => {
    await connect()
    const before = await saved()

    const terminal = desk.terminal(['connect'], urls)
    await terminal.expect('[EU]: ')
    terminal.type(kept)
    await terminal.expect(`[${before['environmentId']}]: `)
    terminal.type(kept)
    await terminal.expect(`[${before['clientId']}]: `)
    terminal.type(kept)
    await terminal.expect('(not shown) [••••]: ')
    terminal.type(kept)

    expect(await terminal.exit).toBe(0)
    expect(terminal.raw).not.toContain(before['clientSecret'])
    expect(await saved()).toEqual(before)
  })

  test('rotates the secret alone', async () => {
    await connect()
    const rotated = 'rotated-secret-canary'
    desk.sandbox.levers.changeTenant({ clientSecret: rotated })

    const terminal = desk.terminal(['connect'], desk.bareEnv)
    await terminal.expect('[EU]: ')
    terminal.press(`\r\r\r${rotated}\r`)

    expect(await terminal.exit).toBe(0)
    expect(await saved()).toMatchObject({ clientSecret: rotated, apiUrl: urls['PINGONE_API_URL'] })
  })

  test('wants the secret anew where the URLs change, and saves nothing without it', async () => {
    await connect()
    const before = await saved()
    await using elsewhere = await anotherServer()

    const terminal = desk.terminal(['connect'], { ...desk.bareEnv, ...elsewhere.env })
    await terminal.expect('[EU]: ')
    terminal.press('\r\r\r')
    await terminal.expect('The URLs change, so the client secret has to be given anew.\nClient secret (not shown): ')
    terminal.type('')

    expect(await terminal.exit).toBe(2)
    expect(await saved()).toEqual(before)
  })

  test('saves nothing when it is broken off', async () => {
    const terminal = desk.terminal(['connect'], urls)
    await terminal.expect('Region')
    terminal.type('EU')
    await terminal.expect('Environment id: ')
    terminal.press('\x03')

    expect(await terminal.exit).toBe(2)
    await nothingSaved()
  })
})

async function anotherServer() {
  const server = await serveSandbox(desk.sandbox)
  return {
    env: { PINGONE_API_URL: server.apiUrl, PINGONE_AUTH_URL: server.authUrl },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

describe('connecting without a terminal', () => {
  test('takes flags, and the secret from stdin', async () => {
    const { code, stdout, stderr } = await connect()

    expect(code).toBe(0)
    expect(stdout).toContain('✓ List PingOne Populations')
    expect(stdout + stderr).not.toContain(desk.sandbox.tenant.clientSecret)
    expect(await saved()).toMatchObject({ clientSecret: desk.sandbox.tenant.clientSecret })
  })

  test('takes what is missing from the existing connection', async () => {
    await connect()

    const { code } = await desk.run(['connect', '--token-auth-method', 'post'], { env: desk.bareEnv })

    expect(await saved()).toMatchObject({ tokenAuthMethod: 'post', clientSecret: desk.sandbox.tenant.clientSecret })
    expect(code).toBe(4)
  })

  test('keeps the stored secret where stdin is blank', async () => {
    await connect()
    const before = await saved()

    expect(await connect(urls, '\n')).toMatchObject({ code: 0 })
    expect(await saved()).toEqual(before)
  })

  test.each(['PINGONE_API_URL', 'PINGONE_AUTH_URL'] as const)(
    'wants the secret anew where %s alone changes',
    async (name) => {
      await connect()
      const before = await saved()
      await using elsewhere = await anotherServer()

      const { code, stderr } = await connect({ ...urls, [name]: elsewhere.env[name] }, '\n')

      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('saved for other URLs') })
      expect(await saved()).toEqual(before)
    },
  )

  test('never sends a stored secret to a region that was named instead', async () => {
    await connect()

    const { code, stderr } = await desk.run(['connect', '--region', 'NA'], { env: desk.bareEnv })

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('saved for other URLs') })
  })

  test.each([
    ['--region', 'ATLANTIS', '--region must be one of NA, CA, EU, AP, AU, SG'],
    ['--environment-id', 'not-a-uuid', '--environment-id must be a UUID'],
    ['--client-id', '1234', '--client-id must be a UUID'],
    ['--token-auth-method', 'jwt', '--token-auth-method must be basic or post'],
    ['--worker-environment-id', 'x', '--worker-environment-id must be a UUID'],
  ])('refuses %s %s and saves nothing', async (flag, value, sentence) => {
    const given = flags()
    const at = given.indexOf(flag)
    const args = at < 0 ? [...given, flag, value] : given.with(at + 1, value)

    const { code, stderr } = await desk.run([...args, '--client-secret-stdin'], { env: urls, input: 'secret\n' })

    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr).toContain('Nothing was saved.')
    await nothingSaved()
  })

  test.each([
    ['', 'The client secret is missing'],
    ['two\nlines', 'The client secret has line breaks'],
    ['zero\u200Bwidth', 'characters that cannot be seen'],
  ])('refuses the secret %j and saves nothing', async (input, sentence) => {
    const { code, stderr } = await connect(urls, input)

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) })
    await nothingSaved()
  })

  test.each([
    ['http://pingone.example/v1', 'must begin with https://'],
    ['nonsense', 'is not a URL'],
  ])('refuses the API URL %s', async (url, sentence) => {
    const { code, stderr } = await connect({ ...urls, PINGONE_API_URL: url })

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`PINGONE_API_URL ${sentence}`) })
  })

  test('says which field is missing where nothing was ever saved', async () => {
    expect(await desk.run(['connect'], { env: desk.bareEnv })).toMatchObject({
      code: 2,
      stderr: 'INVALID_INPUT: --region is missing. Nothing was saved.\n',
    })
  })

  test('checks what was saved and not what the environment says instead', async () => {
    const { code, stderr } = await connect({ ...urls, PINGONE_CLIENT_SECRET: 'another', PINGONE_REGION: 'NA' })

    expect(code).toBe(0)
    expect(stderr).toContain('PINGONE_CLIENT_SECRET is set in this environment and wins over what was saved')
  })

  test('saves what cannot be authenticated, too, and says so', async () => {
    const { code, stdout } = await connect(urls, 'wrong-secret-canary')

    expect(code).toBe(4)
    expect(stdout).toContain('✗ Test PingID Connection')
    expect(stdout).not.toContain('wrong-secret-canary')
    expect(await saved()).toMatchObject({ clientSecret: 'wrong-secret-canary' })
  })

  test('replaces a saved connection that cannot be read', async () => {
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(desk.home, 'connection.json'), '{')

    const { code, stderr } = await connect()

    expect(code).toBe(0)
    expect(stderr).toContain('is not valid JSON; it is going to be replaced')
  })
})
