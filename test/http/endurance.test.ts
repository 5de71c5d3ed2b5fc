import { request, type ClientRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MCP_HEADERS, openService, type TestService } from './service.ts'

const ALICE = { email: 'alice@example.com' }

/** A call whose answer is read piece by piece, or not at all. */
interface Followed {
  text: string
  sent: ClientRequest
  ended: Promise<void>
}

let service: TestService
beforeEach(async () => {
  service = await openService({ insecure: true })
  await service.enrol()
})
afterEach(() => service.close())

function follow(name: string, args: Record<string, unknown>, { withProgress = true, reads = true } = {}): Followed {
  const params = { name, arguments: args, ...(withProgress ? { _meta: { progressToken: 'p' } } : {}) }
  const sent = request({
    port: service.port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/mcp',
    agent: false,
    headers: { host: `localhost:${service.port}`, ...MCP_HEADERS },
  })
  const followed: Followed = { text: '', sent, ended: Promise.resolve() }
  followed.ended = new Promise((resolve) => {
    sent.on('error', () => resolve())
    sent.on('close', () => resolve())
    sent.on('response', (response) => {
      response.on('error', () => resolve())
      if (reads) response.setEncoding('utf8').on('data', (part: string) => (followed.text += part))
    })
  })
  sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
  return followed
}

async function askedReset(email = ALICE.email): Promise<{ id: string; token: string }> {
  const { structured } = await service.call(undefined, 'reset_mfa_devices', { email })
  return structured.approval
}

async function approvedReset(): Promise<string> {
  const { id, token } = await askedReset()
  expect(await service.approve(id)).toBe(true)
  return token
}

const devices = () => service.sandbox.state.devicesOf(ALICE.email).length
const deletions = () => service.sandbox.requests.filter(({ method }) => method === 'DELETE')
const slowDeletes = (ms: number) =>
  service.sandbox.faults.add({ kind: 'slow', ms, match: { method: 'DELETE' }, times: Infinity })

describe('a client', () => {
  it('hears how far it is, step by step', async () => {
    const followed = follow('execute_approved_action', { token: await approvedReset() })
    await followed.ended
    expect(followed.text).toContain('notifications/progress')
    expect(followed.text).toContain('"status":"completed"')
  })

  it('that goes away while its action is executed changes nothing about it', async () => {
    const token = await approvedReset()
    slowDeletes(300)
    const before = devices()
    const followed = follow('execute_approved_action', { token })
    await vi.waitFor(() => expect(deletions()).not.toEqual([]), 10_000)
    followed.sent.destroy()
    await followed.ended

    await vi.waitFor(
      async () => {
        const again = await service.call(undefined, 'check_approval', { token })
        expect(again.structured.status).toBe('succeeded')
      },
      { timeout: 20_000, interval: 100 },
    )
    expect(devices()).toBe(0)
    const removals = service.sandbox.changes.filter(({ action }) => action === 'device.remove')
    expect(removals).toHaveLength(before)
  })

  it('that goes away while it waits gives its place back', async () => {
    const { token } = await askedReset()
    const waiting = Array.from({ length: 620 }, () => follow('check_approval', { token, waitSeconds: 50 }))
    // One caller may hold 600 places; who comes after that hears the present state at once.
    await vi.waitFor(() => expect(waiting.filter(({ text }) => text.includes('"status":"pending"'))).toHaveLength(20), {
      timeout: 30_000,
    })
    expect(waiting.filter(({ text }) => text.includes('left to wait')).length).toBe(600)
    for (const { sent } of waiting) sent.destroy()
    await Promise.all(waiting.map(({ ended }) => ended))

    await vi.waitFor(
      async () => {
        const next = follow('check_approval', { token, waitSeconds: 1 })
        await next.ended
        expect(next.text).toContain('left to wait')
      },
      { timeout: 20_000 },
    )
  })

  it('that never reads its answers leaves the service answering', async () => {
    const { token } = await askedReset()
    const deaf = Array.from({ length: 100 }, () =>
      follow('check_approval', { token, waitSeconds: 50 }, { reads: false }),
    )
    for (let turn = 0; turn < 20; turn += 1) {
      const listed = await service.call(undefined, 'list_mfa_devices', ALICE)
      expect(listed.structured.status).toBe('ok')
    }
    for (const { sent } of deaf) sent.destroy()
  })
})

describe('the service that is asked to end', () => {
  it('lets what is executed come to its end, and its answer go out', async () => {
    const token = await approvedReset()
    slowDeletes(400)
    const followed = follow('execute_approved_action', { token })
    await vi.waitFor(() => expect(followed.text).toContain('notifications/progress'), { timeout: 10_000, interval: 5 })
    expect(followed.text).not.toContain('"status":"completed"')

    await service.stop()
    await followed.ended

    expect(followed.text).toContain('"status":"completed"')
    expect(devices()).toBe(0)
  })

  it('answers who waits with the state that is, well before their time is over', async () => {
    const { token } = await askedReset()
    const waiting = [
      follow('check_approval', { token, waitSeconds: 50 }),
      follow('check_approval', { token, waitSeconds: 50 }, { withProgress: false }),
    ]
    await vi.waitFor(() => expect(waiting[0]?.text).toContain('left to wait'), 10_000)
    const ready = await service.send({ path: '/readyz' })
    expect(JSON.parse(ready.body)).toEqual({ status: 'ok', checks: { store: 'ok', tokenEndpoint: 'ok' } })

    const startedAt = performance.now()
    await service.stop()
    await Promise.all(waiting.map(({ ended }) => ended))

    expect(performance.now() - startedAt).toBeLessThan(20_000)
    for (const { text } of waiting) expect(text).toContain('"status":"pending"')
    await expect(service.send({ path: '/healthz' })).rejects.toThrow('ECONNREFUSED')
  })
})

describe('/readyz', () => {
  it("is 503 while PingOne's token endpoint is away, and names it", async () => {
    service.sandbox.faults.add({ kind: 'unavailable', match: { host: 'auth' }, times: 1 })
    const answer = await service.send({ path: '/readyz' })
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.body)).toEqual({
      status: 'unavailable',
      checks: { store: 'ok', tokenEndpoint: 'not_reachable' },
    })
  })

  it('answers under any name, as a prober has only an address', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect(await service.send({ path, headers: { host: '10.0.0.7:8080' } })).toMatchObject({ status: 200 })
    }
  })

  it('cannot be used to hammer PingOne', async () => {
    const seen = () => service.sandbox.requests.filter(({ host }) => host === 'auth').length
    await service.send({ path: '/readyz' })
    const before = seen()
    await Promise.all(Array.from({ length: 100 }, () => service.send({ path: '/readyz' })))
    expect(seen() - before).toBeLessThan(5)
  })
})
