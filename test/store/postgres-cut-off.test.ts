import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { AppError } from '../../src/lib/errors.ts'
import { createLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { event, onPostgres, request } from './stores.ts'
import { tapLine } from './tapped-line.ts'

const log = createLog('error', systemClock, () => undefined)
const openAt = async (url: string) => {
  const store = await openPostgresStore({ url: new Secret(url), log })
  onTestFinished(() => store.close())
  return store
}
const failureOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'no failure',
    (error: unknown) => (error instanceof AppError ? `${error.code}: ${error.message}` : String(error)),
  )

onPostgres((open, server) => {
  test('what was cut off before it was committed is done again, once', async () => {
    const line = await tapLine(server().url)
    const store = await openAt(line.url)

    line.cutAt('INSERT INTO audit', true)
    await store.openApproval(request('one'))

    expect((await store.approvals()).map(({ id }) => id)).toEqual(['one'])
    expect(await store.auditEntries()).toHaveLength(1)
  })

  test.each([
    ['has arrived', true, 1],
    ['has not arrived', false, 0],
  ])(
    'a commit without an answer that %s is not sent again, and nobody says what became of it',
    async (_, arrives, kept) => {
      const line = await tapLine(server().url)
      const store = await openAt(line.url)

      line.cutAt('COMMIT', arrives)
      const failure = await failureOf(store.openApproval(request('one')))

      expect(failure).toBe(
        'INTERNAL_ERROR: The approval store stopped answering; whether this was recorded is not known.',
      )
      // The database may still be at it.
      await expect.poll(async () => (await store.approvals()).length).toBe(kept)
      expect(await store.auditEntries()).toHaveLength(kept)
    },
  )

  test('a single write without an answer is not sent again', async () => {
    const line = await tapLine(server().url)
    const store = await openAt(line.url)
    await store.openApproval(request('one'))

    line.cutAt('failed_attempts + 1', true)
    const failure = await failureOf(store.takeAttempt('one', 5))

    expect(failure).toContain('whether this was recorded is not known')
  })

  test('a database that has gone silent is told of, and what was under way is not recorded later', async () => {
    const line = await tapLine(server().url)
    const store = await openAt(line.url)
    await store.approvals()

    line.fallSilent()
    const failures = await Promise.all([failureOf(store.approvals()), failureOf(store.audit(event(1)))])

    expect(failures).toEqual([
      'INTERNAL_ERROR: The approval store cannot be reached at the moment.',
      'INTERNAL_ERROR: The approval store cannot be reached at the moment; nothing was recorded.',
    ])
    expect(await (await open()).auditEntries()).toEqual([])
  })

  test.each([
    ['sslmode=require', 'the database does not speak TLS, and sslmode asks for it'],
    ['sslmode=verify_full', 'sslmode must be disable, allow, prefer, require, verify-ca or verify-full'],
    ['sslmode=verify-full&sslrootcert=/nowhere', 'the file that sslrootcert names cannot be read'],
    ['channel_binding=require', 'the database does not know a setting in the query of the URL'],
  ])('%s is refused rather than left out', async (query, why) => {
    const failure = await failureOf(openAt(`${server().url}?${query}`))

    expect(failure).toBe(`NOT_CONFIGURED: PINGONE_MFA_DATABASE_URL: ${why}.`)
  })

  test.each(['', 'sslmode=prefer', 'sslmode=disable', 'application_name=another'])('?%s is taken', async (query) => {
    const store = await openAt(`${server().url}?${query}`)

    await expect(store.ping()).resolves.toBeUndefined()
  })
})

test('what hangs up in place of the database is not asked without end', async () => {
  let asked = 0
  const nobody = createServer((socket) => {
    asked += 1
    socket.on('error', () => undefined).end()
  }).listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  onTestFinished(() => void nobody.close())
  const { port } = nobody.address() as { port: number }

  const failure = await failureOf(openAt(`postgres://somebody:canary@127.0.0.1:${port}/database`))

  expect(failure).toBe('INTERNAL_ERROR: The approval store cannot be reached at the moment.')
  expect(asked).toBeLessThan(100)
})

test('a password with a stray % is a matter of configuration, and stands in no text', async () => {
  const failure = await failureOf(openAt('postgres://somebody:canary%zz@127.0.0.1:1/database'))

  expect(failure).toBe('NOT_CONFIGURED: PINGONE_MFA_DATABASE_URL: has a % that encodes nothing; write it as %25.')
})
