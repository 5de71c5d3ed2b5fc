import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { runProgram } from './run.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'command-line-'))
})
afterAll(() => rm(home, { recursive: true }))

const runWords = (words: string[]) => runProgram(words, { env: { PINGONE_MFA_HOME: home } })
const run = (line: string) => runWords(line.split(' ').filter(Boolean))

describe('a command line that cannot be used', () => {
  test.each([
    ['aprovals', 'unknown command "aprovals"; did you mean "approvals"?'],
    ['chekc', 'unknown command "chekc"; did you mean "check"?'],
    ['conect', 'unknown command "conect"; did you mean "connect"?'],
    ['sdtio', 'unknown command "sdtio"; did you mean "stdio"?'],
    ['approve 7s20mf4j', 'unknown command "approve"; did you mean "approvals approve"?'],
    ['approver lst', 'unknown command "approver lst"; did you mean "approver list"?'],
    ['policy acept', 'unknown command "policy acept"; did you mean "policy accept"?'],
    ['audit exprot', 'unknown command "audit exprot"; did you mean "audit export"?'],
    ['xyzzy', 'unknown command "xyzzy"; "pingone-mfa-mcp --help" lists them all'],
    ['__proto__', 'unknown command "__proto__"; "pingone-mfa-mcp --help" lists them all'],
    ['check --jsno', 'unknown flag "--jsno"; did you mean "--json"?'],
    ['check -j', 'unknown flag "-j"; did you mean "--json"?'],
    ['--verison', 'unknown flag "--verison"; did you mean "--version"?'],
    ['connect --regoin EU', 'unknown flag "--regoin"; did you mean "--region"?'],
    ['connect --region', '--region needs a value: --region REGION'],
    ['connect --region --client-id x', '--region needs a value: --region REGION'],
    ['check --json --json', '--json was given twice'],
    ['check --json=yes', '--json takes no value'],
    ['approver', '"approver" is not a command by itself: say "approver add" or "approver list" or "approver remove"'],
    ['approvals show', '"approvals show" needs <id>; see "pingone-mfa-mcp approvals show --help"'],
    ['approvals show a b', '"approvals show" takes only <id>; see "pingone-mfa-mcp approvals show --help"'],
    ['approver add --name Olga', '"approver add" needs --email EMAIL'],
    ['sandbox --port 70000', '--port takes a whole number from 0 to 65535'],
    ['sandbox --seed one', '--seed takes a whole number from 0 to 2147483647'],
    ['audit --since yesterday', '--since takes a time (2026-11-24T12:00:00Z) or how far back (30m, 24h, 7d)'],
  ])('%s', async (line, sentence) => {
    expect(await run(line)).toEqual({ code: 2, signal: null, stdout: '', stderr: `${sentence}\n` })
  })

  test.each([
    'connect --client-secret canary-secret',
    'connect --client-secret=canary-secret',
    'approver add --name a --email a@b --passphrase canary-secret',
  ])('does not repeat a secret that was typed in the wrong place: %s', async (line) => {
    const { code, stderr } = await run(line)

    expect(code).toBe(2)
    expect(stderr).not.toContain('canary-secret')
  })

  test('shows no control character of what was typed', async () => {
    const { stderr } = await runWords(['chec\u001b[2Jk'])

    expect(stderr).toBe('unknown command "check"; did you mean "check"?\n')
  })
})

describe('help', () => {
  test('lists every command of the table with its summary', async () => {
    const { code, stdout, stderr } = await run('--help')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const { name, summary } of COMMANDS)
      expect(stdout).toMatch(new RegExp(`^  ${name}.*  ${summary.replace(/[()?]/g, '.')}$`, 'm'))
  })

  test('of one command shows its flags with their defaults', async () => {
    const { code, stdout } = await run('sandbox --help')

    expect(code).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: pingone-mfa-mcp sandbox [--port N] [--seed S]

      Simulate a PingOne tenant on this machine until stopped.

      Flags:
        --port N  the port to serve it on; 0 picks one (default 0)
        --seed S  a whole number: the same seed makes the same tenant (default 1)
        --help    print this
      "
    `)
  })

  test.each(COMMANDS.map(({ name }) => name))('exists for %s', async (name) => {
    const { code, stdout } = await run(`${name} --help`)

    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: pingone-mfa-mcp ${name}`)
  })

  test('of a group lists its members', async () => {
    const { code, stdout } = await run('approver --help')

    expect(code).toBe(0)
    expect(stdout.match(/^ {2}approver \w+/gm)).toEqual(['  approver add', '  approver list', '  approver remove'])
  })
})

test('the version is the one of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }

  expect(await run('--version')).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
})
