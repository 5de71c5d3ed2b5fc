import type { Clock } from '../lib/clock.ts'
import type { ErrorCode } from '../lib/errors.ts'
import type { CleanText } from './answer-text.ts'
import { correlationIdOf } from './correlation.ts'
import type { ErrorBody } from './error-body.ts'
import { describeErrorBody, parseErrorBody } from './error-body.ts'
import type { Delivery, ErrorDetail } from './errors.ts'
import { PingOneError } from './errors.ts'
import { readJson } from './json-answer.ts'
import type { Failure, Retry } from './retry.ts'
import { parseRetryAfter } from './retry.ts'
import { roleFor } from './role-hints.ts'
import type { HttpAnswer } from './transport.ts'

/** What of a request decides how its failure is judged. */
export interface Sent {
  method: string
  path: string
  contentType?: string | undefined
}

interface Judgement {
  code: ErrorCode
  message: string
  next?: string
}

/** An answer of the API with a status from 300 on, as a typed error and whether it may be sent again. */
export function judgeApiAnswer(sent: Sent, answer: HttpAnswer, clean: CleanText, clock: Clock): Failure {
  const json = readJson(answer)
  const value = 'value' in json ? json.value : undefined
  const body = parseErrorBody(value, clean)
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), clock)
  const { code, message, next } = judge(sent, answer, body, { clean, retryAfterMs })
  const error = new PingOneError(code, message, {
    delivery: deliveryOf(answer.status, retryAfterMs),
    status: answer.status,
    details: body.details,
    next,
    correlationId: correlationIdOf(answer, value, clean),
    retryAfterSeconds: retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000),
  })
  return { error, retry: retryOf(sent, answer.status, body.details, retryAfterMs), retryAfterMs }
}

/**
 * 4xx, and 503 with `Retry-After`, say that nothing was done. 408 is an answer to what did not arrive whole, but who
 * gives it (a gateway, a proxy) may not know what became of the rest: not certain, like 3xx and 5xx.
 */
function deliveryOf(status: number, retryAfterMs: number | undefined): Delivery {
  if (status === 503 && retryAfterMs !== undefined) return 'refused'
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unknown'
}

function retryOf(sent: Sent, status: number, details: ErrorDetail[], retryAfterMs: number | undefined): Retry {
  if (status === 401) return has(details, 'INSUFFICIENT_PERMISSIONS') ? 'never' : 'fresh_token'
  // A quota is not free again within the time of a call.
  if (status === 429) return has(details, 'QUOTA_EXCEEDED') && retryAfterMs === undefined ? 'never' : 'later'
  if (status === 503 && retryAfterMs !== undefined) return 'later'
  const isReading = sent.method === 'GET' || sent.method === 'HEAD'
  return isReading && (status >= 500 || status === 408) ? 'later' : 'never'
}

function has(details: readonly ErrorDetail[], code: string): boolean {
  return details.some((detail) => detail.code === code)
}

function judge(
  sent: Sent,
  answer: HttpAnswer,
  body: ErrorBody,
  { clean, retryAfterMs }: { clean: CleanText; retryAfterMs: number | undefined },
): Judgement {
  const { status } = answer
  if (status < 400) return redirected('PingOne', answer, clean, 'PINGONE_API_URL (or PINGONE_REGION)')
  if (status === 400) return judgeRefusal(sent, status, body)
  if (status === 401)
    return has(body.details, 'INSUFFICIENT_PERMISSIONS') ? forbidden(sent, status, body) : badToken(body)
  if (status === 403) return forbidden(sent, status, body)
  if (status === 404) return notFound(sent, body)
  if (status === 429) return rateLimited('PingOne', retryAfterMs, body)
  if (status >= 500 || status === 408) return unavailable('PingOne', status, retryAfterMs, body)
  return refusal(status, body)
}

/** No redirect is followed: credentials go only to the URLs that were configured. */
export function redirected(who: string, answer: HttpAnswer, clean: CleanText, setting: string): Judgement {
  const location = answer.header('location')
  const target = location !== undefined && URL.canParse(location) ? ` to ${clean(new URL(location).host, 100)}` : ''
  return {
    code: 'PINGONE_UNEXPECTED_RESPONSE',
    message: `${who} answered with a redirect${target} (HTTP ${answer.status}), which is never followed`,
    next: `Check ${setting}: it must be the final address.`,
  }
}

export function rateLimited(who: string, retryAfterMs: number | undefined, body: ErrorBody): Judgement {
  const seconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000)
  const asks = seconds === undefined ? '' : `; it asks to wait ${seconds} s`
  return {
    code: 'RATE_LIMITED',
    message: `${who} limits the rate of requests (${told(429, body)})${asks}`,
    next: seconds === undefined ? 'Try again in a minute.' : `Try again in ${seconds} s.`,
  }
}

