import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { NO_OBSERVER, observed, type Observer } from '../lib/observer.ts'
import { requestId } from '../lib/request-id.ts'
import type { Secret } from '../lib/secret.ts'
import { createCleanText, hiddenValues } from './answer-text.ts'
import type { Connection } from './endpoint.ts'
import { judgeApiAnswer } from './error-answers.ts'
import type { Delivery } from './errors.ts'
import { restated } from './errors.ts'
import { cancelled, outOfTime, unreachable } from './failures.ts'
import type { PreparedRequest } from './prepare-request.ts'
import { prepareRequest, withToken } from './prepare-request.ts'
import type { PingOneClient, PingOneRequest, PingOneResponse } from './request.ts'
import type { Failure } from './retry.ts'
import { jitter, nextWaitMs } from './retry.ts'
import { readSuccess } from './success-answer.ts'
import type { AccessToken } from './token.ts'
import { createTokenSource } from './token.ts'
import { ATTEMPT_RESULT, createTransport, TransportError } from './transport.ts'

export type { PingOneClient } from './request.ts'

interface ClientTimeouts {
  connectMs: number
  attemptMs: number
  budgetMs: number
  /** For getting a token, all attempts together. */
  tokenBudgetMs: number
}

export interface ClientOptions {
  connection: Connection
  /** Asked once a token is needed, each time. An AppError it rejects with is passed on under its own code. */
  secret: () => Promise<Secret>
  clock: Clock
  log: Log
  /** Is told of every attempt and every token. */
  observer?: Observer
  /** Between 0 and 1; spreads retries. */
  random?: () => number
  timeouts?: Partial<ClientTimeouts>
  maxBodyBytes?: number
  /** `pingone-mfa-mcp/<version>` */
  userAgent: string
}

// Every call of the product is answered within 30 s.
const TIMEOUTS: ClientTimeouts = { connectMs: 5_000, attemptMs: 10_000, budgetMs: 20_000, tokenBudgetMs: 15_000 }
const MAX_BODY_BYTES = 5_000_000

export function createPingOneClient(options: ClientOptions): PingOneClient {
  const { connection, secret, clock, log, userAgent, random = jitter, maxBodyBytes = MAX_BODY_BYTES } = options
  const { observer = NO_OBSERVER } = options
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const transport = createTransport({ connectTimeoutMs: timeouts.connectMs, maxBodyBytes })
  const { attemptMs, tokenBudgetMs } = timeouts
  const world = { clock, log, observer, random, userAgent }
  const tokens = createTokenSource({ connection, secret, transport, attemptMs, budgetMs: tokenBudgetMs, ...world })

  /** One request, one answer. */
  async function attempt<T>(
    request: PingOneRequest<T>,
    prepared: PreparedRequest,
    access: AccessToken,
    timeoutMs: number,
  ): Promise<{ response: PingOneResponse<T> } | Failure> {
    const startedAt = clock.now()
    const clean = createCleanText([...access.hidden.map((value) => value.reveal()), ...hiddenValues(request.body)])
    try {
      const { method, path } = request
      const sent = { ...withToken(prepared, access.token), timeoutMs, signal: request.signal }
      const answer = await observed(
        observer,
        { kind: 'pingone', method, path, origin: prepared.origin },
        () => transport.send(sent),
        ATTEMPT_RESULT,
      )
      log.debug('pingone.answered', { method, path, status: answer.status, durationMs: clock.now() - startedAt })
      return answer.status < 300 ? readSuccess(request, answer, clean) : judgeApiAnswer(request, answer, clean, clock)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      const isReading = request.method === 'GET' || request.method === 'HEAD'
      const retry = isReading && error.reason !== 'aborted' ? 'later' : 'never'
      return { error: unreachable(error, 'PingOne', timeoutMs), retry }
    }
  }

  return {
    connection,

    async request<T>(request: PingOneRequest<T>): Promise<PingOneResponse<T>> {
      const transactionId = request.transactionId ?? requestId()
      const prepared = prepareRequest(connection, { ...request, transactionId }, userAgent)
      const deadline = clock.now() + (request.budgetMs ?? timeouts.budgetMs)
      let hasFreshToken = false
      // What is known of the attempts so far; none is followed by another where it may have been carried out.
      let delivery: Delivery = 'not_sent'
      for (let count = 1; ;) {
        const access = await tokens.current({ signal: request.signal, deadline, delivery })
        const leftMs = deadline - clock.now()
        if (leftMs <= 0) throw outOfTime(delivery)
        const outcome = await attempt(request, prepared, access, Math.min(request.timeoutMs ?? attemptMs, leftMs))
        if ('response' in outcome) return outcome.response

        delivery = worse(delivery, outcome.error.delivery)
        if (outcome.retry === 'fresh_token' && !hasFreshToken) {
          hasFreshToken = true
          tokens.drop(access)
          continue
        }
        const waitMs = nextWaitMs(outcome, { attempt: count, now: clock.now(), deadline, random })
        if (waitMs === undefined) throw restated(outcome.error, { delivery })
        count++
        log.info('pingone.repeated', {
          path: request.path,
          code: outcome.error.code,
          status: outcome.error.status,
          waitMs,
        })
        try {
          await clock.sleep(waitMs, request.signal)
        } catch {
          throw cancelled(delivery)
        }
      }
    },

    async close() {
      tokens.close()
      await transport.close()
    },
  }
}

const CERTAINTY: readonly Delivery[] = ['not_sent', 'refused', 'unknown']

function worse(a: Delivery, b: Delivery): Delivery {
  return CERTAINTY.indexOf(a) > CERTAINTY.indexOf(b) ? a : b
}
