import type { z } from 'zod'
import type { Connection } from './endpoint.ts'

/** One tenant, spoken to as one worker application. */
export interface PingOneClient {
  readonly connection: Connection
  /** Rejects with a PingOneError (or, for an impossible path or query, INVALID_INPUT). */
  request<T = unknown>(request: PingOneRequest<T>): Promise<PingOneResponse<T>>
  /** Waits for requests that are under way; later ones fail. */
  close(): Promise<void>
}

export interface PingOneRequest<T = unknown> {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From `buildPath`: begins with `/environments/…`, without `/v1`. */
  path: string
  query?: Readonly<Record<string, string | number | undefined>> | undefined
  /** A query exactly as PingOne wrote it in a link, without the question mark; instead of `query`. */
  search?: string | undefined
  /** Of the body, or, where PingOne tells actions apart by it, of the request without one. Default `application/json`. */
  contentType?: string | undefined
  /** Becomes JSON; a string goes as it is where `contentType` is not a JSON type. */
  body?: unknown
  /** What the answer must be. Without one the answer is whatever JSON came, or undefined where nothing did. */
  schema?: z.ZodType<T> | undefined
  signal?: AbortSignal | undefined
  /** For one attempt, connecting and reading included. */
  timeoutMs?: number | undefined
  /** For all attempts together, waiting included. */
  budgetMs?: number | undefined
  /** Sent as `X-Ping-External-Transaction-ID`, to find this call in PingOne's audit. */
  transactionId?: string | undefined
}

export interface PingOneResponse<T = unknown> {
  status: number
  data: T
  correlationId?: string
  location?: string
}
