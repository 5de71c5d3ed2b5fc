import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Clock } from '../lib/clock.ts'
import type { ApprovalRow, Store } from '../store/store.ts'
import { createChanges } from './changes.ts'
import type { Site } from './site.ts'
import { seesOne, type VisitorOf } from './visitor.ts'

export interface EventDeps {
  store: Store
  clock: Clock
  site: Site
  visitorOf: VisitorOf
  /** Aborted when the console closes. */
  closing: AbortSignal
}

const SIGN_OF_LIFE_MS = 15_000
/** Pages that follow along: of one person's browser, or of everybody's. */
const MOST_STREAMS = { own: 64, hosted: 256 }
/** Of the approvals that changed; pages look anew for whatever else there is. */
const WATCHED = 50

interface Watched {
  id: string
  state: string
  /** When it is over if nothing happens. */
  endsAt: number
}

/** Server-sent events: `approval` {id, state} where one changed, `pending` {count} where more or fewer wait. */
export function addEvents(routes: Hono, { store, clock, site, visitorOf, closing }: EventDeps): void {
  const changes = createChanges(store)
  let streams = 0

  /** As it is for whoever looks now, whether or not it was swept already. */
  const look = ({ id, state, expiresAt }: ApprovalRow): Watched => {
    const canEnd = state === 'pending' || state === 'approved'
    const isOver = canEnd && expiresAt <= clock.now()
    const endsAt = canEnd && !isOver ? expiresAt : Number.POSITIVE_INFINITY
    return { id, state: isOver ? 'expired' : state, endsAt }
  }

  routes.get('/approvals/events', async (context) => {
    const only = context.req.query('approval')
    const visitor = await visitorOf(context)
    const maySee = only === undefined ? visitor.seesAll : seesOne(site, visitor)
    if (!maySee || (only !== undefined && (await store.approvalById(only)) === undefined))
      return context.body(null, 204)
    if (streams >= (site.isHosted ? MOST_STREAMS.hosted : MOST_STREAMS.own))
      return context.text('Too many pages follow along already.\n', 503)
    return streamSSE(context, async (stream) => {
      streams += 1
      const letGo = changes.hold()
      const left = new AbortController()
      stream.onAbort(() => left.abort())
      const ending = AbortSignal.any([left.signal, closing])
      const known = new Map<string, string>()
      let count = -1
      const tell = (event: string, data: object) => stream.writeSSE({ event, data: JSON.stringify(data) })
      try {
        // The first event says how it is now: a page may have missed something while it was loading.
        while (!ending.aborted && !stream.closed) {
          // Before looking: what changes while this looks is not missed.
          const changed = changes.next(SIGN_OF_LIFE_MS, ending)
          const { seesAll } = await visitorOf(context)
          if (!seesAll && (only === undefined || !site.isLoopback)) return
          const { rows, total } = await store.approvalPage({ which: 'pending', offset: 0, limit: WATCHED })
          const ids = only === undefined ? new Set([...known.keys(), ...rows.map(({ id }) => id)]) : [only]
          let endsAt = Number.POSITIVE_INFINITY
          for (const id of ids) {
            const row = rows.find((waiting) => waiting.id === id) ?? (await store.approvalById(id))
            if (row === undefined) continue
            const now = look(row)
            endsAt = Math.min(endsAt, now.endsAt)
            if (known.get(id) === now.state) continue
            const isNew = only === undefined && !known.has(id)
            known.set(id, now.state)
            if (!isNew) await tell('approval', { id, state: now.state })
            if (only === undefined && !isUnderWay(now.state)) known.delete(id)
          }
          if (total !== count && seesAll) await tell('pending', { count: total })
          count = total
          // Time alone ends an approval, and nothing is written then.
          const untilEnd = Math.max(0, endsAt - clock.now())
          const isChange = await (untilEnd < SIGN_OF_LIFE_MS
            ? Promise.race([changed, changes.next(untilEnd, ending)])
            : changed)
          if (!isChange && !ending.aborted) await tell('still', {})
        }
      } finally {
        letGo()
        streams -= 1
      }
    })
  })
}

function isUnderWay(state: string): boolean {
  return state === 'pending' || state === 'approved' || state === 'executing'
}
