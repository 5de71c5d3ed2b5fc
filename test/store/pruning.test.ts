import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/approval/audit.ts'
import { createLog } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openStore } from '../../src/store/open.ts'
import type { ApprovalRow, Store } from '../../src/store/store.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'

const ROOT = join(import.meta.dirname, '../..')

let server: PostgresServer
let home: string
const opened: Store[] = []
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pruning-'))
})
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(home, { recursive: true, force: true })
})

async function open(url?: string): Promise<Store> {
  const log = createLog('error', systemClock, () => undefined)
  const databaseUrl = url === undefined ? undefined : new Secret(url)
  const store = await openStore({ home, databaseUrl, log })
  opened.push(store)
  return store
}

const row = (id: string): ApprovalRow => ({
  id,
  tenant: 't',
  caller: 'local',
  action: 'reset_mfa_devices',
  targetUserId: 'u',
  targetEmail: 'u@example.com',
  state: 'approved',
  plan: '{"steps":[]}',
  digest: 'd',
  requestKey: 'k',
  createdAt: 0,
  expiresAt: 1000,
  decision: { at: 0, by: 'policy', how: 'policy' },
  failedAttempts: 0,
})

/** An approval that ran and ended at `at`, with a step that removed a factor. */
async function finish(store: Store, id: string, at: number): Promise<void> {
  const event = (kind: string) => ({ at, kind, approvalId: id, data: { digest: 'd' } })
  await store.insertApproved(row(id), '{}', event('approval.not_needed'))
  const lease = { leaseId: id, leaseUntil: at + 100, startedAt: at }
  await store.transition({
    id,
    from: 'approved',
    to: 'executing',
    set: lease,
    audit: { ...event('execution.started'), at: 1 },
  })
  await store.endStep({
    approvalId: id,
    leaseId: id,
    step: 0,
    outcome: '{}',
    removedFrom: { tenant: 't', userId: id },
    audit: event('step.ended'),
  })
  const set = { finishedAt: at, outcome: '{}' }
  await store.transition({
    id,
    from: 'executing',
    to: 'succeeded',
    leaseId: id,
    set,
    audit: event('execution.finished'),
  })
}

const prune = (store: Store, before: number) =>
  store.pruneApprovals(before, (count) => ({ at: before, kind: 'approvals.pruned', data: { count } }))

describe.each([
  ['SQLite', async () => open()],
  ['PostgreSQL', async () => open(await server.createDatabase())],
])('in %s', (_name, create) => {
  test('what ended before then goes, and the rest stays', async () => {
    const store = await create()
    await finish(store, 'old', 10)
    await finish(store, 'young', 20)
    await store.insertApproved(row('waiting'), '{}', { at: 0, kind: 'approval.not_needed', data: {} })

    expect(await prune(store, 20)).toBe(1)

    expect((await store.approvals()).map(({ id }) => id).toSorted()).toEqual(['waiting', 'young'])
    expect(await store.steps('old')).toEqual([])
    expect(await store.steps('young')).toHaveLength(1)
    expect(await store.wasFactorRemoved('t', 'old', 0)).toBe(false)
    expect(await store.wasFactorRemoved('t', 'young', 0)).toBe(true)
  })

  test('many go part by part, and the entries say how many', async () => {
    const store = await create()
    for (let index = 0; index < 501; index += 1) {
      const event = { at: 1, kind: 'approval.not_needed', approvalId: `a${index}`, data: { digest: 'd' } }
      await store.insertApproved({ ...row(`a${index}`), state: 'denied' }, '{}', event)
    }

    expect(await prune(store, 5)).toBe(501)

    const entries = (await store.auditEntries()).filter(({ kind }) => kind === 'approvals.pruned')
    expect(entries.map(({ data }) => data)).toEqual(['{"count":500}', '{"count":1}'])
    expect(await verifyAudit(store)).not.toHaveProperty('broken')
  })

  test('two that prune at once delete each approval once', async () => {
    const store = await create()
    for (const id of ['a', 'b', 'c']) await finish(store, id, 10)

    const counts = await Promise.all([prune(store, 20), prune(store, 20)])

    expect(counts.reduce((sum, count) => sum + count)).toBe(3)
    expect(await verifyAudit(store)).not.toHaveProperty('broken')
  })
})

/** What psql does with a script of `deploy`: `\getenv` and `:'name'`, a statement at a time. */
async function runScript(url: string, name: string, env: Record<string, string>): Promise<void> {
  const lines = readFileSync(join(ROOT, 'deploy', name), 'utf8').split('\n')
  const values = new Map<string, string>()
  for (const line of lines) {
    const [, variable, from] = /^\\getenv (\w+) (\w+)$/.exec(line) ?? []
    if (variable !== undefined && from !== undefined) values.set(variable, env[from] ?? '')
  }
  const text = lines
    .filter((line) => !line.startsWith('\\') && !line.startsWith('--'))
    .join('\n')
    .replace(/:'(\w+)'/g, (_all, variable: string) => `'${values.get(variable)?.replaceAll("'", "''")}'`)
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    for (const statement of text.split(';').filter((part) => part.trim() !== '')) await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

describe('with the roles of deploy', () => {
  const urlOf = (admin: string, { user, password, database }: Record<'user' | 'password' | 'database', string>) =>
    Object.assign(new URL(admin), { username: user, password, pathname: `/${database}` }).href

  let admin: string
  let owner: string
  let runtime: string
  beforeAll(async () => {
    admin = await server.createDatabase()
    await runScript(admin, 'database.sql', { DATABASE_PASSWORD: 'canary-owner' })
    const database = 'pingone_mfa'
    owner = urlOf(admin, { user: 'pingone_mfa', password: 'canary-owner', database })
    const store = await open(owner)
    await store.close()
    opened.length = 0
    const inside = Object.assign(new URL(admin), { pathname: `/${database}` }).href
    await runScript(inside, 'runtime-role.sql', { RUNTIME_PASSWORD: 'canary-runtime' })
    runtime = urlOf(admin, { user: 'pingone_mfa_runtime', password: 'canary-runtime', database })
  })

  test('the service works as a role that can change no table', async () => {
    const store = await open(runtime)
    await finish(store, 'one', 10)

    expect(await prune(store, 20)).toBe(1)

    expect(await verifyAudit(store)).toMatchObject({ entries: 5 })
    expect(await verifyAudit(store)).not.toHaveProperty('broken')
  })

  test.each([
    ["UPDATE pingone_mfa.audit SET data = '{}'"],
    ['DELETE FROM pingone_mfa.audit'],
    ['TRUNCATE pingone_mfa.audit'],
    ['DROP TABLE pingone_mfa.audit'],
    ['DELETE FROM pingone_mfa.audit_head'],
    ["UPDATE pingone_mfa.meta SET value = '9'"],
    ['CREATE TABLE pingone_mfa.own (a int)'],
    ['CREATE ROLE other'],
  ])('that role may not: %s', async (statement) => {
    const sql = postgres(runtime, { max: 1, onnotice: () => undefined })

    await expect(sql.unsafe(statement)).rejects.toThrow(/permission denied|must be owner/)

    await sql.end()
  })

  test('nobody else gets into the database', async () => {
    const sql = postgres(admin, { max: 1 })
    await sql.unsafe("CREATE ROLE stranger LOGIN PASSWORD 'canary-stranger'")
    await sql.end()
    const url = urlOf(admin, { user: 'stranger', password: 'canary-stranger', database: 'pingone_mfa' })
    const stranger = postgres(url, { max: 1 })

    await expect(stranger`SELECT 1`).rejects.toThrow(/permission denied/)

    await stranger.end()
  })
})
