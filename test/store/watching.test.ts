import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import type { Store } from '../../src/store/store.ts'
import { event, onEachStore, onPostgres, request } from './stores.ts'

/** Resolves once it hears of something: of this approval, or of anything. */
function heard(store: Store, approvalId?: string): { news: Promise<void>; stop(): void } {
  const { promise: news, resolve } = Promise.withResolvers<void>()
  const stop = store.watch((id) => {
    if (approvalId === undefined || id === undefined || id === approvalId) resolve()
  })
  return { news, stop }
}

onEachStore((open) => {
  test('everybody who watches hears of it, and who has left does not', async () => {
    const [watching, changing] = [await open(), await open()]
    let late = 0
    const watchers = [heard(watching), heard(watching)]
    const stop = watching.watch(() => {
      late += 1
    })
    stop()

    await changing.openApproval(request('one'))

    await Promise.all(watchers.map(({ news }) => news))
    expect(late).toBe(0)
  })

  test('who watches a second time, after everybody had left, hears again', async () => {
    const [watching, changing] = [await open(), await open()]
    watching.watch(() => undefined)()
    const { news } = heard(watching)

    await changing.openApproval(request('one'))

    await expect(news).resolves.toBeUndefined()
  })

  test('a store that is closed while somebody watches is closed', async () => {
    const store = await open()
    let told = 0
    store.watch(() => {
      told += 1
    })
    await store.close()
    const before = told
    // Longer than SQLite's file would be left alone.
    await new Promise((resolve) => setTimeout(resolve, 250))

    expect(told).toBe(before)
    await expect(store.ping()).rejects.toThrow()
  })
})

onPostgres((open, server) => {
  test('who begins to watch while the database is away hears of changes once it is back', async () => {
    const [watching, changing] = [await open(), await open()]
    await changing.openApproval(request('one'))
    await server().postgres.stop()
    const ids: (string | undefined)[] = []
    const told = Promise.withResolvers<void>()
    watching.watch((id) => {
      ids.push(id)
      if (id === undefined) told.resolve()
    })

    await server().postgres.start()
    await told.promise
    const { news } = heard(watching, 'one')
    await changing.transition({ id: 'one', from: 'pending', to: 'denied', audit: event(5) })
    await news

    await expect.poll(() => ids).toEqual([undefined, 'one'])
  })

  test('a decision is heard of by each of several processes at once, under one connection each', async () => {
    const stores = await Promise.all(Array.from({ length: 3 }, open))
    await stores[0]?.openApproval(request('one'))
    const started = stores.flatMap((store) => Array.from({ length: 50 }, () => heard(store)))
    await Promise.all(started.map(({ news }) => news))
    const watchers = stores.flatMap((store) => Array.from({ length: 50 }, () => heard(store, 'one')))

    await stores[2]?.transition({ id: 'one', from: 'pending', to: 'denied', audit: event(5) })

    await Promise.all(watchers.map(({ news }) => news))
  })

  test('many who look at the moment at which much is over end each approval once', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, open))
    const ids = Array.from({ length: 40 }, (_, n) => `id ${n}`)
    for (const id of ids) await stores[0]?.openApproval(request(id, { pendingPerUser: 100 }))
    const ending = (row: { id: string }) => ({ to: 'expired' as const, audit: event(2000, 'approval.expired', row.id) })

    const sweeps = stores.flatMap((store) => Array.from({ length: 50 }, () => store.sweep(2000, ending)))
    await Promise.all(sweeps)

    const entries = (await stores[1]?.auditEntries())?.filter(({ kind }) => kind === 'approval.expired')
    expect(entries?.map(({ approvalId }) => approvalId).toSorted()).toEqual(ids.toSorted())
    expect(await stores[1]?.approvals({ states: ['pending'] })).toEqual([])
  })

  test('a store that is closed has no connection left', async () => {
    const store = await openPostgresStore({
      url: new Secret(server().url),
      log: createLog('error', systemClock, () => undefined),
    })
    const { news } = heard(store)
    await Promise.all([news, ...Array.from({ length: 30 }, () => store.approvals())])
    await store.close()

    const admin = await open()
    await admin.ping()
    expect(await connectionsTo(server().url)).toBe(1)
  })
})

async function connectionsTo(url: string): Promise<number> {
  const { default: postgres } = await import('postgres')
  const sql = postgres(url, { max: 1 })
  const [row] = await sql`SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'pingone-mfa-mcp'`
  await sql.end()
  return row?.['count'] as number
}
