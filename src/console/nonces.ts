import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from '../approval/claim.ts'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'

const LIFETIME_MS = 20 * 60_000

/** One-time values: a page carries one, and whatever it asks for brings the next. Each is for one subject. */
export interface Nonces {
  mint(subject: string): string
  /** True once, in whichever process, for a value that was minted with this key for this subject and is not too old. */
  use(value: string, subject: string): Promise<boolean>
}

/** Only what was used is kept, in the store: minting costs nothing, however often a page is opened. */
export function createNonces(deps: {
  store: Store
  key: Buffer
  /** Where the pages are: a value of another console of the same store is none here. */
  origin: string
  clock: Clock
  randomBytes: RandomBytes
}): Nonces {
  const { store, key, origin, clock, randomBytes } = deps
  const sign = (unsigned: string, subject: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([origin, unsigned, subject]))
      .digest()

  return {
    mint(subject) {
      const unsigned = `${clock.now() + LIFETIME_MS}.${randomBytes(12).toString('base64url')}`
      return `${unsigned}.${sign(unsigned, subject).toString('base64url')}`
    },
    async use(value, subject) {
      const [end = '', random = '', signature = '', ...rest] = value.split('.')
      const given = Buffer.from(signature, 'base64url')
      const right = sign(`${end}.${random}`, subject)
      if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return false
      const [now, expiresAt] = [clock.now(), Number(end)]
      if (expiresAt <= now) return false
      // Base64url has more than one spelling of the same bytes, so the bytes are what is used up.
      const hash = createHash('sha256').update(right).digest('hex')
      return store.issueTicket({ hash, kind: 'nonce', subject, data: '{}', expiresAt }, now)
    },
  }
}
