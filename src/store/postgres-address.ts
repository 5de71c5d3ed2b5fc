import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Secret } from '../lib/secret.ts'
import { unusable } from './postgres-errors.ts'

/** Where the database is and who asks, taken apart from its URL. */
export interface DatabaseAddress {
  host: string
  port: number
  database: string
  user: string
  /** Undefined where the URL has none: PGPASSWORD then counts, as with every client of PostgreSQL. */
  password: string | undefined
  tls: false | 'prefer' | ConnectionOptions
  /** What else stands in the URL's query: settings of the session. */
  settings: Record<string, string>
}

const DEFAULT_PORT = 5432

/** Throws NOT_CONFIGURED for what cannot be understood: a mode of TLS that is misspelt must not end in none. */
export function parseAddress(url: Secret): DatabaseAddress {
  const parsed = URL.parse(url.reveal())
  if (parsed === null || parsed.hostname === '')
    throw unusable('is not a URL such as postgres://user:password@host/database')
  const { sslmode, sslrootcert, ...settings } = Object.fromEntries(parsed.searchParams)
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  const user = decoded(parsed.username)
  return {
    host,
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    database: decoded(parsed.pathname.slice(1)) || user,
    user,
    password: decoded(parsed.password) || undefined,
    tls: tlsOf(host, sslmode, sslrootcert),
    settings,
  }
}

/** PostgreSQL, libpq: SSL Mode Descriptions. Without a mode TLS is used where the server has it, as every client does. */
function tlsOf(host: string, mode = 'prefer', rootFile?: string): DatabaseAddress['tls'] {
  const ca = rootFile === undefined || rootFile === 'system' ? undefined : rootCertificates(rootFile)
  const name = { host, ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) }
  const anyName = { checkServerIdentity: () => undefined }
  if (mode === 'verify-full' || rootFile === 'system') return name
  if (mode === 'verify-ca') return { ...name, ...anyName }
  // With a root at hand `require` looks at who signed, too.
  if (mode === 'require') return ca === undefined ? { ...name, rejectUnauthorized: false } : { ...name, ...anyName }
  if (mode === 'prefer' || mode === 'allow') return 'prefer'
  if (mode === 'disable') return false
  throw unusable('sslmode must be disable, allow, prefer, require, verify-ca or verify-full')
}

function rootCertificates(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unusable('the file that sslrootcert names cannot be read', error)
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw unusable('has a % that encodes nothing; write it as %25')
  }
}
