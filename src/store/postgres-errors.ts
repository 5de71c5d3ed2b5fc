import { AppError } from '../lib/errors.ts'

/** Away, closing, starting, or too slow: nothing is wrong with the settings. */
const AWAY = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  '08000', // connection_exception and its kin
  '08003',
  '08006',
  '25006', // read-only: a stand-by
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled: the statement's time is over
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
])

/** What no waiting mends. */
const MISCONFIGURED: Readonly<Record<string, string>> = {
  '28000': 'the database does not let this user in',
  '28P01': 'the database does not accept the user or the password',
  '3D000': 'there is no such database',
  '42501': 'the database user lacks a right',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the database is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the database is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the database is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the database is for another name',
}

/** The error as callers get it. PostgreSQL's own text stays the cause: it may quote what was sent. */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError) return error
  const { code = '' } = (error ?? {}) as { code?: string }
  const misconfigured = MISCONFIGURED[code]
  if (misconfigured !== undefined) return unusable(misconfigured, error)
  if (!AWAY.has(code)) return error
  return new AppError('INTERNAL_ERROR', 'The approval store cannot be reached at the moment.', {
    next: 'Try again in a moment. Whatever was started is recorded, and nothing is carried out twice.',
    cause: error,
  })
}

/** The store cannot be used as it is configured. */
export function unusable(why: string, cause?: unknown): AppError {
  return new AppError('NOT_CONFIGURED', `PINGONE_MFA_DATABASE_URL: ${why}.`, {
    next: 'Mend the variable or the database; docs/operations.md says which rights are needed.',
    cause,
  })
}
