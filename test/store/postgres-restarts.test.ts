import { expect, test } from 'vitest'
import { AppError } from '../../src/lib/errors.ts'
import { CHAIN_START, hashEntry } from '../../src/store/audit-chain.ts'
import { event, onPostgres, request } from './stores.ts'

onPostgres((open, server) => {
  test('a database that is stopped, started and killed under load keeps what it said that it keeps, once', async () => {
    const stores = await Promise.all(Array.from({ length: 3 }, open))
    const { postgres } = server()
    const said = new Map<string, string>()
    const ends = new Map([
      [60, postgres.stop],
      [150, postgres.kill],
      [240, postgres.stop],
    ])
    let restarting = Promise.resolve()
    let count = 0

    const writeOne = async (n: number) => {
      const store = stores[n % 3]
      if (store === undefined) return
      const id = `id ${n}`
      const wanted = request(id, { row: { targetUserId: id }, audit: event(0, 'asked', id) })
      said.set(id, await store.openApproval(wanted).then(({ kind }) => kind, saidOf))
      if (said.get(id) !== 'opened') return
      const denied = { id, from: 'pending', to: 'denied', audit: event(1, 'refused', id) } as const
      said.set(id, await store.transition(denied).then((result) => `denied: ${result}`, saidOf))
    }
    const writeAll = async (from: number) => {
      for (let n = from; n < 300; n += 12) {
        await writeOne(n)
        count += 1
        const end = ends.get(count)
        if (end !== undefined) restarting = restarting.then(end).then(() => postgres.start())
      }
    }
    await Promise.all(Array.from({ length: 12 }, (_, from) => writeAll(from)))
    await restarting

    const store = await open()
    const rows = new Map((await store.approvals()).map((row) => [row.id, row.state]))
    const entries = (await store.auditEntries()).map(({ kind, approvalId }) => `${kind} of ${approvalId}`)
    for (const [id, answer] of said) {
      if (answer === 'denied: done') expect(rows.get(id)).toBe('denied')
      else expect(answer).toMatch(/nothing was recorded|is not known/)
    }
    expect([...said.values()].filter((answer) => answer === 'denied: done').length).toBeGreaterThan(200)
    const wanted = [...rows].flatMap(([id, state]) => [
      `asked of ${id}`,
      ...(state === 'denied' ? [`refused of ${id}`] : []),
    ])
    expect(entries.toSorted()).toEqual(wanted.toSorted())
    const chain = await store.auditEntries()
    expect(chain.map(({ hash }) => hash)).toEqual(chain.map(hashEntry))
    expect(chain.map(({ prev }) => prev)).toEqual([CHAIN_START, ...chain.slice(0, -1).map(({ hash }) => hash)])
  })
})

function saidOf(error: unknown): string {
  if (!(error instanceof AppError)) throw error
  return error.message
}
