import type { Database } from './sqlite-database.ts'
import { toTicket } from './rows.ts'
import type { Store } from './store.ts'

/** What may be used once. */
export function ticketsOf(db: Database): Pick<Store, 'issueTicket' | 'ticket' | 'takeTicket' | 'changeTicket'> {
  return {
    async issueTicket({ hash, kind, subject, data, expiresAt }, now) {
      return db.transaction(() => {
        db.run('DELETE FROM tickets WHERE expires_at <= ?', now)
        const inserted = db.run(
          'INSERT OR IGNORE INTO tickets (hash, kind, subject, data, expires_at) VALUES (?, ?, ?, ?, ?)',
          hash,
          kind,
          subject,
          data,
          expiresAt,
        )
        return inserted === 1
      })
    },
    async ticket(hash, kind, now) {
      const row = db.get('SELECT * FROM tickets WHERE hash = ? AND kind = ? AND expires_at > ?', hash, kind, now)
      return row === undefined ? undefined : toTicket(row)
    },
    async takeTicket(hash, kind, subject, now) {
      const row = db.get(
        'DELETE FROM tickets WHERE hash = ? AND kind = ? AND subject = ? AND expires_at > ? RETURNING *',
        hash,
        kind,
        subject,
        now,
      )
      return row === undefined ? undefined : toTicket(row)
    },
    async changeTicket(hash, data) {
      return db.run('UPDATE tickets SET data = ? WHERE hash = ?', data, hash) === 1
    },
  }
}
