import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashEntry } from '../../src/store/audit-chain.ts'
import type { AuditEntry } from '../../src/store/store.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
  await desk.enrol()
})
afterEach(() => desk[Symbol.asyncDispose]())

const exported = async () =>
  (await desk.run(['audit', 'export'])).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry)

describe('the audit log', () => {
  test('can be read, a line an entry', async () => {
    const { id } = await desk.ask('resetMfaDevices', { email: 'alice@example.com', reason: 'lost phone' })

    const { code, stdout, stderr } = await desk.run(['audit'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^20\S+Z {2}approver\.added {2}name Olga, credential passphrase$/),
      expect.stringMatching(
        new RegExp(
          `^20\\S+Z  approval\\.requested  ${id}  action reset_mfa_devices, summary "Remove all 3 .*reason "lost phone"$`,
        ),
      ),
    ])
  })

  test('shows nothing that somebody else could steer a terminal with', async () => {
    const store = await desk.app.store()
    await store.audit({ at: Date.now(), kind: 'x', data: { by: '\u001b[2J\u202Eevil\nsecond line' } })

    const { stdout } = await desk.run(['audit'])

    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(stdout).toContain('by "evil second line"')
  })

  test('can be read from a time on', async () => {
    const store = await desk.app.store()
    await store.audit({ at: Date.now() - 7_200_000, kind: 'long.ago', data: {} })
    await store.audit({ at: Date.now(), kind: 'just.now', data: {} })

    const { stdout } = await desk.run(['audit', '--since', '1h', '--json'])

    expect((JSON.parse(stdout) as AuditEntry[]).map(({ kind }) => kind)).toEqual(['approver.added', 'just.now'])
  })

  test('is exported as it is chained, with the head at the end', async () => {
    await desk.enrol('Pavel', 'pavel@example.com')

    const lines = await exported()
    const entries = lines.slice(0, -1)

    expect(entries.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'approver.added'],
      [2, 'approver.added'],
    ])
    expect(entries.every((entry) => hashEntry(entry) === entry.hash)).toBe(true)
    expect(lines.at(-1)).toEqual({ head: entries.at(-1)?.hash, entries: 2 })
  })
})

describe('verifying', () => {
  test('prints how many entries there are, and the head', async () => {
    const [entry] = await exported()

    expect(await desk.run(['audit', 'verify'])).toMatchObject({ code: 0, stdout: `entries 1\nhead ${entry?.hash}\n` })
  })

  test('knows a head that was noted earlier', async () => {
    const [entry] = await exported()
    await desk.enrol('Pavel', 'pavel@example.com')

    expect(await desk.run(['audit', 'verify', '--head', entry?.hash ?? ''])).toMatchObject({ code: 0 })
    expect(await desk.run(['audit', 'verify', '--head', 'f'.repeat(64)])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BROKEN'),
    })
  })

  test('names the first entry that was changed', async () => {
    await desk.enrol('Pavel', 'pavel@example.com')
    await desk.enrol('Quentin', 'quentin@example.com')
    const database = new DatabaseSync(join(desk.home, 'approvals.db'))
    database.exec("UPDATE audit SET data = replace(data, 'pavel@', 'mallory@') WHERE seq = 2")
    database.close()

    const { code, stderr } = await desk.run(['audit', 'verify'])

    expect({ code, stderr }).toEqual({ code: 1, stderr: 'BROKEN at entry 2: entry 2 was changed.\n' })
    expect(await desk.run(['audit', 'export'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('does not hold'),
    })
  })
})
