import { z } from 'zod'
import type { Clock } from '../lib/clock.ts'
import type { AppErrorDetails, ErrorCode } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import type { CleanText } from './answer-text.ts'
import { correlationIdOf } from './correlation.ts'
import type { TokenAuthMethod } from './endpoint.ts'
import { rateLimited, redirected, told, unavailable } from './error-answers.ts'
import type { ErrorBody } from './error-body.ts'
import { parseErrorBody } from './error-body.ts'
import { PingOneError } from './errors.ts'
import { readJson } from './json-answer.ts'
import type { Failure } from './retry.ts'
import { parseRetryAfter } from './retry.ts'
import type { HttpAnswer } from './transport.ts'

export interface MintedToken {
  token: Secret
  expiresInMs: number
}

const WHO = "PingOne's token endpoint"

const tokenAnswer = z.looseObject({
  // Printable ASCII: it is going to be a header.
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().min(0).max(31_536_000).default(300),
})

/** The token, or why there is none and whether it may be asked for again. */
export function judgeTokenAnswer(
  answer: HttpAnswer,
  { method, clean, clock }: { method: TokenAuthMethod; clean: CleanText; clock: Clock },
): MintedToken | Failure {
  const json = readJson(answer)
  const value = 'value' in json ? json.value : undefined
  const correlationId = correlationIdOf(answer, value, clean)
  const fail = (code: ErrorCode, message: string, details: AppErrorDetails = {}) =>
    new PingOneError(code, message, { ...details, status: answer.status, correlationId, delivery: 'not_sent' })

  if (answer.status < 300) {
    const minted = tokenAnswer.safeParse(value)
    if (minted.success) {
      return { token: new Secret(minted.data.access_token), expiresInMs: minted.data.expires_in * 1000 }
    }
    const problem = 'problem' in json ? json.problem : 'isEmpty' in json ? 'is empty' : 'holds no usable bearer token'
    const isLost = answer.shortfall === 'cut_off' || answer.shortfall === 'timed_out'
    const error = fail('PINGONE_UNEXPECTED_RESPONSE', `${WHO} gave an answer that ${problem}`, { next: CHECK_AUTH_URL })
    return { error, retry: isLost ? 'later' : 'never' }
  }

  const body = { ...parseErrorBody(value, clean), ...parseOAuthError(value, clean) }
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), clock)
  const { code, message, next } = judge(answer, body, { method, clean, retryAfterMs })
  const canRepeat = answer.status === 429 || answer.status >= 500 || answer.status === 408
  return { error: fail(code, message, { next }), retry: canRepeat ? 'later' : 'never', retryAfterMs }
}

const oauthError = z.looseObject({
  error: z.string(),
  error_description: z.string().optional().catch(undefined),
})

// RFC 6749 §5.2, brought into the words of the API's own errors.
function parseOAuthError(value: unknown, clean: CleanText): { code?: string; message?: string } {
  const parsed = oauthError.safeParse(value)
  if (!parsed.success) return {}
  const { error, error_description: description } = parsed.data
  return { code: clean(error, 60), ...(description === undefined ? {} : { message: clean(description, 300) }) }
}

const CHECK_AUTH_URL = 'Check PINGONE_AUTH_URL (or PINGONE_REGION): it must be the address of the PingOne auth service.'

interface Judgement {
  code: ErrorCode
  message: string
  next?: string
}

function judge(
  answer: HttpAnswer,
  body: ErrorBody,
  about: { method: TokenAuthMethod; clean: CleanText; retryAfterMs: number | undefined },
): Judgement {
  const { status } = answer
  if (status < 400) return redirected(WHO, answer, about.clean, 'PINGONE_AUTH_URL (or PINGONE_REGION)')
  if (status === 429) return rateLimited(WHO, about.retryAfterMs, body)
  if (status >= 500 || status === 408) return unavailable(WHO, status, about.retryAfterMs, body)
  const { reason, next } = refusal(status, body, about.method)
  return { code: 'AUTH_FAILED', message: `${reason} (${told(status, body)})`, next }
}

function refusal(status: number, body: ErrorBody, method: TokenAuthMethod): { reason: string; next: string } {
  // PingOne gives one code to a wrong method and to wrong credentials: only its text tells them apart.
  if (body.code === 'invalid_client' && /unsupported authentication method/i.test(body.message ?? '')) {
    const other = method === 'basic' ? 'post' : 'basic'
    return {
      reason: `The worker application does not take its credentials by the method "${method}"`,
      next: `Set PINGONE_TOKEN_AUTH_METHOD to "${other}", or change the application's token endpoint authentication method.`,
    }
  }
  if (body.code === 'access_denied' || /role assignment/i.test(body.message ?? '')) {
    return {
      reason: 'PingOne gives the worker application no access token: it has no roles',
      next: 'Assign roles to the worker application in the PingOne admin console, Identity Data Admin above all.',
    }
  }
  if (body.code === 'invalid_client') {
    return {
      reason: 'PingOne does not accept the client id and client secret in this environment',
      next:
        'Check PINGONE_CLIENT_ID and the client secret, that the application is enabled and belongs to the environment ' +
        '(PINGONE_WORKER_ENVIRONMENT_ID where it is another one than PINGONE_ENVIRONMENT_ID), and PINGONE_REGION.',
    }
  }
  if (body.code === 'unauthorized_client' || body.code === 'unsupported_grant_type') {
    return {
      reason: 'The application may not use client credentials',
      next: 'Use an application of type Worker, with the grant type "Client Credentials".',
    }
  }
  if (status === 404 || body.code === 'NOT_FOUND' || body.details.some((detail) => detail.target === 'environmentId')) {
    return {
      reason: 'PingOne does not know the environment that holds the worker application',
      next:
        'Check PINGONE_ENVIRONMENT_ID (PINGONE_WORKER_ENVIRONMENT_ID where the application lives in another one) ' +
        'and PINGONE_REGION.',
    }
  }
  return {
    reason: 'PingOne gave no access token',
    next: 'Check the region, the environment id, the client id and the client secret of the worker application.',
  }
}
