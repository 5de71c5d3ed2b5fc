import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/** One connection to the store's file, with its statements prepared once. */
export interface Database {
  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined
  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[]
  /** Answers how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** Takes the write lock first, so that what is read inside is still true when it is written. */
  transaction<T>(body: () => T): T
  /** Another value after each change that was committed, by this connection or another. */
  version(): string
  /** Empties the write-ahead log: what was masked in the file is then gone from the log, too. */
  emptyLog(): void
  close(): void
}

const BUSY_TIMEOUT_MS = 10_000
const LATEST = '2'

const CREDENTIALS = `
  CREATE TABLE credentials (
    id TEXT PRIMARY KEY, approver TEXT NOT NULL COLLATE NOCASE REFERENCES approvers (name) ON DELETE CASCADE,
    kind TEXT NOT NULL, name TEXT NOT NULL, verifier TEXT NOT NULL, counter INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, last_used_at INTEGER
  ) STRICT;
  CREATE INDEX credentials_by_approver ON credentials (approver, created_at);
  CREATE TABLE tickets (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tickets_by_end ON tickets (expires_at);
  CREATE INDEX approvals_by_time ON approvals (created_at DESC, id, state);
`

/** One credential for each approver became several. */
const FROM_1_TO_2 = `
  ${CREDENTIALS}
  INSERT INTO credentials (id, approver, kind, name, verifier, created_at, last_used_at)
    SELECT 'phrase-' || lower(hex(randomblob(8))), name, kind, kind, credential, created_at, last_used_at FROM approvers;
  ALTER TABLE approvers DROP COLUMN credential;
  ALTER TABLE approvers DROP COLUMN kind;
  ALTER TABLE approvers DROP COLUMN last_used_at;
  UPDATE meta SET value = '2' WHERE key = 'schema';
`

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS approvals (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, caller TEXT NOT NULL, action TEXT NOT NULL,
    target_user_id TEXT NOT NULL, target_email TEXT NOT NULL, state TEXT NOT NULL,
    plan TEXT NOT NULL, masked_plan TEXT NOT NULL, digest TEXT NOT NULL,
    request_key TEXT NOT NULL, share_key TEXT,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, decision TEXT, decided_at INTEGER,
    failed_attempts INTEGER NOT NULL DEFAULT 0, lease_id TEXT, lease_until INTEGER,
    started_at INTEGER, finished_at INTEGER, outcome TEXT, note TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS approvals_by_state ON approvals (state, created_at);
  CREATE INDEX IF NOT EXISTS approvals_by_request ON approvals (tenant, caller, request_key);
  CREATE INDEX IF NOT EXISTS approvals_by_start ON approvals (caller, started_at);
  CREATE TABLE IF NOT EXISTS claims (
    token_hash TEXT PRIMARY KEY, approval_id TEXT NOT NULL REFERENCES approvals (id),
    created_at INTEGER NOT NULL, code_key TEXT NOT NULL, letter TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS claims_by_approval ON claims (approval_id);
  CREATE TABLE IF NOT EXISTS steps (
    approval_id TEXT NOT NULL REFERENCES approvals (id), step INTEGER NOT NULL,
    intent_at INTEGER NOT NULL, outcome_at INTEGER, outcome TEXT, PRIMARY KEY (approval_id, step)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS removals (tenant TEXT NOT NULL, user_id TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS removals_by_user ON removals (tenant, user_id, at);
  CREATE TABLE IF NOT EXISTS approvers (
    name TEXT PRIMARY KEY COLLATE NOCASE, email TEXT NOT NULL, created_at INTEGER NOT NULL, vouched_by TEXT
  ) STRICT;
  ${CREDENTIALS}
  CREATE TABLE IF NOT EXISTS accepted_policies (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS covers (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, caller TEXT NOT NULL, user_id TEXT NOT NULL, device_id TEXT NOT NULL,
    approval_id TEXT NOT NULL, expires_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, approval_id TEXT,
    data TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO meta (key, value) VALUES ('schema', '2'), ('pepper', lower(hex(randomblob(32))));
`

/** Opens the file, made `0600` in a folder made `0700` where they do not exist. */
export function openDatabase(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  prepare(db)

  const statements = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const fresh = db.prepare(sql)
    statements.set(sql, fresh)
    return fresh
  }

  return {
    get: (sql, ...values) => statement(sql).get(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    transaction(body) {
      db.exec('BEGIN IMMEDIATE')
      try {
        const result = body()
        db.exec('COMMIT')
        return result
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    version: () =>
      `${String(statement('PRAGMA data_version').get()?.['data_version'])} ${String(statement('SELECT total_changes() AS own').get()?.['own'])}`,
    emptyLog: () => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close() {
      if (db.isOpen) db.close()
    },
  }
}

function prepare(db: DatabaseSync): void {
  switchToWriteAheadLog(db)
  // FULL: an intent is on the disk before its call is sent. secure_delete: what is overwritten is zeroed.
  db.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON')
  if (schemaOf(db) === LATEST) return
  db.exec('BEGIN IMMEDIATE')
  // Another process may have made it meanwhile.
  const schema = schemaOf(db)
  if (schema === undefined) db.exec(SCHEMA)
  if (schema === '1') db.exec(FROM_1_TO_2)
  db.exec('COMMIT')
  if (schemaOf(db) !== LATEST) throw new Error('a newer version of this program has made it')
}

function schemaOf(db: DatabaseSync): string | undefined {
  if (db.prepare("SELECT name FROM sqlite_schema WHERE name = 'meta'").get() === undefined) return undefined
  return db.prepare("SELECT value FROM meta WHERE key = 'schema'").get()?.['value'] as string | undefined
}

// SQLite does not wait its busy timeout for this one statement when several processes open a new file at once.
function switchToWriteAheadLog(db: DatabaseSync): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
