import { describe, expect, it } from 'vitest'
import { withBudget } from '../../src/pingone/budget.ts'
import { bench, ENVIRONMENT_PATH, failure } from './bench-client.ts'
import { problem } from './scripted-peer.ts'

const GET = { method: 'GET', path: ENVIRONMENT_PATH } as const

describe('a budget for several requests', () => {
  it('is spent by all of them together', async () => {
    const { peer, client, clock } = await bench()
    const limited = withBudget(client, { clock, budgetMs: 10_000 })
    const busy = problem(429, 'REQUEST_LIMITED', [], { 'retry-after': '6' })
    peer.onApi(busy, { json: {} }, busy)

    await limited.request(GET)
    const error = await failure(limited.request(GET))

    expect(error).toMatchObject({ code: 'RATE_LIMITED' })
    expect(clock.sleeps).toEqual([6_000])
  })

  it('does not lengthen the budget of a request', async () => {
    const { peer, client, clock } = await bench()
    const limited = withBudget(client, { clock, budgetMs: 10_000 })
    peer.onApi(problem(429, 'REQUEST_LIMITED', [], { 'retry-after': '6' }))

    await failure(limited.request({ ...GET, budgetMs: 5_000 }))

    expect(clock.sleeps).toEqual([])
  })

  it.each(['the call', 'the request'])('ends with the signal of %s', async (whose) => {
    const { peer, client, clock } = await bench()
    const [call, request] = [new AbortController(), new AbortController()]
    const limited = withBudget(client, { clock, budgetMs: 10_000, signal: call.signal })
    const cancel = whose === 'the call' ? call : request
    cancel.abort()

    const error = await failure(limited.request({ ...GET, signal: request.signal }))

    expect(error.message).toBe('The call was cancelled')
    expect(peer.seen).toHaveLength(0)
  })
})
