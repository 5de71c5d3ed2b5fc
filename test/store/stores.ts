import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { createSqliteStore } from '../../src/store/sqlite.ts'
import type { ApprovalRow, AuditEvent, OpenRequest, Store } from '../../src/store/store.ts'
import { hasPostgres, type PostgresServer, startPostgres } from '../postgres.ts'

/** Opens one more store on the same data, as another process does. */
export type OpenStore = () => Promise<Store>

const NO_POSTGRES = 'there is no PostgreSQL for this platform'
const silent = createLog('error', systemClock, () => undefined)

/** The same tests on both stores, each test on fresh data. */
export function onEachStore(tests: (open: OpenStore) => void): void {
  describe('SQLite', () => {
    let folder = ''
    const stores = closedAfterEach()
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'store-'))
    })
    afterEach(async () => {
      await stores.close()
      rmSync(folder, { recursive: true, force: true })
    })
    tests(async () => stores.add(createSqliteStore(join(folder, 'approvals.db'))))
  })
  onPostgres(tests)
}

/** Tests of PostgreSQL alone. */
export function onPostgres(tests: (open: OpenStore, server: () => { postgres: PostgresServer; url: string }) => void) {
  describe('PostgreSQL', () => {
    let postgres: PostgresServer | undefined
    let url = ''
    const stores = closedAfterEach()
    beforeAll(async () => {
      if (await hasPostgres()) postgres = await startPostgres()
    })
    afterAll(() => postgres?.close())
    beforeEach(async ({ skip }) => {
      skip(postgres === undefined, NO_POSTGRES)
      url = (await postgres?.createDatabase()) ?? ''
    })
    afterEach(() => stores.close())
    tests(
      async () => stores.add(await openPostgresStore({ url: new Secret(url), log: silent })),
      () => {
        if (postgres === undefined) throw new Error(NO_POSTGRES)
        return { postgres, url }
      },
    )
  })
}

function closedAfterEach() {
  const opened: Store[] = []
  return {
    add(store: Store) {
      opened.push(store)
      return store
    },
    async close() {
      for (const store of opened.splice(0)) await store.close()
    },
  }
}

/** An approval that waits for nobody: approved at 0, to be started before 1000. */
export const ROW: ApprovalRow = {
  id: 'one',
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
  failedAttempts: 0,
}

export function event(at: number, kind = 'test', approvalId = 'one'): AuditEvent {
  return { at, kind, approvalId, data: {} }
}

/** A request to open a pending approval with this id. */
export function request(
  id: string,
  more: Partial<Omit<OpenRequest, 'row'>> & { row?: Partial<ApprovalRow> } = {},
): OpenRequest {
  const { row = {}, ...rest } = more
  return {
    maskedPlan: '{"masked":true}',
    claim: { tokenHash: `hash of ${id}`, approvalId: id, createdAt: 0, codeKey: 'key' },
    deniedSince: 0,
    pendingPerUser: 3,
    audit: event(0, 'approval.requested', id),
    ...rest,
    row: { ...ROW, id, state: 'pending', requestKey: `request ${id}`, ...row },
  }
}
