import type { Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'

export interface EventDeps {
  store: Store
  clock: Clock
  isLetIn(context: Context): boolean
  /** Aborted when the console closes. */
  closing: AbortSignal
}

const LOOK_MS = 500
const SIGN_OF_LIFE_MS = 15_000
const MOST_STREAMS = 64
/** Of the approvals that changed; pages look anew for whatever else there is. */
const WATCHED = 50

interface Watched {
  id: string
  state: string
}

/** Server-sent events: `approval` {id, state} where one changed, `pending` {count} where more or fewer wait. */
export function addEvents(routes: Hono, { store, clock, isLetIn, closing }: EventDeps): void {
  let streams = 0

  /** As it is for whoever looks now, whether or not it was swept already. */
  const look = async (id: string): Promise<Watched | undefined> => {
    const row = await store.approvalById(id)
    if (row === undefined) return undefined
    const isOver = (row.state === 'pending' || row.state === 'approved') && row.expiresAt <= clock.now()
    return { id, state: isOver ? 'expired' : row.state }
  }

  routes.get('/approvals/events', async (context) => {
    const only = context.req.query('approval')
    // Whoever holds the link to one approval follows that one; the rest is for browsers that were let in.
    if (only === undefined ? !isLetIn(context) : (await look(only)) === undefined) return context.body(null, 204)
    if (streams >= MOST_STREAMS) return context.text('Too many pages follow along already.\n', 503)
    return streamSSE(context, async (stream) => {
      streams += 1
      const isOver = () => stream.aborted || stream.closed || closing.aborted
      const known = new Map<string, string>()
      let count = -1
      let quietSince = clock.now()
      const tell = async (event: string, data: object) => {
        quietSince = clock.now()
        await stream.writeSSE({ event, data: JSON.stringify(data) })
      }
      try {
        // The first event says how it is now: a page may have missed something while it was loading.
        while (!isOver()) {
          const { rows, total } = await store.approvalPage({ which: 'pending', offset: 0, limit: WATCHED })
          const ids = only === undefined ? new Set([...known.keys(), ...rows.map(({ id }) => id)]) : [only]
          for (const id of ids) {
            const now = await look(id)
            if (now === undefined || known.get(id) === now.state) continue
            const isNew = only === undefined && !known.has(id)
            known.set(id, now.state)
            if (!isNew) await tell('approval', now)
            if (only === undefined && !isUnderWay(now.state)) known.delete(id)
          }
          if (total !== count && isLetIn(context)) await tell('pending', { count: total })
          count = total
          if (clock.now() - quietSince >= SIGN_OF_LIFE_MS) await tell('still', {})
          await clock.sleep(LOOK_MS, closing).catch(() => undefined)
        }
      } finally {
        streams -= 1
      }
    })
  })
}

function isUnderWay(state: string): boolean {
  return state === 'pending' || state === 'approved' || state === 'executing'
}
