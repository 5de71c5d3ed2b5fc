import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/approval/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import type { AuditEntry } from '../../src/store/store.ts'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

const DAY = 86_400_000

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
  await desk.enrol()
})
afterEach(() => desk[Symbol.asyncDispose]())

function database<T>(use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(desk.home, 'approvals.db'))
  try {
    return use(db)
  } finally {
    db.close()
  }
}

/** As if everything about it had happened so many days earlier. */
const age = (id: string, days: number) =>
  database((db) => {
    for (const column of ['created_at', 'expires_at', 'decided_at', 'started_at', 'finished_at', 'lease_until']) {
      db.prepare(`UPDATE approvals SET ${column} = ${column} - ? WHERE id = ?`).run(days * DAY, id)
    }
    db.prepare('UPDATE covers SET expires_at = expires_at - ? WHERE approval_id = ?').run(days * DAY, id)
  })

/** What hangs on approvals, in all tables. */
const rowsOf = (table: 'approvals' | 'claims' | 'steps' | 'covers' | 'removals') =>
  database((db) => db.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count'])

async function removed(email = 'alice@example.com'): Promise<{ id: string; token: string }> {
  const asked = await desk.ask('resetMfaDevices', { email })
  const approvals = await desk.app.approvals()
  const approver = await (await desk.app.approvers()).find('Olga')
  const digest = (await approvals.find(asked.id))?.digest
  if (approver === undefined || digest === undefined) throw new Error('nobody decides, or nothing is there')
  await approvals.approve({ id: asked.id, digest, approver, passphrase: new Secret(PASSPHRASE) })
  await desk.execute(asked.token)
  return asked
}

const prune = (...flags: readonly string[]) => desk.run(['approvals', 'prune', ...flags])
const entries = async () =>
  JSON.parse((await desk.run(['audit', '--json'])).stdout) as (AuditEntry & { data: Record<string, unknown> })[]

describe('pruning', () => {
  test('deletes what ended before then, with all that hangs on it', async () => {
    const { id } = await removed()
    age(id, 91)
    database((db) => db.prepare('UPDATE removals SET at = at - ?').run(91 * DAY))

    const { code, stdout } = await prune('--before', '90d', '--yes')

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'deleted 1\n' })
    expect(await desk.stateOf(id)).toBeUndefined()
    expect(['approvals', 'claims', 'steps', 'removals'].map((table) => rowsOf(table as 'approvals'))).toEqual([
      0, 0, 0, 0,
    ])
  })

  test('leaves what ended later', async () => {
    const { id } = await removed()
    age(id, 89)

    expect(await prune('--before', '90d', '--yes')).toMatchObject({ code: 0, stdout: 'deleted 0\n' })
    expect(await desk.stateOf(id)).toBe('succeeded')
  })

  test('ends what waited for nobody, and deletes that the next time', async () => {
    const { id } = await desk.ask('resetMfaDevices', { email: 'alice@example.com' })
    age(id, 200)

    expect(await prune('--before', '90d', '--yes')).toMatchObject({ stdout: 'deleted 0\n' })
    expect(await desk.stateOf(id)).toBe('expired')
    age(id, 91)
    expect(await prune('--before', '90d', '--yes')).toMatchObject({ stdout: 'deleted 1\n' })
  })

  test.each(['pending', 'approved', 'executing'])('leaves what is %s, however old', async (state) => {
    const { id } = await removed()
    age(id, 400)
    database((db) =>
      db
        .prepare('UPDATE approvals SET state = ?, expires_at = ?, lease_until = ? WHERE id = ?')
        .run(state, Date.now() + DAY, Date.now() + DAY, id),
    )

    expect(await prune('--before', '90d', '--yes')).toMatchObject({ stdout: 'deleted 0\n' })
    expect(await desk.stateOf(id)).toBe(state)
  })

  test('leaves the audit log whole, says in it what was done, and lets it verify', async () => {
    const { id } = await removed()
    const before = (await entries()).length
    age(id, 91)

    await prune('--before', '90d', '--yes')

    const after = await entries()
    expect(after).toHaveLength(before + 1)
    expect(after.at(-1)).toMatchObject({
      kind: 'approvals.pruned',
      data: { before: expect.stringMatching(/^20\S+Z$/) as string, count: 1 },
    })
    expect(await desk.run(['audit', 'verify'])).toMatchObject({ code: 0 })
  })

  test('that finds nothing leaves no entry', async () => {
    const before = (await entries()).length

    await prune('--before', '90d', '--yes')

    expect(await entries()).toHaveLength(before)
  })

  test('does not hide that a decided approval lost its entries', async () => {
    const [old, kept] = [await removed(), await removed('bob@example.com')]
    age(old.id, 91)
    await prune('--before', '90d', '--yes')

    const store = await desk.app.store()
    const without = {
      ...store,
      approvalPage: async (page: Parameters<typeof store.approvalPage>[0]) => {
        const found = await store.approvalPage(page)
        return { ...found, rows: found.rows.map((row) => (row.id === kept.id ? { ...row, digest: 'other' } : row)) }
      },
    }

    expect((await verifyAudit(without)).broken?.problem).toContain(kept.id)
  })

  test.each(['23h', '1m', '2999-01-01'])('refuses to go as near as %s', async (time) => {
    const { code, stderr } = await prune('--before', time, '--yes')

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '--before has to be at least 24 hours ago: outcomes, limits and warnings look back that far\n',
    })
  })

  test('says what a time looks like', async () => {
    expect(await prune('--before', 'yesterday', '--yes')).toMatchObject({
      code: 2,
      stderr: '--before takes a time (2026-11-24T12:00:00Z) or how far back (30m, 24h, 7d)\n',
    })
  })
})

describe('before it deletes', () => {
  test('it asks, and does nothing without --yes where nobody can be asked', async () => {
    const { id } = await removed()
    age(id, 91)

    expect(await prune('--before', '90d')).toMatchObject({ code: 2, stdout: '' })
    expect(await desk.stateOf(id)).toBe('succeeded')
  })

  test.each([
    ['delete', 0, undefined],
    ['no', 1, 'succeeded'],
    ['', 1, 'succeeded'],
  ])('a person answers "%s"', async (answer, code, state) => {
    const { id } = await removed()
    age(id, 91)

    const terminal = desk.terminal(['approvals', 'prune', '--before', '90d'])
    await terminal.expect('Type "delete"')
    terminal.type(answer)

    expect(await terminal.exit).toBe(code)
    expect(await desk.stateOf(id)).toBe(state)
  })
})

test('the log can be verified while decisions are made', async () => {
  const store = await desk.app.store()
  let isFirst = true
  const busy = {
    ...store,
    auditEntries: async (filter: Parameters<typeof store.auditEntries>[0]) => {
      const page = await store.auditEntries(filter)
      if (isFirst) await desk.ask('resetMfaDevices', { email: 'alice@example.com' })
      isFirst = false
      return page
    },
  }

  expect(await verifyAudit(busy)).not.toHaveProperty('broken')
})
