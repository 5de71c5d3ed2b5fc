import type { AppErrorDetails, ErrorCode } from '../lib/errors.ts'
import { AppError } from '../lib/errors.ts'

/**
 * What became of the request.
 * `not_sent`: it surely did not reach PingOne. `refused`: PingOne answered that it was not carried out.
 * `unknown`: it may have been carried out. Whatever is not certain is `unknown`.
 */
export type Delivery = 'not_sent' | 'refused' | 'unknown'

/** One entry of `details` in PingOne's error body, cleaned for display. */
export interface ErrorDetail {
  code: string
  target?: string
  message?: string
  /** Single values of `innerError`, such as `maximumAllowed` or `attemptsRemaining`. */
  inner?: Readonly<Record<string, string | number>>
}

export interface PingOneErrorDetails extends AppErrorDetails {
  delivery: Delivery
  /** HTTP status, where PingOne answered. */
  status?: number | undefined
  details?: readonly ErrorDetail[] | undefined
  /** Seconds that PingOne asked to wait. */
  retryAfterSeconds?: number | undefined
}

/** A failed request to PingOne. Neither text nor cause ever holds a secret, an access token or a header. */
export class PingOneError extends AppError {
  override readonly name: string = 'PingOneError'
  readonly delivery: Delivery
  readonly status: number | undefined
  readonly details: readonly ErrorDetail[]
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, message: string, about: PingOneErrorDetails) {
    super(code, message, about)
    this.delivery = about.delivery
    this.status = about.status
    this.details = about.details ?? []
    this.retryAfterSeconds = about.retryAfterSeconds
  }
}

/** The same failure under a more telling code, sentence, hint or delivery; the rest stays as it was. */
export function restated(
  error: PingOneError,
  change: { code?: ErrorCode; message?: string; next?: string; delivery?: Delivery },
): PingOneError {
  return new PingOneError(change.code ?? error.code, change.message ?? error.message, {
    next: change.next ?? error.next,
    correlationId: error.correlationId,
    cause: error.cause,
    delivery: change.delivery ?? error.delivery,
    status: error.status,
    details: error.details,
    retryAfterSeconds: error.retryAfterSeconds,
  })
}

/** True where PingOne answered 404: what was asked for is not there. */
export function isNotFound(error: unknown): error is PingOneError {
  return error instanceof PingOneError && error.code === 'NOT_FOUND'
}
