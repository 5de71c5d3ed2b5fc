import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { shareStage } from './shared-stage.ts'
import { onStage } from './stage.ts'
import { openWire } from './wire.ts'

const shared = shareStage({ enrolled: true })
const ask = async (email: string) => (await shared.session.call('reset_mfa_devices', { email })).structured.approval
const list = (email: string, options = {}) => shared.session.call('list_mfa_devices', { email }, options)

interface Progress {
  progress: number
  total?: number
  message?: string
}

describe('check_approval', () => {
  test('without waitSeconds answers at once', async () => {
    const { token } = await ask('alice@example.com')
    const startedAt = performance.now()

    const { structured } = await shared.session.call('check_approval', { token })

    expect(structured).toMatchObject({ status: 'pending', approval: { action: 'reset_mfa_devices' } })
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  test('with waitSeconds answers when they have passed', async () => {
    const { token } = await ask('alice@example.com')
    const startedAt = performance.now()

    const { structured } = await shared.session.call('check_approval', { token, waitSeconds: 1 })

    expect(structured.status).toBe('pending')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  test.each([
    ['approves', 'erin@example.com', 'approved'],
    ['declines', 'dave@example.com', 'denied'],
  ])('answers as soon as a person %s', async (_what, email, status) => {
    const { token, id } = await ask(email)
    const { human } = shared.stage
    const waiting = shared.session.call('check_approval', { token, waitSeconds: 50 })
    await (status === 'approved' ? human.approve(id) : human.deny(id, 'No'))
    const decidedAt = performance.now()

    const { structured, text } = await waiting

    expect(performance.now() - decidedAt).toBeLessThan(2000)
    expect(structured.status).toBe(status)
    expect(text.split('\n')[0]).toBe(`${status}: ${structured.approval.summary}`)
  })

  test('does not wait for what is decided already', async () => {
    const { token, id } = await ask('yusuf.demirci@example.com')
    await shared.stage.human.deny(id)
    const startedAt = performance.now()

    const { structured } = await shared.session.call('check_approval', { token, waitSeconds: 50 })

    expect(structured.status).toBe('denied')
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  test('tells a client that asks for it, at once and every few seconds, how long it still waits', async () => {
    const { token } = await ask('bob@example.com')
    const sessions = [shared.session, await shared.stage.connect({ generation: 'v1' })]

    const seen = await Promise.all(
      sessions.map(async (session) => {
        const reports: Progress[] = []
        const onProgress = (progress: unknown) => void reports.push(progress as Progress)
        await session.call('check_approval', { token, waitSeconds: 8 }, { onProgress })
        return reports
      }),
    )

    for (const reports of seen) {
      const [first, ...later] = reports
      expect(first).toMatchObject({
        progress: 0,
        total: 8,
        message: 'waiting for a person to decide; 8 s left to wait',
      })
      expect(later.length).toBeGreaterThan(0)
      for (const { progress, total, message } of later) {
        expect(total).toBe(8)
        expect(progress).toBeGreaterThan(0)
        expect(progress).toBeLessThanOrEqual(8)
        expect(message).toMatch(/^waiting for a person to decide; [0-7] s left to wait$/)
      }
    }
  })

  test('reports nothing where it does not wait', async () => {
    const { token } = await ask('bob@example.com')
    const wire = await openWire(shared.stage)
    const call = (id: number, waitSeconds: number) => {
      const params = { name: 'check_approval', arguments: { token, waitSeconds }, _meta: { progressToken: id } }
      wire.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
      return wire.receive((message) => message.id === id)
    }

    await call(1, 0)
    await call(2, 0.2)

    const reports = wire.lines.map(
      (line) => JSON.parse(line) as { method?: string; params?: { progressToken: number } },
    )
    const tokens = reports.filter(({ method }) => method === 'notifications/progress')
    expect(tokens.map(({ params }) => params?.progressToken)).toEqual([2])
  })

  test('whose client gives up leaves the approval and the server as they were', async () => {
    const { token } = await ask('leilani.kahale@example.org')
    const giveUp = new AbortController()
    const waiting = shared.session.call('check_approval', { token, waitSeconds: 50 }, { signal: giveUp.signal })
    giveUp.abort()

    await expect(waiting).rejects.toThrow(/abort/i)
    expect((await shared.session.call('check_approval', { token })).structured.status).toBe('pending')
  })
})

describe('execution', () => {
  test.each(['v1', 'v2'] as const)(
    'reports steps to a client of generation %s that asks for it',
    async (generation) => {
      await onStage(async (stage) => {
        await stage.human.enrol()
        const session = await stage.connect({ generation })
        const { approval } = (await session.call('reset_mfa_devices', { email: 'alice@example.com' })).structured
        await stage.human.approve(approval.id)
        // The last report and the answer may come in one piece, and then a client may drop the report.
        stage.sandbox.faults.add({ kind: 'slow', ms: 300, match: { method: 'DELETE', path: FIXED_IDS.aliceTotp } })
        const seen: Progress[] = []
        const onProgress = (progress: unknown) => void seen.push(progress as Progress)

        await session.call('execute_approved_action', { token: approval.token }, { onProgress })

        expect(seen.slice(0, 3)).toMatchObject([
          { progress: 0, total: 3, message: '0 of 3 steps finished' },
          { progress: 1, total: 3, message: '1 of 3 steps finished' },
          { progress: 2, total: 3, message: '2 of 3 steps finished' },
        ])
      })
    },
  )

  test('reports every step before it answers, and only where it is asked to', async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      const session = await stage.connect()
      const wire = await openWire(stage)
      for (const [id, email, _meta] of [
        [1, 'alice@example.com', { progressToken: 'p' }],
        [2, 'erin@example.com', {}],
      ] as const) {
        const { approval } = (await session.call('reset_mfa_devices', { email })).structured
        await stage.human.approve(approval.id)
        const params = { name: 'execute_approved_action', arguments: { token: approval.token }, _meta }
        wire.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
        await wire.receive((message) => message.id === id)
      }

      const seen = wire.lines.slice(1).map((line) => JSON.parse(line) as { id?: number; params?: Progress })
      expect(seen.map(({ id, params }) => id ?? params?.progress)).toEqual([0, 1, 2, 3, 1, 2])
      expect(seen[0]?.params).toMatchObject({ progressToken: 'p', total: 3 })
    })
  })
})

test('a cancelled reading is given up, and the next call is answered', async () => {
  const fault = shared.stage.sandbox.faults.add({ kind: 'hang', match: { path: '/users' } })
  const giveUp = new AbortController()
  const waiting = list('alice@example.com', { signal: giveUp.signal })
  await expect.poll(() => fault.hits, { timeout: 60_000 }).toBe(1)
  giveUp.abort()

  await expect(waiting).rejects.toThrow(/abort/i)
  expect((await list('alice@example.com')).structured.count).toBe(3)
})

test('an execution whose client gives up goes on, and its outcome is there', async () => {
  const { token, id } = await ask('hiroshi.tanabe@example.com')
  await shared.stage.human.approve(id)
  const fault = shared.stage.sandbox.faults.add({ kind: 'slow', ms: 500, match: { method: 'DELETE' }, times: 2 })
  const giveUp = new AbortController()
  const executing = shared.session.call('execute_approved_action', { token }, { signal: giveUp.signal })
  await expect.poll(() => fault.hits, { timeout: 60_000 }).toBe(2)
  giveUp.abort()

  await expect(executing).rejects.toThrow(/abort/i)
  const checked = await shared.session.call('check_approval', { token, waitSeconds: 20 })
  expect(checked.structured.status).toBe('succeeded')
  expect(shared.stage.sandbox.state.devicesOf('hiroshi.tanabe@example.com')).toEqual([])
  expect(shared.changes()).toHaveLength(2)
})

test('while it runs: executing, to whoever asks, and nothing is sent twice', async () => {
  const { token, id } = await ask('ingrid.solheim@example.com')
  await shared.stage.human.approve(id)
  const fault = shared.stage.sandbox.faults.add({ kind: 'slow', ms: 700, match: { method: 'DELETE' }, times: 2 })
  const first = shared.session.call('execute_approved_action', { token })
  await expect.poll(() => fault.hits, { timeout: 60_000 }).toBe(2)

  const second = await shared.session.call('execute_approved_action', { token })
  const checked = await shared.session.call('check_approval', { token })

  expect(second.structured).toMatchObject({ status: 'executing', approval: { id } })
  expect(checked.structured.status).toBe('executing')
  expect((await first).structured.status).toBe('completed')
  expect(shared.changes()).toHaveLength(2)
})