export function unavailable(who: string, status: number, retryAfterMs: number | undefined, body: ErrorBody): Judgement {
  const seconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000)
  const asks = seconds === undefined ? '' : `; it asks to wait ${seconds} s`
  return {
    code: 'PINGONE_UNAVAILABLE',
    message: `${who} failed to answer (${told(status, body)})${asks}`,
    next: seconds === undefined ? 'Try again in a moment.' : `Try again in ${seconds} s.`,
  }
}

/** `HTTP 400, INVALID_DATA; …`: the status and what PingOne said. */
export function told(status: number, body: ErrorBody): string {
  const said = describeErrorBody(body)
  return said === '' ? `HTTP ${status}` : `HTTP ${status}, ${said}`
}

function refusal(status: number, body: ErrorBody): Judgement {
  return { code: 'PINGONE_ERROR', message: `PingOne refused the request (${told(status, body)})` }
}

const CREATES_DEVICE = /^\/environments\/[^/]+\/users\/[^/]+\/devices$/
const ACTIVATION = 'application/vnd.pingidentity.device.activate+json'
const ABOUT_A_CODE = /OTP|EXPIR|ATTEMPT|LIMIT/

function judgeRefusal(sent: Sent, status: number, body: ErrorBody): Judgement {
  const limit = body.details.find((detail) => detail.code === 'LIMIT_EXCEEDED')
  if (limit !== undefined && sent.method === 'POST' && CREATES_DEVICE.test(sent.path)) return deviceLimit(limit)
  const code = body.details.find((detail) => detail.code === 'INVALID_OTP')
  if (code !== undefined) return codeRejected(status, body, code)
  if (sent.contentType === ACTIVATION) {
    const about = body.details.find((detail) => detail.target === 'otp' || ABOUT_A_CODE.test(detail.code))
    if (about !== undefined) return codeRejected(status, body, about)
  }
  return refusal(status, body)
}

function deviceLimit(detail: ErrorDetail): Judgement {
  const maximum = detail.inner?.['maximumAllowed']
  const isKnown = typeof maximum === 'number'
  return {
    code: 'DEVICE_LIMIT_REACHED',
    message: isKnown
      ? `The user already has as many MFA devices as this environment allows (${maximum})`
      : 'The user already has as many MFA devices as this environment allows',
    next: 'Unpair a device that is no longer used (unpair_mfa_device), then add the new one.',
  }
}

function codeRejected(status: number, body: ErrorBody, detail: ErrorDetail): Judgement {
  const left = detail.inner?.['attemptsRemaining']
  const attempts = typeof left === 'number' ? `; attempts left: ${left}` : ''
  return {
    code: 'OTP_REJECTED',
    message: `PingOne did not accept the one-time code (${told(status, body)})${attempts}`,
    next:
      left === 0
        ? 'No attempt is left: unpair the pending device and add it again.'
        : 'Ask the user for the newest code, all digits of it, and try again.',
  }
}

function badToken(body: ErrorBody): Judgement {
  return {
    code: 'AUTH_FAILED',
    message: `PingOne does not accept the access token, and neither a fresh one (${told(401, body)})`,
    next: 'Check that PINGONE_API_URL and PINGONE_AUTH_URL (or PINGONE_REGION) belong to the same PingOne region.',
  }
}

function forbidden(sent: Sent, status: number, body: ErrorBody): Judgement {
  if (has(body.details, 'LICENSE_EXCEEDED')) {
    return {
      code: 'FORBIDDEN',
      message: `The PingOne licence does not cover this (${told(status, body)})`,
      next: 'Check the licence of the environment in the PingOne admin console.',
    }
  }
  return {
    code: 'FORBIDDEN',
    message: `PingOne does not allow this to the worker application (${told(status, body)})`,
    next:
      `Give the worker application ${roleFor(sent.method, sent.path)} in this environment. PingOne answers the same ` +
      'where the environment does not exist: check PINGONE_ENVIRONMENT_ID and PINGONE_REGION too.',
  }
}

function notFound(sent: Sent, body: ErrorBody): Judgement {
  const message = `PingOne does not have what was asked for (${told(404, body)})`
  if (!/^\/environments\/[^/]+$/.test(sent.path)) return { code: 'NOT_FOUND', message }
  return { code: 'NOT_FOUND', message, next: 'Check PINGONE_ENVIRONMENT_ID and PINGONE_REGION.' }
}
