import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STAMP, openWorkplace, type Workplace } from './workplace.ts'

const isWindows = process.platform === 'win32'

let workplace: Workplace
beforeEach(() => {
  workplace = openWorkplace()
})
afterEach(() => workplace[Symbol.dispose]())

describe('the file', () => {
  test.skipIf(isWindows)('keeps its permissions, and the backup has them, too', async () => {
    const path = workplace.write('.claude.json', '{}')
    chmodSync(path, 0o640)

    await workplace.install(['claude-code'])

    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(statSync(`${path}.backup-${STAMP}`).mode & 0o777).toBe(0o640)
  })

  test.skipIf(isWindows)('stays a link where it is one, also to what is not there yet', async () => {
    mkdirSync(join(workplace.home, 'dotfiles'))
    symlinkSync('dotfiles/claude.json', join(workplace.home, '.claude.json'))

    await workplace.install(['claude-code'])
    await workplace.install(['claude-code'], { env: { PINGONE_REGION: 'EU' } })

    expect(workplace.files()).toEqual(['.claude.json', `.claude.json.backup-${STAMP}`, 'dotfiles/claude.json'])
    expect(JSON.parse(workplace.read('dotfiles/claude.json'))).toMatchObject({
      mcpServers: { 'pingone-mfa': { env: { PINGONE_REGION: 'EU' } } },
    })
  })

  test('never loses an earlier backup, even of the same second', async () => {
    workplace.write('.claude.json', '{"first":1}')

    await workplace.install(['claude-code'])
    await workplace.install(['claude-code'], { env: { PINGONE_REGION: 'EU' } })

    expect(workplace.read(`.claude.json.backup-${STAMP}`)).toBe('{"first":1}')
    expect(workplace.read(`.claude.json.backup-${STAMP}-2`)).toContain('"first":1')
  })

  test('is refused where it is not text in UTF-8', async () => {
    workplace.write('.claude.json', Buffer.from('{}', 'utf16le'))
    workplace.write('.gemini/settings.json', Uint8Array.of(0x7b, 0xff, 0x7d))

    expect(await workplace.install(['gemini'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not text in UTF-8'),
    })
    expect(await workplace.install(['claude-code'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was left as it is'),
    })
  })

  test('is refused where it is a folder', async () => {
    mkdirSync(join(workplace.home, '.claude.json'))

    expect(await workplace.install(['claude-code'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be read (EISDIR)'),
    })
  })
})
