import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import type { RandomBytes } from '../approval/claim.ts'
import type { SignedIn } from '../approval/sign-in.ts'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import type { Cookie } from './cookies.ts'

const SESSION_MS = 60 * 60_000

/** Who has signed in lately. A session lets see and deny; every approval is a sign-in of its own. */
export interface Sessions {
  start(context: Context, person: SignedIn): Promise<void>
  of(context: Context): Promise<SignedIn | undefined>
  /** In every process and every browser that has a copy of the cookie. */
  end(context: Context): Promise<void>
}

interface SessionDeps {
  store: Store
  key: Buffer
  cookie: Cookie
  /** What made the person an approver: a session from under another rule is none. */
  rule: string
  clock: Clock
  randomBytes: RandomBytes
}

export function createSessions({ store, key, cookie, rule, clock, randomBytes }: SessionDeps): Sessions {
  const sign = (id: string) => createHmac('sha256', key).update(id).digest()

  /** The hash under which the store knows the session, where the cookie is one of ours. */
  const shown = (context: Context): string | undefined => {
    const [id = '', signature = '', ...rest] = (cookie.read(context) ?? '').split('.')
    const [given, right] = [Buffer.from(signature, 'base64url'), sign(id)]
    const isOurs = rest.length === 0 && given.length === right.length && timingSafeEqual(given, right)
    return isOurs ? createHash('sha256').update(id).digest('hex') : undefined
  }

  return {
    async start(context, person) {
      const id = randomBytes(32).toString('base64url')
      const now = clock.now()
      const hash = createHash('sha256').update(id).digest('hex')
      const data = JSON.stringify(person)
      await store.issueTicket({ hash, kind: 'session', subject: rule, data, expiresAt: now + SESSION_MS }, now)
      cookie.write(context, `${id}.${sign(id).toString('base64url')}`, SESSION_MS)
    },
    async of(context) {
      const hash = shown(context)
      if (hash === undefined) return undefined
      const ticket = await store.ticket(hash, 'session', clock.now())
      return ticket?.subject === rule ? (JSON.parse(ticket.data) as SignedIn) : undefined
    },
    async end(context) {
      const hash = shown(context)
      if (hash !== undefined) await store.takeTicket(hash, 'session', rule, clock.now())
      cookie.remove(context)
    },
  }
}
