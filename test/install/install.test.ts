import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CLIENT_NAMES } from '../../src/install/client-names.ts'
import { VERSION } from '../../src/version.ts'
import { SAMPLES } from './configurations.ts'
import { oneLine, openWorkplace, STAMP, type Workplace } from './workplace.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const CANARY = 'canary-client-secret-7b1f'
const ID = 'eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd'
const isWindows = process.platform === 'win32'

let workplace: Workplace
beforeEach(() => {
  workplace = openWorkplace()
})
afterEach(() => workplace[Symbol.dispose]())

describe.each(CLIENT_NAMES)('for %s, install', (name) => {
  const sample = SAMPLES[name]
  const entryOf = (text: string) => sample.read(text)[sample.key]?.['pingone-mfa']

  test.each(['linux', 'darwin'] as const)(
    'puts the entry into the configuration of %s, and all else stays',
    async (platform) => {
      const file = sample[platform]
      workplace.write(file, sample.existing)

      const { code, stdout } = await workplace.install([name], { platform, env: { PINGONE_REGION: 'EU' } })

      const text = workplace.read(file)
      const { [sample.key]: servers, ...others } = sample.read(text)
      const { [sample.key]: serversBefore, ...othersBefore } = sample.read(sample.existing)
      const { 'pingone-mfa': entry, ...otherServers } = servers ?? {}
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(workplace.home, file)}\n` })
      expect(entry).toMatchObject({ command: process.execPath, args: [MAIN, 'stdio'], env: { PINGONE_REGION: 'EU' } })
      expect(otherServers).toEqual(serversBefore)
      expect(others).toEqual(othersBefore)
      expect(sample.kept.filter((piece) => !text.includes(piece))).toEqual([])
      expect(linesOf(sample.existing).filter((line) => !linesOf(text).includes(line))).toEqual([])
    },
  )

  test('keeps what stood in the file before beside it', async () => {
    workplace.write(sample.linux, sample.existing)

    const { stderr } = await workplace.install([name])

    expect(workplace.read(`${sample.linux}.backup-${STAMP}`)).toBe(sample.existing)
    expect(stderr).toContain(`${sample.linux}.backup-${STAMP}`)
  })

  test('changes nothing the second time, and says so', async () => {
    workplace.write(sample.linux, sample.existing)
    await workplace.install([name])
    const before = { files: workplace.files(), text: workplace.read(sample.linux) }

    const { code, stderr } = await workplace.install([name])

    expect({ files: workplace.files(), text: workplace.read(sample.linux) }).toEqual(before)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('nothing was changed') })
  })

  test('makes a file that is not there yet, readable by its owner alone', async () => {
    const { code, stderr } = await workplace.install([name])

    const path = join(workplace.home, sample.linux)
    expect(code).toBe(0)
    expect(entryOf(workplace.read(sample.linux))).toMatchObject({ command: process.execPath })
    expect(stderr).not.toContain('backup')
    if (!isWindows) expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test.each(['', '\n', '\uFEFF'])('fills a file that is empty: %j', async (text) => {
    workplace.write(sample.linux, text)

    await workplace.install([name])

    const written = workplace.read(sample.linux)
    expect(written.startsWith('\uFEFF')).toBe(text === '\uFEFF')
    expect(entryOf(written.replace('\uFEFF', ''))).toMatchObject({ command: process.execPath })
  })

  test('keeps a byte order mark and the line endings of Windows', async () => {
    const existing = `\uFEFF${sample.existing.replaceAll('\n', '\r\n')}`
    workplace.write(sample.linux, existing)

    await workplace.install([name])

    const text = workplace.read(sample.linux)
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(text.replaceAll('\r\n', '')).not.toContain('\n')
    expect(entryOf(text.slice(1))).toMatchObject({ command: process.execPath })
  })

  test.each(['broken', 'misshapen'] as const)('leaves a file that is %s as it is, and says why', async (fault) => {
    workplace.write(sample.linux, sample[fault])

    const { code, stdout, stderr } = await workplace.install([name])

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/was left as it is: .+\.\nNext: /)
    expect(workplace.read(sample.linux)).toBe(sample[fault])
    expect(workplace.files()).toEqual([sample.linux])
  })

  test('writes and prints no secret, whatever the environment holds', async () => {
    workplace.write(sample.linux, sample.existing)
    const env = {
      PINGONE_REGION: CANARY,
      PINGONE_CLIENT_ID: CANARY,
      PINGONE_CLIENT_SECRET: CANARY,
      PINGONE_CLIENT_SECRET_COMMAND: `printf ${CANARY}`,
      PINGONE_API_URL: `https://user:${CANARY}@api.example.com`,
      PINGONE_MFA_DATABASE_URL: `postgres://user:${CANARY}@db.example.com/mfa`,
      PINGONE_MFA_POLICY: `/srv/${CANARY}/policy.json`,
      PINGONE_MFA_APPROVER_CLIENT_SECRET: CANARY,
    }

    const written = await workplace.install([name, '--with-secret-command'], { env })
    const printed = await workplace.install([name, '--print', '--with-secret-command'], { env })

    const everything = [written, printed].flatMap(({ stdout, stderr }) => [stdout, stderr])
    const texts = [...everything, ...workplace.files().map((file) => workplace.read(file))]
    expect([written.code, printed.code]).toEqual([0, 0])
    expect(texts.filter((text) => text.includes(CANARY))).toEqual([])
  })

  test('prints the whole entry and where it belongs, and changes nothing', async () => {
    workplace.write(sample.linux, sample.existing)

    const { code, stdout, stderr } = await workplace.install([name, '--print'], {
      env: { PINGONE_MFA_READ_ONLY: 'yes' },
    })

    expect(code).toBe(0)
    expect(entryOf(stdout)).toMatchObject({ args: [MAIN, 'stdio'], env: { PINGONE_MFA_READ_ONLY: '1' } })
    expect(stderr).toContain(join(workplace.home, sample.linux))
    expect(workplace.files()).toEqual([sample.linux])
    expect(workplace.read(sample.linux)).toBe(sample.existing)
  })

  test('prints the entry for Windows, with npx in its shell', async () => {
    const script = workplace.write('npm-cache/_npx/1f2e/node_modules/pingone-mfa-mcp/dist/main.js', '')

    const { stdout } = await workplace.install([name, '--print'], {
      platform: 'win32',
      program: { command: process.execPath, args: [script] },
    })

    expect(entryOf(stdout)).toMatchObject({
      command: 'cmd',
      args: ['/c', 'npx', '-y', `pingone-mfa-mcp@${VERSION}`, 'stdio'],
    })
  })

  test('brings an entry up to date and keeps what somebody else wrote into it', async () => {
    await workplace.install([name], { env: { PINGONE_REGION: 'EU' } })
    const old = workplace.read(sample.linux).replace(MAIN, '/old/main.js').replace('PINGONE_REGION', 'OLGAS_OWN')
    workplace.write(sample.linux, old)

    const { stderr } = await workplace.install([name], { env: { PINGONE_REGION: 'NA' } })

    expect(entryOf(workplace.read(sample.linux))).toMatchObject({
      args: [MAIN, 'stdio'],
      env: { OLGAS_OWN: 'EU', PINGONE_REGION: 'NA' },
    })
    expect(stderr).toContain('OLGAS_OWN stood in the entry and was kept')
  })
})

