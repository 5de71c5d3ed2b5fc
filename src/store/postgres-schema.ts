import { randomBytes } from 'node:crypto'
import { unusable } from './postgres-errors.ts'
import { SCHEMA_NAME } from './postgres-connection.ts'
import type { PostgresDatabase, Statements } from './postgres-database.ts'

const LATEST = 1

/** Each turns the version before it into its own; the first begins with nothing. What was released is never changed. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);
  CREATE TABLE approvals (
    id text COLLATE "C" PRIMARY KEY, tenant text NOT NULL, caller text NOT NULL, action text NOT NULL,
    target_user_id text NOT NULL, target_email text NOT NULL, state text NOT NULL,
    plan text NOT NULL, masked_plan text NOT NULL, digest text NOT NULL,
    request_key text NOT NULL, share_key text,
    created_at bigint NOT NULL, expires_at bigint NOT NULL, decision text, decided_at bigint,
    failed_attempts integer NOT NULL DEFAULT 0, lease_id text, lease_until bigint,
    started_at bigint, finished_at bigint, outcome text, note text
  );
  CREATE INDEX approvals_by_time ON approvals (created_at DESC, id);
  CREATE INDEX approvals_pending ON approvals (created_at DESC, id) WHERE state = 'pending';
  CREATE INDEX approvals_open ON approvals (expires_at) WHERE state IN ('pending', 'approved');
  CREATE INDEX approvals_running ON approvals (lease_until) WHERE state = 'executing';
  CREATE INDEX approvals_denied ON approvals (decided_at) WHERE state = 'denied' AND request_key <> '';
  CREATE INDEX approvals_by_request ON approvals (tenant, caller, request_key);
  CREATE INDEX approvals_by_start ON approvals (caller, started_at);
  CREATE TABLE claims (
    token_hash text PRIMARY KEY, approval_id text COLLATE "C" NOT NULL REFERENCES approvals (id),
    created_at bigint NOT NULL, code_key text NOT NULL, letter text
  );
  CREATE INDEX claims_by_approval ON claims (approval_id);
  CREATE TABLE steps (
    approval_id text COLLATE "C" NOT NULL REFERENCES approvals (id), step integer NOT NULL,
    intent_at bigint NOT NULL, outcome_at bigint, outcome text, PRIMARY KEY (approval_id, step)
  );
  CREATE TABLE removals (tenant text NOT NULL, user_id text NOT NULL, at bigint NOT NULL);
  CREATE INDEX removals_by_user ON removals (tenant, user_id, at);
  CREATE TABLE approvers (
    key text COLLATE "C" PRIMARY KEY, name text NOT NULL, email text NOT NULL, created_at bigint NOT NULL, vouched_by text
  );
  CREATE TABLE credentials (
    id text COLLATE "C" PRIMARY KEY, approver text COLLATE "C" NOT NULL REFERENCES approvers (key) ON DELETE CASCADE,
    kind text NOT NULL, name text NOT NULL, verifier text NOT NULL, counter bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL, last_used_at bigint
  );
  CREATE INDEX credentials_by_approver ON credentials (approver, created_at);
  CREATE TABLE tickets (
    hash text PRIMARY KEY, kind text NOT NULL, subject text NOT NULL, data text NOT NULL, expires_at bigint NOT NULL
  );
  CREATE INDEX tickets_by_end ON tickets (expires_at);
  CREATE TABLE accepted_policies (hash text PRIMARY KEY, at bigint NOT NULL);
  CREATE TABLE covers (
    id text PRIMARY KEY, tenant text NOT NULL, caller text NOT NULL, user_id text NOT NULL, device_id text NOT NULL,
    approval_id text COLLATE "C" NOT NULL, expires_at bigint NOT NULL, tries integer NOT NULL DEFAULT 0,
    ended boolean NOT NULL DEFAULT false
  );
  CREATE INDEX covers_by_device ON covers (tenant, caller, user_id, device_id);
  CREATE TABLE audit (
    seq bigint PRIMARY KEY, at bigint NOT NULL, kind text NOT NULL, approval_id text COLLATE "C",
    data text NOT NULL, prev text NOT NULL, hash text NOT NULL
  );
  CREATE INDEX audit_by_time ON audit (at, seq);
  CREATE TABLE audit_head (one boolean PRIMARY KEY CHECK (one), seq bigint NOT NULL, hash text NOT NULL);
  INSERT INTO audit_head (one, seq, hash) VALUES (true, 0, repeat('0', 64));
  `,
]

/** For migrations alone: whoever opens the store first makes it, the others wait. */
const MIGRATION_LOCK = 7_306_631

/** Makes the schema, or brings it up to date. Refuses one that a newer program has made. */
export async function migrate(db: PostgresDatabase): Promise<void> {
  if ((await versionOf(db)) === LATEST) return
  await db.transaction(async (own) => {
    await own.run(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    // Another process may have made it meanwhile.
    const version = await versionOf(own)
    if (version > LATEST) throw unusable('the database was made by a newer version of this program')
    if (!(await hasSchema(own))) await own.run(`CREATE SCHEMA ${SCHEMA_NAME}`)
    for (const migration of MIGRATIONS.slice(version)) {
      for (const statement of statementsOf(migration)) await own.run(statement)
    }
    if (version === 0) {
      await own.run("INSERT INTO meta (key, value) VALUES ('pepper', $1)", randomBytes(32).toString('hex'))
    }
    await own.run(
      "INSERT INTO meta (key, value) VALUES ('schema', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      String(LATEST),
    )
  })
}

/** 0 where there is nothing yet. */
async function versionOf(statements: Statements): Promise<number> {
  // From the catalogue's tables: what `to_regclass` says may be older than the lock that was just taken.
  const found = await statements.get(
    "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'meta'",
    SCHEMA_NAME,
  )
  if (found === undefined) return 0
  return Number((await statements.get("SELECT value FROM meta WHERE key = 'schema'"))?.['value'] ?? 0)
}

async function hasSchema(statements: Statements): Promise<boolean> {
  return (await statements.get('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', SCHEMA_NAME)) !== undefined
}

function statementsOf(migration: string): string[] {
  return migration
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
