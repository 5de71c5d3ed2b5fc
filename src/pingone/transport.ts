import { Agent } from 'undici'

interface HttpRequest {
  method: string
  /** Scheme, host and port. */
  origin: string
  /** Path and query, encoded. */
  path: string
  headers: Record<string, string>
  body?: string | undefined
  /** For the whole exchange, from connecting to the last byte. */
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** Why a body is not whole. */
type Shortfall = 'cut_off' | 'too_long' | 'timed_out'

export interface HttpAnswer {
  status: number
  /** By lower-case name; of a repeated header the first. */
  header(name: string): string | undefined
  body: Buffer
  shortfall?: Shortfall
}

/** No answer came. `isSent` is false only where surely not one byte of the request was written. */
export class TransportError extends Error {
  readonly reason: 'timeout' | 'aborted' | 'network'
  readonly isSent: boolean

  constructor(reason: TransportError['reason'], isSent: boolean, cause?: Error) {
    super(reason, cause === undefined ? {} : { cause })
    this.reason = reason
    this.isSent = isSent
  }
}

/** How an attempt ended, for an observer. */
export const ATTEMPT_RESULT = { ended: ({ status }: HttpAnswer) => String(status), thrown: () => 'no_answer' }

export interface Transport {
  /** Rejects with a TransportError; follows no redirect; reads at most `maxBodyBytes`. */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

/**
 * HTTP/1.1 over kept-alive connections. It speaks to undici's dispatcher itself: only there can be told whether a
 * request was begun (`onRequestStart` comes right before the first byte is written, and an abort in it writes nothing).
 * HTTP/2 is off because a lost session would blur that.
 */
export function createTransport(options: { connectTimeoutMs: number; maxBodyBytes: number }): Transport {
  const agent = new Agent({
    allowH2: false,
    pipelining: 1,
    connections: 16,
    // The timer of `send` covers the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: options.connectTimeoutMs },
  })
  let closing: Promise<void> | undefined
  return {
    send: (request) => exchange(agent, request, options.maxBodyBytes),
    close: () => (closing ??= agent.close()),
  }
}

function exchange(agent: Agent, request: HttpRequest, maxBodyBytes: number): Promise<HttpAnswer> {
  const { signal } = request
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  if (signal?.aborted) return Promise.reject(new TransportError('aborted', false))

  let isSent = false
  let isSettled = false
  let abortExchange: (() => void) | undefined
  let head: Pick<HttpAnswer, 'status' | 'header'> | undefined
  const chunks: Buffer[] = []
  let size = 0

  const settle = (finish: () => void) => {
    if (isSettled) return
    isSettled = true
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    finish()
    abortExchange?.()
  }
  const answer = (shortfall?: Shortfall) =>
    settle(() => {
      const whole = { ...(head as NonNullable<typeof head>), body: Buffer.concat(chunks) }
      resolve(shortfall === undefined ? whole : { ...whole, shortfall })
    })
  const fail = (reason: TransportError['reason'], cause?: Error) =>
    settle(() => reject(new TransportError(reason, isSent, cause)))
  const onAbort = () => fail('aborted')
  const timer = setTimeout(() => (head === undefined ? fail('timeout') : answer('timed_out')), request.timeoutMs)
  signal?.addEventListener('abort', onAbort, { once: true })

  agent.dispatch(
    {
      origin: request.origin,
      path: request.path,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
    },
    {
      onRequestStart(controller) {
        abortExchange = () => controller.abort(new Error('No longer wanted'))
        if (isSettled) return abortExchange()
        isSent = true
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return
        head = {
          status,
          header: (name) => {
            const value = headers[name]
            return Array.isArray(value) ? value[0] : value
          },
        }
      },
      onResponseData(_controller, chunk) {
        size += chunk.length
        if (size > maxBodyBytes) return answer('too_long')
        chunks.push(Buffer.from(chunk))
      },
      onResponseEnd() {
        abortExchange = undefined
        answer()
      },
      onResponseError(_controller, error) {
        abortExchange = undefined
        if (head === undefined) fail('network', error)
        else answer('cut_off')
      },
    },
  )
  return promise
}
