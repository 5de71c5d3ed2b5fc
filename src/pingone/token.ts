import type { Clock } from '../lib/clock.ts'
import { AppError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { observed, type Observer } from '../lib/observer.ts'
import { Secret } from '../lib/secret.ts'
import { createCleanText } from './answer-text.ts'
import type { Connection } from './endpoint.ts'
import type { Delivery } from './errors.ts'
import { PingOneError, restated } from './errors.ts'
import { cancelled, outOfTime, unreachable } from './failures.ts'
import { buildPath } from './paths.ts'
import type { Failure } from './retry.ts'
import { nextWaitMs } from './retry.ts'
import type { MintedToken } from './token-answers.ts'
import { judgeTokenAnswer } from './token-answers.ts'
import type { Transport } from './transport.ts'
import { ATTEMPT_RESULT, TransportError } from './transport.ts'
import { waitFor } from './waiting.ts'

export interface AccessToken {
  token: Secret
  /** The token, and the credentials that it was got with: what no text may repeat. */
  hidden: readonly Secret[]
}

export interface TokenSource {
  /**
   * The cached token, or the one that is being fetched: callers share it, and one who gives up does not end it for the
   * others. Rejects with a PingOneError whose delivery is `delivery`: the request that needed the token was not sent.
   */
  current(wants: { signal: AbortSignal | undefined; deadline: number; delivery: Delivery }): Promise<AccessToken>
  /** The API did not accept this token: the next `current` fetches another, unless that has happened already. */
  drop(token: AccessToken): void
  /** Ends a fetch that is under way. */
  close(): void
}

export interface TokenOptions {
  connection: Connection
  secret: () => Promise<Secret>
  transport: Transport
  clock: Clock
  log: Log
  observer: Observer
  random: () => number
  userAgent: string
  attemptMs: number
  budgetMs: number
}

const LONGEST_MARGIN_MS = 60_000
const TOKEN_RESULT = {
  ended: () => 'ok',
  thrown: (error: unknown) => (error instanceof AppError ? error.code : 'INTERNAL_ERROR'),
}

export function createTokenSource(options: TokenOptions): TokenSource {
  const { clock } = options
  const closing = new AbortController()
  let cached: (AccessToken & { usableUntil: number }) | undefined
  let pending: Promise<AccessToken> | undefined

  async function fetchToken(): Promise<AccessToken> {
    const secret = await readSecret(options)
    const sent = credentials(options.connection, secret)
    const askedAt = clock.now()
    const { token, expiresInMs } = await mintToken(options, sent, closing.signal)
    const usableUntil = askedAt + expiresInMs - Math.min(LONGEST_MARGIN_MS, expiresInMs / 10)
    cached = { token, hidden: [token, ...sent.hidden], usableUntil }
    return cached
  }

  return {
    async current({ signal, deadline, delivery }) {
      if (cached !== undefined && clock.now() < cached.usableUntil) return cached
      if (signal?.aborted) throw cancelled(delivery)
      pending ??= observed(options.observer, { kind: 'token' }, fetchToken, TOKEN_RESULT).finally(() => {
        pending = undefined
      })
      try {
        return await waitFor(pending, {
          signal,
          ms: Math.max(0, deadline - clock.now()),
          leave: (why) => (why === 'aborted' ? cancelled(delivery) : outOfTime(delivery)),
        })
      } catch (error) {
        throw error instanceof PingOneError ? restated(error, { delivery }) : error
      }
    },
    drop(token) {
      if (cached === token) cached = undefined
    },
    close() {
      closing.abort()
    },
  }
}

/** Asking for a token changes nothing, so it is repeated after 429, 5xx and lost answers; never after a refusal. */
async function mintToken(options: TokenOptions, sent: Credentials, signal: AbortSignal): Promise<MintedToken> {
  const { clock, log, random, budgetMs } = options
  const deadline = clock.now() + budgetMs
  for (let attempt = 1; ; attempt++) {
    const minted = await attemptToken(options, sent, signal)
    if ('token' in minted) {
      log.debug('pingone.authenticated', { attempt })
      return minted
    }
    const waitMs = nextWaitMs(minted, { attempt, now: clock.now(), deadline, random })
    if (waitMs === undefined) {
      log.warn('pingone.authentication_failed', { code: minted.error.code, correlationId: minted.error.correlationId })
      throw minted.error
    }
    log.debug('pingone.authentication_repeated', { attempt, waitMs, code: minted.error.code })
    try {
      await clock.sleep(waitMs, signal)
    } catch {
      throw cancelled('not_sent')
    }
  }
}

async function readSecret(options: TokenOptions): Promise<Secret> {
  try {
    return await options.secret()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const about = { next: error.next, cause: error.cause, delivery: 'not_sent' } as const
    throw new PingOneError(error.code, messageOf(error), about)
  }
}

async function attemptToken(
  options: TokenOptions,
  sent: Credentials,
  signal: AbortSignal,
): Promise<MintedToken | Failure> {
  const { connection, transport, attemptMs, userAgent, clock } = options
  const url = new URL(connection.authUrl)
  const basePath = url.pathname.replace(/\/+$/, '')
  const tokenPath = buildPath('/{environmentID}/as/token', { environmentID: connection.workerEnvironmentId })
  const sendHeaders = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': userAgent,
    ...sent.headers,
  }
  const request = { method: 'POST', origin: url.origin, path: `${basePath}${tokenPath}`, headers: sendHeaders }
  try {
    const answer = await observed(
      options.observer,
      { kind: 'pingone', method: request.method, path: tokenPath, origin: request.origin },
      () => transport.send({ ...request, body: sent.body, timeoutMs: attemptMs, signal }),
      ATTEMPT_RESULT,
    )
    const clean = createCleanText(sent.hidden.map((value) => value.reveal()))
    return judgeTokenAnswer(answer, { method: connection.tokenAuthMethod, clean, clock })
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    // What was lost is the token, not the request that needs it.
    const failure = restated(unreachable(error, "PingOne's token endpoint", attemptMs), { delivery: 'not_sent' })
    return { error: failure, retry: error.reason === 'aborted' ? 'never' : 'later' }
  }
}

interface Credentials {
  headers: Record<string, string>
  body: string
  hidden: Secret[]
}

/**
 * By exactly the method that the application is set to. RFC 6749 §2.3.1 would have both parts form-encoded before the
 * base64; what PingOne does with that is not documented, so they go as plain HTTP Basic (RFC 7617), which is the same
 * for every id and every secret without reserved characters.
 */
function credentials({ clientId, tokenAuthMethod }: Connection, secret: Secret): Credentials {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (tokenAuthMethod === 'post') {
    form.set('client_id', clientId)
    form.set('client_secret', secret.reveal())
    return { headers: {}, body: form.toString(), hidden: [secret] }
  }
  const basic = Buffer.from(`${clientId}:${secret.reveal()}`, 'utf8').toString('base64')
  return {
    headers: { authorization: `Basic ${basic}` },
    body: form.toString(),
    hidden: [secret, new Secret(basic)],
  }
}
