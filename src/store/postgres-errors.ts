import { AppError } from '../lib/errors.ts'

/** The connection was lost, or the server is stopping: what had been sent may have been carried out. */
const LOST = [
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '08000', // connection_exception and its kin
  '08003',
  '08006',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
]

/** Nothing was carried out. */
const NOT_DONE = [
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'NO_CONNECTION',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '25006', // read-only: a stand-by
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled: the statement's time is over
  '57P03', // cannot_connect_now
]

/** What passes within moments, when a database is started anew. */
const GONE = [...LOST.filter((code) => code !== 'ETIMEDOUT'), 'ECONNREFUSED', '40001', '40P01', '57P03']

/** What no waiting mends. */
const MISCONFIGURED: Readonly<Record<string, string>> = {
  '28000': 'the database does not let this user in',
  '28P01': 'the database does not accept the user or the password',
  '3D000': 'there is no such database',
  '42501': 'the database user lacks a right',
  '42704': 'the database does not know a setting in the query of the URL',
  CERT_HAS_EXPIRED: 'the certificate of the database is over',
  NO_TLS: 'the database does not speak TLS, and sslmode asks for it',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the database is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the database is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate of the database is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the database is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the database is for another name',
}

/** Whether it may be gone in a moment, and what was not carried out may be tried again. */
export function isGone(error: unknown): boolean {
  return GONE.includes(codeOf(error))
}

/**
 * The error as callers get it. PostgreSQL's own text stays the cause: it may quote what was sent. `asked` is what was
 * under way: a read, a write that may have been carried out (`sent`), or one that certainly was not (`unsent`).
 */
export function storeError(error: unknown, asked: 'read' | 'sent' | 'unsent'): unknown {
  if (error instanceof AppError) return error
  const code = codeOf(error)
  const misconfigured = MISCONFIGURED[code]
  if (misconfigured !== undefined) return unusable(misconfigured, error)
  const isLost = LOST.includes(code)
  if (!isLost && !NOT_DONE.includes(code)) return error
  if (isLost && asked === 'sent') {
    return new AppError(
      'INTERNAL_ERROR',
      'The approval store stopped answering; whether this was recorded is not known.',
      {
        next: 'Look at the approval before you ask again. Nothing is carried out twice.',
        cause: error,
      },
    )
  }
  const nothing = asked === 'read' ? '' : '; nothing was recorded'
  return new AppError('INTERNAL_ERROR', `The approval store cannot be reached at the moment${nothing}.`, {
    next: 'Try again in a moment.',
    cause: error,
  })
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** The store cannot be used as it is configured. */
export function unusable(why: string, cause?: unknown): AppError {
  return new AppError('NOT_CONFIGURED', `PINGONE_MFA_DATABASE_URL: ${why}.`, {
    next: 'Mend the variable or the database; docs/operations.md says which rights are needed.',
    cause,
  })
}
