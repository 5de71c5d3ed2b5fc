import { beforeEach, expect, test } from 'vitest'
import type { Ending, Store } from '../../src/store/store.ts'
import { event, onEachStore, request, ROW } from './stores.ts'

onEachStore((open) => {
  let first: Store
  let second: Store
  beforeEach(async () => {
    first = await open()
    second = await open()
  })

  const kinds = async () => (await first.auditEntries()).map(({ kind }) => kind)

  test('what is opened is found by its claim, with everything that was given', async () => {
    const opened = request('one')

    expect(await first.openApproval(opened)).toEqual({ kind: 'opened' })
    expect(await second.approvalByClaim('hash of one')).toEqual({ row: opened.row, claim: opened.claim })
    expect(await second.approvalByClaim('another')).toBeUndefined()
    expect(await kinds()).toEqual(['approval.requested'])
  })

  test('the same request shares what waits, and has a claim of its own', async () => {
    await first.openApproval(request('one', { shareKey: 'same' }))

    const shared = await second.openApproval(request('two', { shareKey: 'same' }))

    expect(shared).toMatchObject({ kind: 'shared', row: { id: 'one' } })
    expect((await first.claimsOf('one')).map(({ tokenHash }) => tokenHash).toSorted()).toEqual([
      'hash of one',
      'hash of two',
    ])
    expect(await kinds()).toEqual(['approval.requested', 'approval.asked_again'])
  })

  test('of many equal requests at once one is opened, and the others share it', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? first : second).openApproval(request(`id ${n}`, { shareKey: 'same' })),
      ),
    )

    expect(results.filter(({ kind }) => kind === 'opened')).toHaveLength(1)
    expect(results.filter(({ kind }) => kind === 'shared')).toHaveLength(19)
  })

  test('no more wait for one user than may, however many are asked for at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? first : second).openApproval(request(`id ${n}`))),
    )

    expect(results.filter(({ kind }) => kind === 'opened')).toHaveLength(3)
    expect(await first.approvals({ states: ['pending'] })).toHaveLength(3)
    expect(await second.openApproval(request('other', { row: { caller: 'somebody else' } }))).toEqual({
      kind: 'opened',
    })
  })

  test('a denial is remembered for its time', async () => {
    await first.openApproval(request('one'))
    const decision = { at: 100, by: 'a person', how: 'page' } as const
    await first.transition({ id: 'one', from: 'pending', to: 'denied', set: { decision }, audit: event(100, 'denied') })
    const again = (deniedSince: number) =>
      second.openApproval(request('two', { deniedSince, row: { requestKey: 'request one' } }))

    expect(await again(99)).toMatchObject({ kind: 'denied', row: { id: 'one', decision } })
    expect(await again(100)).toEqual({ kind: 'opened' })
  })

  test('what can no longer run keeps its masked plan and no letter', async () => {
    await first.openApproval(request('one', { row: { plan: '{"number":"+12025550150"}' } }))
    const approve = { id: 'one', from: 'pending', to: 'approved', letters: { 'hash of one': 'sealed' } } as const
    await first.transition({ ...approve, audit: event(1, 'approved') })
    expect((await second.approvalByClaim('hash of one'))?.claim.letter).toBe('sealed')

    await second.transition({ id: 'one', from: 'approved', to: 'cancelled', audit: event(2, 'cancelled') })

    const found = await first.approvalByClaim('hash of one')
    expect([found?.row.plan, found?.row.requestKey, found?.claim.letter]).toEqual(['{"masked":true}', '', undefined])
  })

  test('a code is sealed to every claim: a decision that has seen fewer is lost', async () => {
    await first.openApproval(request('one', { shareKey: 'same' }))
    await second.openApproval(request('two', { shareKey: 'same' }))
    const approve = (claims: number) =>
      first.transition({ id: 'one', from: 'pending', to: 'approved', claims, audit: event(1, 'approved') })

    expect([await approve(1), await approve(2)]).toEqual(['lost', 'done'])
  })

  test('of many decisions at once one counts, and the log has that one', async () => {
    await first.openApproval(request('one'))

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? first : second).transition({
          id: 'one',
          from: 'pending',
          to: n % 3 === 0 ? 'denied' : 'approved',
          audit: event(n, 'decided'),
        }),
      ),
    )

    expect(results.filter((result) => result === 'done')).toHaveLength(1)
    expect((await kinds()).filter((kind) => kind === 'decided')).toHaveLength(1)
  })

  test('an hourly limit holds across connections', async () => {
    for (let n = 0; n < 10; n += 1) await first.insertApproved({ ...ROW, id: `id ${n}` }, '{}', event(0))

    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? first : second).transition({
          id: `id ${n}`,
          from: 'approved',
          to: 'executing',
          set: { leaseId: 'l', leaseUntil: 100, startedAt: 10 },
          executionLimit: { since: 0, max: 4 },
          audit: event(10, 'started', `id ${n}`),
        }),
      ),
    )

    expect(results.filter((result) => result === 'done')).toHaveLength(4)
    expect(results.filter((result) => result === 'limited')).toHaveLength(6)
  })

  test('what is over its time is ended once, whoever looks', async () => {
    await first.openApproval(request('one', { row: { expiresAt: 50 } }))
    await first.openApproval(request('two', { row: { expiresAt: 500 } }))
    const expired = ({ id }: { id: string }): Ending => ({ to: 'expired', audit: event(60, 'approval.expired', id) })

    await Promise.all([first.sweep(60, expired), second.sweep(60, expired), first.sweep(60, expired)])

    expect(await first.approvals({ states: ['expired'] })).toMatchObject([{ id: 'one', finishedAt: 60 }])
    expect((await kinds()).filter((kind) => kind === 'approval.expired')).toHaveLength(1)
    expect(await first.sweep(60, expired)).toBe(0)
  })

  test('a run that nobody asks about is closed after a day, with its steps', async () => {
    await first.insertApproved(ROW, '{}', event(0))
    const set = { leaseId: 'a', leaseUntil: 100, startedAt: 10 }
    await first.transition({ id: 'one', from: 'approved', to: 'executing', set, audit: event(10) })
    await first.beginStep('one', 'a', 0, event(20))
    const day = 24 * 60 * 60_000
    const seen: number[] = []
    const close = (_row: unknown, steps: readonly unknown[]): Ending => {
      seen.push(steps.length)
      return { to: 'uncertain', outcome: '{"closed":true}', audit: event(day + 200, 'abandoned') }
    }

    expect(await second.sweep(day, close)).toBe(0)
    expect(await second.sweep(day + 101, close)).toBe(1)
    expect([seen, (await first.approvalById('one'))?.outcome]).toEqual([[1], '{"closed":true}'])
  })

  test('a cover has three tries, gives back what was released, and ends', async () => {
    const cover = { id: 'c', tenant: 't', caller: 'a', userId: 'u', deviceId: 'd', approvalId: 'one', expiresAt: 100 }
    await first.openCover(cover)
    const take = (store: Store, now = 1) => store.takeCover({ ...cover, now })

    expect(await take(first)).toEqual(cover)
    expect(await take(second, 100)).toBeUndefined()
    const rest = await Promise.all([take(first), take(second), take(first), take(second)])
    expect(rest.filter((taken) => taken !== undefined)).toHaveLength(2)
    await second.settleCover('c', 'released')
    expect(await take(first)).toEqual(cover)
    await first.settleCover('c', 'released')
    await first.settleCover('c', 'ended')
    expect(await take(second)).toBeUndefined()
  })

  test('lists are newest first, by state and tenant, and paged with the number of all', async () => {
    for (const [n, id] of ['a', 'b', 'c'].entries()) {
      await first.openApproval(request(id, { row: { createdAt: n, tenant: id === 'b' ? 'other' : 't' } }))
    }
    await first.transition({ id: 'a', from: 'pending', to: 'denied', audit: event(5) })

    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id)
    expect(ids(await second.approvals())).toEqual(['c', 'b', 'a'])
    expect(ids(await second.approvals({ tenant: 't' }))).toEqual(['c', 'a'])
    expect(ids(await second.approvals({ states: ['denied', 'expired'] }))).toEqual(['a'])
    expect(ids(await second.approvals({ limit: 1 }))).toEqual(['c'])
    const page = await second.approvalPage({ which: 'pending', offset: 1, limit: 1 })
    expect([ids(page.rows), page.total]).toEqual([['b'], 2])
    expect(await second.approvalPage({ which: 'history', offset: 0, limit: 9 })).toMatchObject({ total: 1 })
    expect(await second.census()).toEqual([
      { state: 'denied', count: 1, oldestCreatedAt: 0 },
      { state: 'pending', count: 2, oldestCreatedAt: 1 },
    ])
  })

  test('the audit is read from a number or a time on, and paged from its end', async () => {
    for (let n = 1; n <= 5; n += 1) await first.audit(event(n * 10, `kind ${n}`))

    const seqs = (rows: { seq: number }[]) => rows.map(({ seq }) => seq)
    expect(seqs(await second.auditEntries({ afterSeq: 3 }))).toEqual([4, 5])
    expect(seqs(await second.auditEntries({ since: 20, limit: 2 }))).toEqual([2, 3])
    const page = await second.auditPage({ offset: 1, limit: 2 })
    expect([seqs(page.rows), page.total]).toEqual([[4, 3], 5])
  })

  test('the pepper is made with the store and the same for everybody', async () => {
    expect(await first.pepper()).toMatch(/^[0-9a-f]{64}$/)
    expect(await second.pepper()).toBe(await first.pepper())
  })

  test('a change that another connection makes is noticed', async () => {
    const changed = Promise.withResolvers<string | undefined>()
    const stop = first.watch((id) => {
      // The first word may be that watching has begun.
      if (id !== undefined || watching) changed.resolve(id)
    })
    let watching = false
    await first.ping()
    await new Promise((resolve) => setTimeout(resolve, 300))
    watching = true

    await second.openApproval(request('one'))

    expect([undefined, 'one']).toContain(await changed.promise)
    stop()
  })
})
