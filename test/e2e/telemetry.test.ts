import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sendTo } from '../http/service.ts'
import { startHttp } from './http-program.ts'
import { shareStage } from './shared-stage.ts'
import type { Session } from './session.ts'

const ALICE = { email: 'alice@example.com' }
const PRELOAD = ['--import', join(import.meta.dirname, 'print-spans.ts')]

const shared = shareStage({ enrolled: true })

interface Line {
  event: string
  requestId?: string
  tool?: string
  status?: string
}
interface Span {
  span: string
  id: string
  parent?: string
  attributes: Record<string, unknown>
}

/** What a server has logged, and its spans where they are printed beside. */
function linesOf<Of>(session: Session): Of[] {
  const whole = session.stderr().split('\n').slice(0, -1)
  return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Of)
}
const answersOf = (session: Session) => linesOf<Line>(session).filter(({ event }) => event === 'tool.answered')

/** Ids that came with calls of this method, since the test began. */
function idsSentWith(method: string, before: number): (string | undefined)[] {
  return shared.stage.sandbox.requests
    .slice(before)
    .filter((request) => request.host === 'api' && request.method === method)
    .map(({ externalTransactionId }) => externalTransactionId)
}

test('over stdio each call has an id of its own, in its log and in its calls to PingOne', async () => {
  const session = await shared.stage.connect()
  const before = shared.stage.sandbox.requests.length

  await session.call('list_mfa_devices', ALICE)
  const first = idsSentWith('GET', before)
  await session.call('list_mfa_devices', ALICE)
  const second = idsSentWith('GET', before).slice(first.length)

  await expect.poll(() => answersOf(session).length).toBe(2)
  const [one, two] = answersOf(session).map(({ requestId }) => requestId)
  expect(one).toMatch(/^[0-9a-f-]{36}$/)
  expect(two).not.toBe(one)
  expect(new Set(first)).toEqual(new Set([one]))
  expect(new Set(second)).toEqual(new Set([two]))
})

test('what goes on after a call was given up keeps its id', async () => {
  const { sandbox, human } = shared.stage
  const session = await shared.stage.connect()
  sandbox.levers.addUser({ email: 'many@example.com' })
  for (let n = 0; n < 7; n++) {
    sandbox.levers.addDevice('many@example.com', { type: 'SMS', phone: `+1202555011${n}` })
  }
  const { approval } = (await session.call('reset_mfa_devices', { email: 'many@example.com' })).structured
  await human.approve(approval.id)
  const before = sandbox.requests.length
  // Five at a time: the other two are sent once these are answered.
  sandbox.faults.add({ kind: 'slow', ms: 1000, times: 5, match: { method: 'DELETE' } })
  const givingUp = new AbortController()

  const call = session.call('execute_approved_action', { token: approval.token }, { signal: givingUp.signal })
  const givenUp = expect(call).rejects.toThrow()
  await expect.poll(() => idsSentWith('DELETE', before).length).toBe(5)
  givingUp.abort()
  await givenUp
  await expect.poll(() => shared.changes().length, { timeout: 20_000 }).toBe(7)

  const ids = new Set(idsSentWith('DELETE', before))
  const own = answersOf(session).find(({ tool }) => tool === 'execute_approved_action')
  expect(own).toMatchObject({ status: 'executing' })
  expect(ids).toEqual(new Set([own?.requestId]))
})

test("the built program gives its spans to the user's own OpenTelemetry SDK", async () => {
  const session = await shared.stage.connect({ nodeOptions: PRELOAD })

  await session.call('list_mfa_devices', ALICE)

  const spanCalled = (name: string) => linesOf<Span>(session).find(({ span }) => span === name)
  await expect.poll(() => spanCalled('tools/call list_mfa_devices')).toBeDefined()
  const call = spanCalled('tools/call list_mfa_devices')
  const request = spanCalled('GET /environments/{environmentID}/users')
  expect(call?.attributes).toMatchObject({ 'gen_ai.tool.name': 'list_mfa_devices', 'network.transport': 'pipe' })
  expect(request?.parent).toBe(call?.id)
})

test('the built program counts what it does for a scraper', async () => {
  const program = await startHttp(shared.stage)
  try {
    await program.call('list_mfa_devices', ALICE)
    await program.call('list_mfa_devices', { email: 'nobody@example.com' })

    const { status, headers, body } = await sendTo(program.port, { path: '/metrics' })

    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body).toContain('pingone_mfa_tool_calls_total{tool="list_mfa_devices",result="ok"} 1\n')
    expect(body).toContain('pingone_mfa_tool_calls_total{tool="list_mfa_devices",result="USER_NOT_FOUND"} 1\n')
    expect(body).toMatch(/^pingone_mfa_pingone_request_duration_seconds_count\{.*users\/\{userID\}\/devices"\} 1$/m)
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m)
  } finally {
    expect(await program.stop()).toBe(0)
  }
})
