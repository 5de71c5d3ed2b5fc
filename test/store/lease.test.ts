import { beforeEach, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { event, onEachStore, ROW } from './stores.ts'

async function start(store: Store, at: number, leaseId: string) {
  const set = { leaseId, leaseUntil: at + 100, startedAt: at }
  return store.transition({ id: 'one', from: 'approved', to: 'executing', set, audit: event(at, 'started') })
}

const takeOver = (store: Store, at: number, leaseId: string) =>
  store.transition({
    id: 'one',
    from: 'executing',
    to: 'executing',
    leaseBefore: at,
    set: { leaseId, leaseUntil: at + 100 },
    audit: event(at, 'taken_over'),
  })

const end = (store: Store, leaseId: string, result: string, at = 50) =>
  store.endStep({ approvalId: 'one', leaseId, step: 0, outcome: JSON.stringify({ result }), audit: event(at, 'ended') })

onEachStore((open) => {
  /** Two connections to the same data, as two processes have them. */
  let first: Store
  let second: Store
  beforeEach(async () => {
    first = await open()
    second = await open()
  })

  test('of two starts one is done, and the other leaves no trace', async () => {
    await first.insertApproved(ROW, '{}', event(0))

    const results = await Promise.all([start(first, 10, 'a'), start(second, 10, 'b')])

    expect(results.toSorted()).toEqual(['done', 'lost'])
    expect((await first.auditEntries()).filter(({ kind }) => kind === 'started')).toHaveLength(1)
  })

  test.each([
    [999, 'done'],
    [1000, 'lost'],
  ])('a start at %i of 1000 is %s', async (at, result) => {
    await first.insertApproved(ROW, '{}', event(0))

    expect(await start(first, at, 'a')).toBe(result)
  })

  test.each([
    [110, 'lost'],
    [111, 'done'],
  ])('a lease until 110 is taken over at %i: %s', async (at, result) => {
    await first.insertApproved(ROW, '{}', event(0))
    await start(first, 10, 'a')

    expect(await takeOver(second, at, 'b')).toBe(result)
  })

  test('whoever has lost the lease begins no step, ends none, renews nothing and finishes nothing', async () => {
    await first.insertApproved(ROW, '{}', event(0))
    await start(first, 10, 'a')
    expect(await first.beginStep('one', 'a', 0, event(20, 'begun'))).toBe(true)
    await takeOver(second, 200, 'b')
    const finish = { id: 'one', from: 'executing', to: 'succeeded', leaseId: 'a', audit: event(210) } as const

    expect(await first.beginStep('one', 'a', 1, event(210))).toBe(false)
    expect(await end(first, 'a', 'removed')).toBe(false)
    expect(await first.renewLease('one', 'a', 9999)).toBe(false)
    expect(await first.transition(finish)).toBe('lost')
    expect((await second.approvalById('one'))?.leaseUntil).toBe(300)
    expect(await second.wasFactorRemoved('t', 'u', 0)).toBe(false)
  })

  test('a step is begun once and has one outcome, whoever comes later', async () => {
    await first.insertApproved(ROW, '{}', event(0))
    await start(first, 10, 'a')
    await first.beginStep('one', 'a', 0, event(20))
    await end(first, 'a', 'failed')

    expect(await second.beginStep('one', 'a', 0, event(30))).toBe(false)
    expect(await end(second, 'a', 'removed')).toBe(false)
    expect((await first.steps('one')).map(({ outcome }) => outcome)).toEqual(['{"result":"failed"}'])
  })

  test('a run that has ended is not ended again', async () => {
    await first.insertApproved(ROW, '{}', event(0))
    await start(first, 10, 'a')
    const finish = (store: Store, to: 'succeeded' | 'failed') =>
      store.transition({ id: 'one', from: 'executing', to, leaseId: 'a', audit: event(60) })

    expect([await finish(first, 'succeeded'), await finish(second, 'failed')]).toEqual(['done', 'lost'])
    expect((await second.approvalById('one'))?.state).toBe('succeeded')
  })

  test('entries that two connections append by turns are one chain', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? first : second).audit(event(n))))

    const entries = await first.auditEntries()

    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    for (const [index, entry] of entries.entries()) {
      expect(entry.prev).toBe(entries[index - 1]?.hash ?? '0'.repeat(64))
    }
  })

  test('tries at a passphrase are counted across connections', async () => {
    await first.insertApproved({ ...ROW, state: 'pending' }, '{}', event(0))

    const taken = []
    for (const store of [first, second, first, second]) taken.push(await store.takeAttempt('one', 3))
    await second.releaseAttempt('one')

    expect(taken).toEqual([1, 2, 3, undefined])
    expect(await first.takeAttempt('one', 3)).toBe(3)
    expect(await first.takeAttempt('another', 3)).toBeUndefined()
  })
})
