import { COVER_TRIES } from './cover-tries.ts'
import type { Database } from './sqlite-database.ts'
import { toCover } from './rows.ts'
import type { Store } from './store.ts'

/** What an approved addition still allows. */
export function coversOf(db: Database): Pick<Store, 'openCover' | 'takeCover' | 'settleCover'> {
  return {
    async openCover(cover) {
      db.run(
        `INSERT INTO covers (id, tenant, caller, user_id, device_id, approval_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        cover.id,
        cover.tenant,
        cover.caller,
        cover.userId,
        cover.deviceId,
        cover.approvalId,
        cover.expiresAt,
      )
    },
    async takeCover({ tenant, caller, userId, deviceId, now }) {
      return db.transaction(() => {
        const row = db.get(
          `SELECT * FROM covers WHERE tenant = ? AND caller = ? AND user_id = ? AND device_id = ? AND ended = 0
             AND tries < ? AND expires_at > ? LIMIT 1`,
          tenant,
          caller,
          userId,
          deviceId,
          COVER_TRIES,
          now,
        )
        if (row === undefined) return undefined
        db.run('UPDATE covers SET tries = tries + 1 WHERE id = ?', row['id'] as string)
        return toCover(row)
      })
    },
    async settleCover(id, how) {
      if (how === 'ended') db.run('UPDATE covers SET ended = 1 WHERE id = ?', id)
      if (how === 'released') db.run('UPDATE covers SET tries = max(0, tries - 1) WHERE id = ?', id)
    },
  }
}
