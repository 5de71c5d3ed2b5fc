import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { AppError } from '../../src/lib/errors.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { verifyAudit } from '../../src/approval/audit.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { event, onPostgres, request } from './stores.ts'

const silent = createLog('error', systemClock, () => undefined)

async function errorOf(opening: Promise<unknown>): Promise<AppError> {
  const error = await opening.then(
    () => undefined,
    (error_: unknown) => error_,
  )
  if (!(error instanceof AppError)) throw new Error('an AppError was expected', { cause: error })
  return error
}

onPostgres((open, server) => {
  test('many who open an empty database at once make its schema once', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, open))

    const peppers = new Set(await Promise.all(stores.map((store) => store.pepper())))
    expect(peppers.size).toBe(1)
  })

  test('the chain is one after a thousand entries that several processes wrote at once', async () => {
    const store = await open()
    const writer = join(import.meta.dirname, 'audit-writer.ts')

    const writers = Array.from({ length: 4 }, (_, n) =>
      spawn(process.execPath, [writer, server().url, '250', String(n)], { stdio: 'inherit' }),
    )
    const codes = await Promise.all(writers.map(async (writing) => (await once(writing, 'exit'))[0] as number))

    expect(codes).toEqual([0, 0, 0, 0])
    expect(await verifyAudit(store)).toMatchObject({ entries: 1000 })
    expect((await verifyAudit(store)).broken).toBeUndefined()
  })

  test('a database that goes away is told of, and used again when it is back', async () => {
    const store = await open()
    await store.openApproval(request('one'))

    await server().postgres.stop()
    const away = [await errorOf(store.ping()), await errorOf(store.approvals())]
    await server().postgres.start()

    expect(away.map(({ code }) => code)).toEqual(['INTERNAL_ERROR', 'INTERNAL_ERROR'])
    expect(away.map(({ message }) => message).join()).toContain('cannot be reached')
    await store.ping()
    expect(await store.approvals()).toHaveLength(1)
  })

  test('whoever watches hears of a change after the database was away', async () => {
    const [watching, changing] = [await open(), await open()]
    await changing.openApproval(request('one'))
    let back = Promise.withResolvers<void>()
    let heard = Promise.withResolvers<string>()
    const stop = watching.watch((id) => (id === undefined ? back.resolve() : heard.resolve(id)))
    await back.promise
    back = Promise.withResolvers()
    heard = Promise.withResolvers()

    await server().postgres.stop()
    await server().postgres.start()
    await back.promise
    await changing.transition({ id: 'one', from: 'pending', to: 'denied', audit: event(5) })

    expect(await heard.promise).toBe('one')
    stop()
  })

  test('a wrong password is a matter of configuration, and stands in no text', async () => {
    const url = server().url.replace(/:[^:@]+@/, ':canary-wrong-password@')

    const error = await errorOf(openPostgresStore({ url: new Secret(url), log: silent }))

    expect(error.code).toBe('NOT_CONFIGURED')
    expect(error.message).toContain('PINGONE_MFA_DATABASE_URL')
    expect(`${error.message} ${error.next}`).not.toContain('canary')
  })

  test('a database that is not there is told of', async () => {
    const error = await errorOf(openPostgresStore({ url: new Secret(`${server().url}_missing`), log: silent }))

    expect([error.code, error.message]).toEqual([
      'NOT_CONFIGURED',
      'PINGONE_MFA_DATABASE_URL: there is no such database.',
    ])
  })

  test('a schema that a newer program made is left alone', async () => {
    await open()
    const sql = postgres(server().url, { max: 1, onnotice: () => undefined })
    await sql`UPDATE pingone_mfa.meta SET value = '99' WHERE key = 'schema'`
    await sql.end()

    const error = await errorOf(openPostgresStore({ url: new Secret(server().url), log: silent }))

    expect(error.message).toContain('newer version')
  })

  test('a user without the right to make a schema is told so, and may use one that was made', async () => {
    const admin = postgres(server().url, { max: 1, onnotice: () => undefined })
    await admin.unsafe("CREATE ROLE limited LOGIN PASSWORD 'limited-password'").catch(() => undefined)
    const url = server().url.replace(/\/\/[^@]+@/, '//limited:limited-password@')

    const refused = await errorOf(openPostgresStore({ url: new Secret(url), log: silent }))
    await admin.unsafe('CREATE SCHEMA pingone_mfa AUTHORIZATION limited')
    const store = await openPostgresStore({ url: new Secret(url), log: silent })
    await store.audit(event(1))
    await store.close()
    await admin.end()

    expect([refused.code, refused.message]).toEqual([
      'NOT_CONFIGURED',
      'PINGONE_MFA_DATABASE_URL: the database user lacks a right.',
    ])
  })
})