describe('what stands in the entry already', () => {
  test('is not printed where it may be a secret', async () => {
    const existing = {
      mcpServers: { 'pingone-mfa': { command: 'node', args: [], env: { PINGONE_CLIENT_SECRET: CANARY } } },
    }
    workplace.write('.claude.json', JSON.stringify(existing))

    const { stdout, stderr } = await workplace.install(['claude-code', '--print'])

    expect(stdout).toContain('"PINGONE_CLIENT_SECRET": "••••"')
    expect(`${stdout}${stderr}`).not.toContain(CANARY)
  })

  test('stays, and a secret in it is told of', async () => {
    const existing = {
      mcpServers: { 'pingone-mfa': { command: 'node', args: [], env: { PINGONE_CLIENT_SECRET: CANARY } } },
    }
    workplace.write('.claude.json', JSON.stringify(existing))

    const { stderr } = await workplace.install(['claude-code'])

    expect(workplace.read('.claude.json')).toContain(CANARY)
    expect(oneLine(stderr)).toContain('The client secret stands in that file')
    expect(stderr).not.toContain(CANARY)
  })

  test('is not printed where it is a server at a URL, with whatever that is reached by', async () => {
    const remote = { url: 'https://mfa.example.com/mcp', headers: { Authorization: `Bearer ${CANARY}` } }
    workplace.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { 'pingone-mfa': remote } }))

    const { stdout, stderr } = await workplace.install(['cursor', '--print'])

    expect(JSON.parse(stdout)).toMatchObject({ mcpServers: { 'pingone-mfa': { args: [MAIN, 'stdio'] } } })
    expect(`${stdout}${stderr}`).not.toContain(CANARY)
    expect(oneLine(stderr)).toContain('It would refuse: "pingone-mfa" in it is a server at a URL')
  })

  test.each(['url', 'httpUrl'])('is left alone where it is a server at a URL (%s)', async (key) => {
    const existing = JSON.stringify({ mcpServers: { 'pingone-mfa': { [key]: 'https://mfa.example.com/mcp' } } })
    workplace.write('.gemini/settings.json', existing)

    const { code, stderr } = await workplace.install(['gemini'])

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is a server at a URL') })
    expect(workplace.read('.gemini/settings.json')).toBe(existing)
  })

  test('that stands there twice is nothing to guess about', async () => {
    const existing = '{ "mcpServers": {}, "mcpServers": {} }'
    workplace.write('.gemini/settings.json', existing)

    const { code, stderr } = await workplace.install(['gemini'])

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('"mcpServers" stands in it twice') })
    expect(workplace.read('.gemini/settings.json')).toBe(existing)
  })
})

