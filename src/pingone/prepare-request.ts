import type { Secret } from '../lib/secret.ts'
import type { PingOneRequest } from './request.ts'
import type { Connection } from './endpoint.ts'
import { buildQuery, isBuiltPath } from './paths.ts'

/** A request as it goes out, but for the token. */
export interface PreparedRequest {
  method: string
  origin: string
  path: string
  headers: Record<string, string>
  body?: string
}

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w.+-]+=[\w.+-]+)*$/

/** Throws where the path was not built or the media type is none: a mistake in this program, not in its input. */
export function prepareRequest(connection: Connection, request: PingOneRequest, userAgent: string): PreparedRequest {
  const { method, path, contentType, body, transactionId } = request
  if (!isBuiltPath(path)) throw new TypeError('The path was not made by the path builder')
  if (contentType !== undefined && !MEDIA_TYPE.test(contentType)) throw new TypeError('This is no media type')

  const base = new URL(connection.apiUrl)
  const basePath = base.pathname.replace(/\/+$/, '')
  const search = request.search ?? buildQuery(request.query ?? {})
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': userAgent }
  if (transactionId !== undefined) headers['x-ping-external-transaction-id'] = externalId(transactionId)
  if (contentType !== undefined || body !== undefined) headers['content-type'] = contentType ?? 'application/json'
  const target = {
    method,
    origin: base.origin,
    path: `${basePath}${path}${search === '' ? '' : `?${search}`}`,
    headers,
  }
  return body === undefined ? target : { ...target, body: serialize(body, contentType) }
}

function serialize(body: unknown, contentType: string | undefined): string {
  const isJson = contentType === undefined || /json/i.test(contentType)
  return typeof body === 'string' && !isJson ? body : JSON.stringify(body)
}

export function withToken(prepared: PreparedRequest, token: Secret): PreparedRequest {
  return { ...prepared, headers: { ...prepared.headers, authorization: `Bearer ${token.reveal()}` } }
}

// PingOne takes up to 100 characters and turns what it does not know into underscores.
function externalId(id: string): string {
  return id.slice(0, 100).replace(/[^A-Za-z0-9._\-/@=#+]/g, '_')
}
