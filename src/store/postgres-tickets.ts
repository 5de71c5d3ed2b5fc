import type { PostgresDatabase } from './postgres-database.ts'
import { toTicket } from './rows.ts'
import type { Store } from './store.ts'

// What somebody else forgets at this moment is left to him: two that wait for each other would be no help.
const FORGET = `DELETE FROM tickets WHERE hash IN (
  SELECT hash FROM tickets WHERE expires_at <= $1 FOR UPDATE SKIP LOCKED)`

/** What may be used once. */
export function ticketsOf(db: PostgresDatabase): Pick<Store, 'issueTicket' | 'ticket' | 'takeTicket' | 'changeTicket'> {
  return {
    async issueTicket({ hash, kind, subject, data, expiresAt }, now) {
      await db.run(FORGET, now)
      const inserted = await db.run(
        'INSERT INTO tickets (hash, kind, subject, data, expires_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
        hash,
        kind,
        subject,
        data,
        expiresAt,
      )
      return inserted === 1
    },
    async ticket(hash, kind, now) {
      const row = await db.get(
        'SELECT * FROM tickets WHERE hash = $1 AND kind = $2 AND expires_at > $3',
        hash,
        kind,
        now,
      )
      return row === undefined ? undefined : toTicket(row)
    },
    async takeTicket(hash, kind, subject, now) {
      const row = await db.get(
        'DELETE FROM tickets WHERE hash = $1 AND kind = $2 AND subject = $3 AND expires_at > $4 RETURNING *',
        hash,
        kind,
        subject,
        now,
      )
      return row === undefined ? undefined : toTicket(row)
    },
    async changeTicket(hash, data) {
      return (await db.run('UPDATE tickets SET data = $1 WHERE hash = $2', data, hash)) === 1
    },
  }
}
