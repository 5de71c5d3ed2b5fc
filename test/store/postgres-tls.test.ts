import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { AppError } from '../../src/lib/errors.ts'
import { createLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { hasPostgres, type PostgresServer, startPostgres } from '../postgres.ts'
import { ownCertificate } from './certificate.ts'

/** A server whose certificate is for `localhost`, and asked for at another address where the name is to be wrong. */
let server: PostgresServer | undefined
let url = ''
let folder = ''
const log = createLog('error', systemClock, () => undefined)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'roots-'))
  const own = ownCertificate('localhost')
  writeFileSync(join(folder, 'own.pem'), own.certificate)
  writeFileSync(join(folder, 'other.pem'), ownCertificate('localhost').certificate)
  if (!(await hasPostgres())) return
  server = await startPostgres({ tls: own })
  url = await server.createDatabase()
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(({ skip }) => skip(server === undefined, 'there is no PostgreSQL for this platform'))

/** Whether the connection of a store that is opened there is encrypted, or why there is none. */
async function openedAt(host: string, query: string): Promise<string> {
  const at = `${url.replace('127.0.0.1', host)}?${query.replace('$roots', folder)}`
  try {
    const store = await openPostgresStore({ url: new Secret(at), log })
    const admin = postgres(url, { max: 1 })
    const [row] = await admin`SELECT bool_and(ssl) AS encrypted FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
      WHERE application_name = 'pingone-mfa-mcp'`
    await admin.end()
    await store.close()
    return row?.['encrypted'] === true ? 'encrypted' : 'readable'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.code}: ${error.message}`
  }
}

const NOT_TRUSTED = 'NOT_CONFIGURED: PINGONE_MFA_DATABASE_URL: the certificate of the database is not trusted.'
const OTHER_NAME = 'NOT_CONFIGURED: PINGONE_MFA_DATABASE_URL: the certificate of the database is for another name.'

test.each([
  ['127.0.0.1', '', 'encrypted'],
  ['127.0.0.1', 'sslmode=prefer', 'encrypted'],
  ['127.0.0.1', 'sslmode=disable', 'readable'],
  ['127.0.0.1', 'sslmode=require', 'encrypted'],
  ['127.0.0.1', 'sslmode=require&sslrootcert=$roots/own.pem', 'encrypted'],
  ['127.0.0.1', 'sslmode=require&sslrootcert=$roots/other.pem', NOT_TRUSTED],
  ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=$roots/own.pem', 'encrypted'],
  ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=$roots/other.pem', NOT_TRUSTED],
  ['127.0.0.1', 'sslmode=verify-full&sslrootcert=$roots/own.pem', OTHER_NAME],
  ['localhost', 'sslmode=verify-full&sslrootcert=$roots/own.pem', 'encrypted'],
  ['localhost', 'sslmode=verify-full', NOT_TRUSTED],
  ['localhost', 'sslrootcert=system', NOT_TRUSTED],
])('%s with "%s": %s', async (host, query, expected) => {
  expect(await openedAt(host, query)).toBe(expected)
})
