import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { secretFromCommand } from '../../src/secret-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'secret command '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program that prints its arguments, one a line in angle brackets. */
function program(): string {
  const path = join(folder, 'vault')
  writeFileSync(path, `#!/bin/sh\nfor word in "$@"; do printf '<%s>' "$word"; done\n`)
  chmodSync(path, 0o755)
  return `"${path}"`
}

describe('a command that prints the secret', () => {
  test.each([
    ['read op://vault/item/secret', '<read><op://vault/item/secret>'],
    [`'two words' "and 'quotes'" plain`, "<two words><and 'quotes'><plain>"],
    [`a"b c"d`, '<ab cd>'],
    ['$HOME `id` $(id) ; id | id > x', '<$HOME><`id`><$(id)><;><id><|><id><>><x>'],
    [String.raw`"a \"quoted\" word"`, '<a "quoted" word>'],
  ])('gets the words of %s, and no shell sees them', async (words, printed) => {
    const secret = await secretFromCommand(`${program()} ${words}`)

    expect(secret.reveal()).toBe(printed)
  })

  test('keeps all but the last line break', async () => {
    const secret = await secretFromCommand(`"${process.execPath}" -e "console.log(' s3cr3t ')"`)

    expect(secret.reveal()).toBe(' s3cr3t ')
  })

  test.each([
    ['that is not there', '/nowhere/vault read x', /was not found/],
    [
      'that fails, saying its secret',
      `"${process.execPath}" -e "console.log('s3cr3t'); process.exit(3)"`,
      /failed \(3\)/,
    ],
    ['that prints nothing', `"${process.execPath}" -e ""`, /printed nothing/],
    ['without a word', '  ', /names no program/],
  ])('%s is NOT_CONFIGURED, and nothing of it is repeated', async (_what, command, sentence) => {
    const failure = await secretFromCommand(command).catch((error: unknown) => error as Error & { code: string })

    expect(failure).toMatchObject({ code: 'NOT_CONFIGURED' })
    expect(String(failure)).toMatch(sentence)
    expect(String(failure)).not.toContain('s3cr3t')
  })
})