describe('the end', () => {
  test('says what is missing, in the order in which it is done', async () => {
    const { stderr } = await workplace.install(['codex'], {
      env: { PINGONE_MFA_HOME: workplace.home, PINGONE_REGION: 'EU' },
    })

    expect(stderr).toMatch(
      /Next\n {2}1\. pingone-mfa-mcp connect: [^]*\n {2}2\. pingone-mfa-mcp approver add [^]*\n {2}3\. Start Codex again/,
    )
    expect(oneLine(stderr)).toContain(
      'the server lacks PINGONE_ENVIRONMENT_ID, PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET',
    )
  })

  test('does not take for there what only this terminal has', async () => {
    const { stderr } = await workplace.install(['codex'], { env: { PINGONE_CLIENT_SECRET: CANARY } })

    expect(oneLine(stderr)).toMatch(/the server lacks [^.]*PINGONE_CLIENT_SECRET\./)
  })

  test('has only the client where all else is there', async () => {
    const saved = {
      version: 1,
      apiUrl: 'https://api.pingone.eu/v1',
      authUrl: 'https://auth.pingone.eu',
      environmentId: ID,
      clientId: ID,
      clientSecret: CANARY,
    }
    workplace.write('data/connection.json', JSON.stringify(saved))
    workplace.write('.codex/auth.json', '{}')

    const { stderr } = await workplace.install(['codex'], {
      env: {
        PINGONE_MFA_HOME: join(workplace.home, 'data'),
        PINGONE_MFA_READ_ONLY: '1',
        PINGONE_CLIENT_SECRET: CANARY,
      },
    })

    expect(stderr).toMatch(/Next\n {2}1\. Start Codex again[^\n]*\n$/)
    expect(stderr).not.toContain('Note')
  })

  test('asks whether a client is installed that left no trace', async () => {
    expect((await workplace.install(['cursor'])).stderr).toContain(
      'Cursor had no settings here before: is it installed?',
    )
  })
})

test.each([
  ['claude', 'did you mean "claude-code"?'],
  ['VSCode', 'did you mean "vscode"?'],
  ['zzzzzz', 'the clients are claude-code, claude-desktop, cursor, vscode, codex, gemini'],
])('an unknown client is refused, with the nearest: %s', async (word, hint) => {
  expect(await workplace.install([word])).toEqual({
    code: 2,
    stdout: '',
    stderr: `unknown client "${word}"; ${hint}\n`,
  })
})

/** What a line says, without the comma that a new neighbour may have brought. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/,(?=\s*(\/\/.*)?$)/, ''))
}
