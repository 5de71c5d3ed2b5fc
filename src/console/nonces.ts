import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from '../approval/claim.ts'
import type { Clock } from '../lib/clock.ts'

const LIFETIME_MS = 20 * 60_000

/** One-time values: a page carries one, and whatever it asks for brings the next. Each is for one subject. */
export interface Nonces {
  mint(subject: string): string
  /** True once, for a value that was minted here for this subject and is not too old. */
  use(value: string, subject: string): boolean
}

export function createNonces({ clock, randomBytes }: { clock: Clock; randomBytes: RandomBytes }): Nonces {
  const key = randomBytes(32)
  // Only what was used is remembered: minting costs nothing, however often a page is opened.
  const used = new Map<string, number>()
  const sign = (unsigned: string, subject: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([unsigned, subject]))
      .digest()

  const forgetOld = (now: number) => {
    for (const [value, end] of used) {
      if (end > now) break
      used.delete(value)
    }
  }

  return {
    mint(subject) {
      const unsigned = `${clock.now() + LIFETIME_MS}.${randomBytes(12).toString('base64url')}`
      return `${unsigned}.${sign(unsigned, subject).toString('base64url')}`
    },
    use(value, subject) {
      const [end = '', random = '', signature = '', ...rest] = value.split('.')
      const given = Buffer.from(signature, 'base64url')
      const right = sign(`${end}.${random}`, subject)
      const now = clock.now()
      forgetOld(now)
      if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return false
      // Base64url has more than one spelling of the same bytes.
      const known = right.toString('base64url')
      if (Number(end) <= now || used.has(known)) return false
      used.set(known, Number(end))
      return true
    },
  }
}
