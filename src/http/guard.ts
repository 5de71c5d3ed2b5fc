import type { Context, MiddlewareHandler } from 'hono'
import { isLoopbackHost } from '../pingone/endpoint.ts'

export interface Addresses {
  /** Without a slash at the end. */
  publicUrl: string
  /** What was bound. */
  host: string
  port: number
}

/**
 * Answers only under the names that are meant: a name that somebody else points at this machine gets nothing, nor does a
 * page of another origin (DNS rebinding). A client that is no browser sends no Origin.
 */
export function onlyAsMeant(addresses: Addresses): MiddlewareHandler {
  const { protocol } = new URL(addresses.publicUrl)
  const origins = new Set(originsOf(addresses))
  const hosts = new Set([...origins].map((origin) => new URL(origin).host))
  return async (context, next) => {
    const host = URL.parse(`${protocol}//${context.req.header('host') ?? ''}`)?.host
    if (host === undefined || !hosts.has(host))
      return refused(context, 421, 'This server does not answer under this name.')
    const origin = context.req.header('origin')
    if (origin !== undefined && !origins.has(origin)) return refused(context, 403, 'Not from another origin.')
    await next()
    return undefined
  }
}

function originsOf({ publicUrl, host, port }: Addresses): string[] {
  const isOnLoopback = isLoopbackHost(host.includes(':') ? `[${host}]` : host)
  if (!isOnLoopback) return [publicUrl]
  return [publicUrl, ...['localhost', '127.0.0.1', '[::1]'].map((name) => new URL(`http://${name}:${port}`).origin)]
}

/** A refusal in the shape of JSON-RPC, as a client reads it. */
export function refused(
  context: Context,
  status: 400 | 403 | 405 | 413 | 415 | 421 | 503,
  sentence: string,
  code = -32_600,
) {
  return context.json({ jsonrpc: '2.0', id: null, error: { code, message: sentence } }, status)
}
