import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { RandomBytes } from '../approval/claim.ts'
import type { Clock } from '../lib/clock.ts'

const LINK_MS = 10 * 60_000
const SESSION_MS = 12 * 60 * 60_000
const MOST_SESSIONS = 100

/** Which browsers were let in by a one-time link. It lets see, and decides nothing. */
export interface Entry {
  /** The token of a link. */
  mintLink(): string
  /** Uses the link up and lets this browser in; false where the link will not do. */
  enter(context: Context, token: string): boolean
  isLetIn(context: Context): boolean
}

export function createEntry(deps: { clock: Clock; randomBytes: RandomBytes; port: number }): Entry {
  const { clock, randomBytes, port } = deps
  // A browser sends a cookie of localhost to every port of it: the name keeps consoles apart.
  const cookie = `pingone_mfa_console_${port}`
  const links = new Map<string, number>()
  const sessions = new Map<string, number>()
  const random = () => randomBytes(32).toString('base64url')

  return {
    mintLink() {
      const token = random()
      links.set(hashOf(token), clock.now() + LINK_MS)
      return token
    },
    enter(context, token) {
      const hash = hashOf(token)
      const end = links.get(hash)
      links.delete(hash)
      if (end === undefined || end <= clock.now()) return false
      const session = random()
      const [oldest] = sessions.keys()
      if (sessions.size >= MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest)
      sessions.set(hashOf(session), clock.now() + SESSION_MS)
      setCookie(context, cookie, session, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_MS / 1000 })
      return true
    },
    isLetIn(context) {
      const shown = getCookie(context, cookie)
      return shown !== undefined && (sessions.get(hashOf(shown)) ?? 0) > clock.now()
    },
  }
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}
