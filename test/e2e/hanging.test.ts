import { describe, expect, test } from 'vitest'
import type { CallResult, Session } from './session.ts'
import { onStage, type Stage } from './stage.ts'

interface Timed extends CallResult {
  seconds: number
}

async function timed(session: Session, tool: string, args: Record<string, unknown>): Promise<Timed> {
  const startedAt = performance.now()
  const answer = await session.call(tool, args, { timeoutMs: 45_000 })
  return { ...answer, seconds: (performance.now() - startedAt) / 1000 }
}

async function approvedReset(stage: Stage, session: Session, email: string): Promise<string> {
  const { approval } = (await session.call('reset_mfa_devices', { email })).structured
  await stage.human.approve(approval.id)
  return approval.token
}

// They wait for most of a call's time, so they wait together.
describe.concurrent('every call is answered within 30 seconds', { timeout: 300_000 }, () => {
  test('though PingOne never answers, and what needs no answer of it is answered at once', async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      const session = await stage.connect()
      const token = await approvedReset(stage, session, 'bob@example.com')
      stage.sandbox.faults.add({ kind: 'hang', match: { host: 'api' }, times: Infinity })

      const hanging = Promise.all([
        timed(session, 'list_mfa_devices', { email: 'alice@example.com' }),
        timed(session, 'reset_mfa_devices', { email: 'alice@example.com' }),
        timed(session, 'execute_approved_action', { token }),
        timed(session, 'check_connection', {}),
      ])
      const local = await timed(session, 'check_approval', { token })
      const [listed, asked, executed, health] = await hanging

      expect(local.seconds).toBeLessThan(2)
      for (const { seconds } of [listed, asked, executed, health]) expect(seconds).toBeLessThan(30)
      expect([listed, asked, executed].map(({ code }) => code)).toEqual(
        Array.from({ length: 3 }, () => 'PINGONE_UNAVAILABLE'),
      )
      expect(health.structured.status).toBe('failed')
      expect((await session.call('check_approval', { token })).structured.status).toBe('approved')
      expect(stage.sandbox.changes).toEqual([])
    })
  })

  test('though the token endpoint never answers', async () => {
    await onStage(async (stage) => {
      const session = await stage.connect()
      stage.sandbox.faults.add({ kind: 'hang', match: { host: 'auth' }, times: Infinity })

      const listed = await timed(session, 'list_mfa_devices', { email: 'alice@example.com' })

      expect(listed.code).toBe('PINGONE_UNAVAILABLE')
      expect(listed.seconds).toBeLessThan(30)
    })
  })

  test('with executing, where the change itself is not answered; it goes on, and its outcome is recorded', async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      const session = await stage.connect()
      const token = await approvedReset(stage, session, 'bob@example.com')
      stage.sandbox.faults.add({ kind: 'hang', when: 'after', match: { method: 'DELETE' } })
      stage.sandbox.faults.add({ kind: 'hang', match: { method: 'GET', path: '/devices' }, after: 1, times: Infinity })

      const executed = await timed(session, 'execute_approved_action', { token })
      stage.sandbox.faults.clear()
      const ended = await session.call('check_approval', { token, waitSeconds: 30 })

      expect(executed.structured.status).toBe('executing')
      expect(executed.seconds).toBeLessThan(30)
      expect(['succeeded', 'uncertain']).toContain(ended.structured.status)
      expect(stage.sandbox.changes.map(({ action }) => action)).toEqual(['device.remove'])
    })
  })
})
