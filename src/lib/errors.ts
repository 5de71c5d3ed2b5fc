/** Every code that a tool or a command can answer with. The list is closed; the README says what to do about each. */
export const ERROR_CODES = [
  'NOT_CONFIGURED',
  'INVALID_INPUT',
  'AUTH_FAILED',
  'FORBIDDEN',
  'NOT_FOUND',
  'USER_NOT_FOUND',
  'USER_AMBIGUOUS',
  'DEVICE_NOT_FOUND',
  'DEVICE_LIMIT_REACHED',
  'OTP_REJECTED',
  'RATE_LIMITED',
  'PINGONE_UNAVAILABLE',
  'PINGONE_ERROR',
  'PINGONE_UNEXPECTED_RESPONSE',
  'ENDPOINT_UNKNOWN',
  'BLOCKED_BY_POLICY',
  'NO_APPROVER',
  'TOO_MANY_PENDING',
  'APPROVAL_UNKNOWN',
  'APPROVAL_DENIED',
  'APPROVAL_EXPIRED',
  'APPROVAL_CANCELLED',
  'APPROVAL_STALE',
  'ACTION_PARTIAL',
  'ACTION_FAILED',
  'ACTION_UNCERTAIN',
  'INTERNAL_ERROR',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

export interface AppErrorDetails {
  /** What the reader can do about it, as one sentence. Only where it is true. */
  next?: string | undefined
  /** PingOne's correlation id, where PingOne answered. */
  correlationId?: string | undefined
  cause?: unknown
}

/** An expected failure: a code of the closed list, one sentence, and, where there is one, a next step. */
export class AppError extends Error {
  override readonly name: string = 'AppError'
  readonly code: ErrorCode
  readonly next: string | undefined
  readonly correlationId: string | undefined

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.next = details.next
    this.correlationId = details.correlationId
  }
}

/** A sentence for an unknown thrown value; never a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
