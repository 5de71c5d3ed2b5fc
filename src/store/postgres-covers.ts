import { COVER_TRIES } from './cover-tries.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { toCover } from './rows.ts'
import type { Store } from './store.ts'

/** What an approved addition still allows. */
export function coversOf(db: PostgresDatabase): Pick<Store, 'openCover' | 'takeCover' | 'settleCover'> {
  return {
    async openCover(cover) {
      await db.run(
        `INSERT INTO covers (id, tenant, caller, user_id, device_id, approval_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
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
      const taken = await db.get(
        `UPDATE covers SET tries = tries + 1 WHERE tries < $5 AND id = (
           SELECT id FROM covers WHERE tenant = $1 AND caller = $2 AND user_id = $3 AND device_id = $4 AND NOT ended
             AND tries < $5 AND expires_at > $6 LIMIT 1 FOR UPDATE)
         RETURNING *`,
        tenant,
        caller,
        userId,
        deviceId,
        COVER_TRIES,
        now,
      )
      return taken === undefined ? undefined : toCover(taken)
    },
    async settleCover(id, how) {
      if (how === 'ended') await db.run('UPDATE covers SET ended = true WHERE id = $1', id)
      if (how === 'released') await db.run('UPDATE covers SET tries = greatest(0, tries - 1) WHERE id = $1', id)
    },
  }
}
