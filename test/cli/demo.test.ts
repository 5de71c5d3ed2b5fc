import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openTerminal, type Terminal } from '../pty.ts'
import { runProgram } from './run.ts'

const ALL_DONE = 'All 11 steps did what they say.'
const PROGRAM = join(import.meta.dirname, '../../src/main.ts')

function homeless(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'demo-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return { PATH: process.env['PATH'] ?? '', HOME: home, PINGONE_MFA_HOME: join(home, 'not-used') }
}

function demoAtTerminal(args: string[] = []): Terminal {
  const terminal = openTerminal(process.execPath, [PROGRAM, 'demo', ...args], { env: homeless() })
  onTestFinished(() => terminal.kill('SIGKILL'))
  return terminal
}

test('the demo tells its story, and into a file nothing but the story', async () => {
  const { code, stdout, stderr } = await runProgram(['demo'], { env: homeless() })

  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain(ALL_DONE)
  expect(stdout.match(/✓ checked against the tenant/g)).toHaveLength(11)
  expect(stdout).not.toContain('\u001B')
})

test('a person at a terminal sees which step is under way, and the line goes when there is more to read', async () => {
  const terminal = demoAtTerminal()
  await terminal.expect('step 1 of 11…')
  await terminal.expect('step 11 of 11…')
  await terminal.expect(ALL_DONE)

  expect(await terminal.exit).toBe(0)
  const shown = [...terminal.raw.matchAll(/step \d+ of 11…(.{0,5})/gs)].map(([, next]) => next)
  expect(shown).toHaveLength(11)
  expect(shown.every((next) => next?.startsWith('\r\u001B[2K'))).toBe(true)
})

test('the person at the keyboard can be the approver', async () => {
  const terminal = demoAtTerminal(['--interactive'])
  for (const question of ['New passphrase', 'The same once more: ']) {
    await terminal.expect(question)
    terminal.type('a passphrase for the demo')
  }
  for (let approved = 0; approved < 2; approved++) {
    await terminal.expect("type the account's email: ")
    terminal.type('alice@example.com')
    await terminal.expect('(not shown): ')
    terminal.type('a passphrase for the demo')
    await terminal.expect('Approved.')
  }
  await terminal.expect(ALL_DONE)

  expect(await terminal.exit).toBe(0)
})
