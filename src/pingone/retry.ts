import { randomInt } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { PingOneError } from './errors.ts'

/** What may be done after a failed attempt. `fresh_token`: at once, with another token, and only one time. */
export type Retry = 'never' | 'later' | 'fresh_token'

export interface Failure {
  error: PingOneError
  retry: Retry
  /** What `Retry-After` asks for, from now on. */
  retryAfterMs?: number | undefined
}

const RETRY_LIMITS = { attempts: 4, firstWaitMs: 250, longestWaitMs: 4_000 }

/**
 * How long to wait before the next attempt; undefined where there must not be one: not allowed, too many already, or
 * the wait would end after the deadline. Without `Retry-After` the wait doubles, of which the second half is random.
 */
export function nextWaitMs(
  failure: Failure,
  { attempt, now, deadline, random }: { attempt: number; now: number; deadline: number; random: () => number },
): number | undefined {
  if (failure.retry !== 'later' || attempt >= RETRY_LIMITS.attempts) return undefined
  const doubled = Math.min(RETRY_LIMITS.longestWaitMs, RETRY_LIMITS.firstWaitMs * 2 ** (attempt - 1))
  const waitMs = failure.retryAfterMs ?? doubled * (0.5 + random() / 2)
  return now + waitMs < deadline ? waitMs : undefined
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3), as milliseconds from now. */
export function parseRetryAfter(value: string | undefined, clock: Clock): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // Date.parse takes much that is no date; an HTTP date begins with the name of a day and ends with GMT.
  if (!/^[A-Z][a-z]{2,8},? .*(?:GMT|\d{4})$/.test(text)) return undefined
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.now())
}

/** Between 0 and 1, for spreading retries. */
export function jitter(): number {
  return randomInt(2 ** 32) / 2 ** 32
}
