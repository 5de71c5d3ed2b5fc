/** Refusals, shaped as PingOne shapes them: PingOne's own error body, OAuth's, or whatever a gateway would say. */

export interface ProblemDetail {
  code: string
  target?: string
  message: string
  innerError?: Record<string, unknown>
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  /** The body, once the ids that belong into it are known. */
  readonly bodyFor: (ids: { errorId: string; correlationId: string }) => unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    bodyFor: (ids: { errorId: string; correlationId: string }) => unknown,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`answered with ${status}`)
    this.status = status
    this.bodyFor = bodyFor
    this.headers = headers
  }
}

const MESSAGES: Record<string, string> = {
  INVALID_DATA: 'One or more validation errors were in the request.',
  INVALID_REQUEST: 'The request was malformed or invalid.',
  REQUEST_FAILED: 'There was an issue processing the request.',
  ACCESS_FAILED: 'You do not have access to this resource.',
  NOT_FOUND: 'The requested resource was not found.',
  METHOD_NOT_ALLOWED: 'The method is not allowed here.',
  REQUEST_LIMITED: 'The limit of requests has been reached.',
  UNEXPECTED_ERROR: 'An unexpected error occurred.',
}

export interface ProblemOptions {
  message?: string
  headers?: Readonly<Record<string, string>>
}

export function problem(status: number, code: string, details: ProblemDetail[] = [], options: ProblemOptions = {}) {
  return new Problem(
    status,
    ({ errorId }) => ({
      id: errorId,
      code,
      message: options.message ?? `The request could not be completed. ${MESSAGES[code] ?? ''}`.trimEnd(),
      ...(details.length > 0 && { details }),
    }),
    options.headers,
  )
}

export function invalidData(code: string, target: string, message: string, innerError?: Record<string, unknown>) {
  return problem(400, 'INVALID_DATA', [{ code, target, message, ...(innerError && { innerError }) }])
}

export function requiredValue(target: string): Problem {
  return invalidData('REQUIRED_VALUE', target, `${target} must be given`)
}

export function notUnique(target: string): Problem {
  return invalidData('UNIQUENESS_VIOLATION', target, `${target} is already in use`)
}

/** What would be well formed, but cannot be as things are. The code is documented, its use for this is inferred. */
export function constraintViolated(target: string, message: string): Problem {
  return invalidData('CONSTRAINT_VIOLATION', target, message)
}

export function limitExceeded(message: string, maximumAllowed: number): Problem {
  return problem(400, 'REQUEST_FAILED', [{ code: 'LIMIT_EXCEEDED', message, innerError: { maximumAllowed } }])
}

export function invalidRequest(message: string, status = 400): Problem {
  return problem(status, 'INVALID_REQUEST', [], { message: `The request could not be completed. ${message}` })
}

export function unsupportedMediaType(): Problem {
  return problem(415, 'INVALID_REQUEST')
}

export function notFound(message?: string): Problem {
  return problem(404, 'NOT_FOUND', [], message === undefined ? {} : { message })
}

export function invalidToken(): Problem {
  return problem(401, 'ACCESS_FAILED', [
    { code: 'INVALID_TOKEN', message: 'The access token is missing, expired, revoked or not one of ours.' },
  ])
}

export function insufficientPermissions(): Problem {
  return problem(403, 'ACCESS_FAILED', [
    {
      code: 'INSUFFICIENT_PERMISSIONS',
      message: 'The actor attempting to perform the request is not authorized.',
    },
  ])
}

/** What the API gateway in front of PingOne says: no id, no code. */
export function gatewayForbidden(): Problem {
  return new Problem(403, () => ({
    message: "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256): 'sandbox'.",
  }))
}

/** RFC 6749 §5.2, with PingOne's habit of naming the correlation id in the description. */
export function oauthError(status: number, error: string, description: string): Problem {
  return new Problem(status, ({ correlationId }) => ({
    error,
    error_description: `Request denied: ${description} (Correlation ID: ${correlationId})`,
  }))
}
