import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { createSqliteStore } from '../../src/store/sqlite.ts'

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'approvals.db')
}

test('a store from when an approver had one credential keeps its approvers, with theirs', async () => {
  const path = newPath()
  await createSqliteStore(path).close()
  const db = new DatabaseSync(path)
  db.exec(`
    DROP TABLE credentials; DROP TABLE tickets; DROP INDEX approvals_by_time; DROP TABLE approvers;
    CREATE TABLE approvers (name TEXT PRIMARY KEY COLLATE NOCASE, email TEXT NOT NULL, created_at INTEGER NOT NULL,
      vouched_by TEXT, credential TEXT NOT NULL, kind TEXT NOT NULL, last_used_at INTEGER) STRICT;
    INSERT INTO approvers VALUES ('Olga', 'olga@example.com', 1000, NULL, '{"scheme":"scrypt"}', 'passphrase', 2000);
    UPDATE meta SET value = '1' WHERE key = 'schema'`)
  db.close()

  const stores = [createSqliteStore(path), createSqliteStore(path)]
  const lists = await Promise.all(stores.map((store) => store.approvers()))
  for (const store of stores) await store.close()

  expect(lists[1]).toEqual([
    {
      name: 'Olga',
      email: 'olga@example.com',
      createdAt: 1000,
      credentials: [
        {
          id: expect.stringMatching(/^phrase-[0-9a-f]{16}$/),
          kind: 'passphrase',
          name: 'passphrase',
          verifier: '{"scheme":"scrypt"}',
          counter: 0,
          createdAt: 1000,
          lastUsedAt: 2000,
        },
      ],
    },
  ])
  expect(lists[0]).toEqual(lists[1])
})

test('ten thousand approvals stay paged: a late page holds 25 rows, newest first', async () => {
  const path = newPath()
  const store = createSqliteStore(path)
  onTestFinished(() => store.close())
  const db = new DatabaseSync(path)
  db.exec(`WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO approvals (id, tenant, caller, action, target_user_id, target_email, state, plan, masked_plan, digest,
      request_key, created_at, expires_at)
    SELECT printf('%05d', i), 't', 'c', 'a', 'u', 'e', iif(i % 100 = 0, 'pending', 'succeeded'), hex(zeroblob(2000)),
      '{}', 'd', '', i, i FROM n`)
  db.close()

  const first = await store.approvalPage({ which: 'history', offset: 0, limit: 25 })
  const late = await store.approvalPage({ which: 'history', offset: 9875, limit: 25 })
  const pending = await store.approvalPage({ which: 'pending', offset: 75, limit: 25 })

  expect([first.total, first.rows.length, first.rows[0]?.id]).toEqual([9900, 25, '09999'])
  expect([late.rows.length, late.rows.at(-1)?.id]).toEqual([25, '00001'])
  expect([pending.total, pending.rows.length, pending.rows.at(-1)?.id]).toEqual([100, 25, '00100'])
})
