import type { Enrolment } from './approver-rows.ts'
import { appendAudit } from './postgres-audit.ts'
import { insertCredential, isUsable, keyOf, noteUse } from './postgres-credentials.ts'
import type { Row } from './postgres-connection.ts'
import type { PostgresDatabase, Statements } from './postgres-database.ts'
import { lockFor } from './postgres-locks.ts'
import { toApprover, toCredential } from './rows.ts'
import type { AuditEvent, Store } from './store.ts'

type ApproverStore = Pick<
  Store,
  | 'approvers'
  | 'addApprover'
  | 'addCredential'
  | 'removeCredential'
  | 'removeApprover'
  | 'useCredential'
  | 'acceptPolicy'
  | 'isPolicyAccepted'
>

/** Who may approve, by which credentials, and which policy file they accepted. */
export function approversOf(db: PostgresDatabase): ApproverStore {
  /** One change of the people at a time, with its entry; the entry is written where `body` answers true. */
  const changePeople = (audit: AuditEvent, body: (own: Statements) => Promise<boolean>) =>
    db.transaction(async (own) => {
      await lockFor(own, 'approvers')
      const changed = await body(own)
      if (changed) await appendAudit(own, audit)
      return changed
    })

  return {
    async approvers() {
      const rows = await db.all(
        `SELECT a.key, a.name AS approver_name, a.email, a.created_at AS enrolled_at, a.vouched_by, c.*
         FROM approvers a JOIN credentials c ON c.approver = a.key ORDER BY a.created_at, a.key, c.created_at, c.id`,
      )
      const byKey = Map.groupBy(rows, (row) => row['key'] as string)
      return [...byKey.values()].map((own) => toApprover(approverOf(own), own.map(toCredential)))
    },
    addApprover: (row, audit) =>
      changePeople(audit, async (own) => {
        if (!(await isVouchedFor(own, row))) return false
        if (row.credentialId !== undefined && (await isKnown(own, row.credentialId))) return false
        const added = await own.run(
          'INSERT INTO approvers (key, name, email, created_at, vouched_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
          keyOf(row.name),
          row.name,
          row.email,
          row.createdAt,
          row.vouchedBy ?? null,
        )
        return added === 1 && insertCredential(own, row)
      }),
    addCredential: (row, audit) =>
      changePeople(audit, async (own) => {
        if (!(await isVouchedFor(own, row))) return false
        const known = await own.get('SELECT 1 FROM approvers WHERE key = $1 AND email = $2', keyOf(row.name), row.email)
        return known !== undefined && insertCredential(own, row)
      }),
    removeCredential: (approver, id, audit) =>
      changePeople(audit, async (own) => {
        const all = await own.get('SELECT count(*) AS count FROM credentials')
        if ((all?.['count'] as number) < 2) return false
        const key = keyOf(approver)
        if ((await own.run('DELETE FROM credentials WHERE id = $1 AND approver = $2', id, key)) !== 1) return false
        await own.run(
          'DELETE FROM approvers WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM credentials WHERE approver = $1)',
          key,
        )
        return true
      }),
    removeApprover: (name, audit) =>
      changePeople(audit, async (own) => (await own.run('DELETE FROM approvers WHERE key = $1', keyOf(name))) === 1),
    useCredential: (use) =>
      db.transaction(async (own) => {
        if (!(await isUsable(own, use))) return false
        await noteUse(own, use)
        return true
      }),
    acceptPolicy: (hash, audit) =>
      db.transaction(async (own) => {
        await lockFor(own, 'policy')
        // Only the latest acceptance stands: an older, looser file that comes back is not accepted any more.
        await own.run('DELETE FROM accepted_policies')
        await own.run('INSERT INTO accepted_policies (hash, at) VALUES ($1, $2)', hash, audit.at)
        await appendAudit(own, audit)
      }),
    async isPolicyAccepted(hash) {
      return (await db.get('SELECT 1 FROM accepted_policies WHERE hash = $1', hash)) !== undefined
    },
  }
}

function approverOf([row = {}]: Row[]): Row {
  return { ...row, name: row['approver_name'], created_at: row['enrolled_at'] }
}

/** The first needs nobody; everybody later somebody who is enrolled at this very moment. */
async function isVouchedFor(own: Statements, { vouchedBy }: Enrolment): Promise<boolean> {
  if ((await own.get('SELECT 1 FROM approvers LIMIT 1')) === undefined) return true
  return (
    vouchedBy !== undefined && (await own.get('SELECT 1 FROM approvers WHERE key = $1', keyOf(vouchedBy))) !== undefined
  )
}

async function isKnown(own: Statements, credentialId: string): Promise<boolean> {
  return (await own.get('SELECT 1 FROM credentials WHERE id = $1', credentialId)) !== undefined
}
