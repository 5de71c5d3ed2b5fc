import type { Delivery } from './errors.ts'
import { PingOneError } from './errors.ts'
import type { TransportError } from './transport.ts'

/** The caller no longer wants the answer. */
export function cancelled(delivery: Delivery): PingOneError {
  return new PingOneError('PINGONE_UNAVAILABLE', 'The call was cancelled', { delivery })
}

/** The time that a call may take is over before an attempt could begin. */
export function outOfTime(delivery: Delivery): PingOneError {
  return new PingOneError('PINGONE_UNAVAILABLE', 'PingOne did not answer in the time that a call may take', {
    delivery,
    next: 'Try again in a moment.',
  })
}

/** A failure without an answer, in words; `who` is what was to be reached. */
export function unreachable(failure: TransportError, who: string, timeoutMs: number): PingOneError {
  const delivery = failure.isSent ? 'unknown' : 'not_sent'
  if (failure.reason === 'aborted') return cancelled(delivery)
  if (failure.reason === 'timeout') {
    const seconds = Math.max(1, Math.round(timeoutMs / 1000))
    return new PingOneError('PINGONE_UNAVAILABLE', `${who} did not answer within ${seconds} s`, {
      delivery,
      next: 'Try again in a moment.',
    })
  }
  const code = systemCode(failure.cause)
  return new PingOneError(
    'PINGONE_UNAVAILABLE',
    `${who} cannot be reached: ${REASONS[code] ?? `the connection failed (${code})`}`,
    {
      delivery,
      next: NEXT[code] ?? 'Check the network (and the proxy, where there is one), then try again.',
      // A parser's error holds what was read; an error of the system only names the address.
      cause: isSystemError(failure.cause) ? failure.cause : undefined,
    },
  )
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host name is unknown (ENOTFOUND)',
  EAI_AGAIN: 'its host name could not be looked up (EAI_AGAIN)',
  ECONNREFUSED: 'the connection was refused (ECONNREFUSED)',
  ECONNRESET: 'the connection was closed (ECONNRESET)',
  UND_ERR_SOCKET: 'the connection was closed before an answer came',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time allowed',
}

const CHECK_HOST =
  'Check PINGONE_REGION, PINGONE_API_URL and PINGONE_AUTH_URL, and that this machine can reach the network.'

const NEXT: Readonly<Record<string, string>> = { ENOTFOUND: CHECK_HOST, ECONNREFUSED: CHECK_HOST }

function systemCode(cause: unknown): string {
  const { code } = (cause ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : 'unknown reason'
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause
}
