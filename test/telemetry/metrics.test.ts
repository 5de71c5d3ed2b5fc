import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../src/lib/clock.ts'
import type { Store } from '../../src/store/store.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { openService, type TestService } from '../http/service.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const ALICE = 'alice@example.com'

let service: TestService
beforeEach(async () => {
  service = await openService({ insecure: true })
})
afterEach(() => service.close())

async function scrape(): Promise<string> {
  const { status, headers, body } = await service.send({ path: '/metrics' })
  expect(status).toBe(200)
  expect(headers['content-type']).toContain('text/plain')
  return body
}

/** The value of one line, labels in any order. */
function valueOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const line = text
    .split('\n')
    .find(
      (candidate) =>
        new RegExp(`^${name}(\\{|\\s)`).test(candidate) &&
        Object.entries(labels).every(([label, value]) => candidate.includes(`${label}="${value}"`)),
    )
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

/** Names of figures, without the endings that a histogram's lines have. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ''))
}

async function playAll() {
  await service.enrol()
  await service.call(undefined, 'list_mfa_devices', { email: ALICE })
  await service.call(undefined, 'list_mfa_devices', { email: 'nobody@example.com' })
  await service.call(undefined, 'search_endpoints', { query: 'users of Alice Ferreira' })
  const asked = await service.call(undefined, 'reset_mfa_devices', { email: ALICE })
  const { id, token } = asked.structured.approval
  await service.approve(id)
  await service.call(undefined, 'execute_approved_action', { token })
  await service.call(undefined, 'add_sms_device', { email: ALICE, phone: '+12025550187' })
}

test('calls, executions, PingOne, tokens, store and search are counted and timed', async () => {
  await playAll()

  const text = await scrape()

  expect(valueOf(text, 'pingone_mfa_tool_calls_total', { tool: 'list_mfa_devices', result: 'ok' })).toBe(1)
  expect(valueOf(text, 'pingone_mfa_tool_calls_total', { tool: 'list_mfa_devices', result: 'USER_NOT_FOUND' })).toBe(1)
  expect(valueOf(text, 'pingone_mfa_tool_call_duration_seconds_count', { tool: 'list_mfa_devices' })).toBe(2)
  expect(valueOf(text, 'pingone_mfa_executions_total', { action: 'reset_mfa_devices', result: 'succeeded' })).toBe(1)
  const removal = { method: 'DELETE', endpoint: '/environments/{environmentID}/users/{userID}/devices/{deviceID}' }
  expect(valueOf(text, 'pingone_mfa_pingone_requests_total', { ...removal, result: '204' })).toBe(3)
  expect(valueOf(text, 'pingone_mfa_token_mints_total', { result: 'ok' })).toBe(1)
  expect(valueOf(text, 'pingone_mfa_store_operations_total', { operation: 'openApproval', result: 'ok' })).toBe(2)
  expect(valueOf(text, 'pingone_mfa_search_duration_seconds_count')).toBe(1)
  expect(valueOf(text, 'pingone_mfa_approvals', { state: 'succeeded' })).toBe(1)
  expect(valueOf(text, 'pingone_mfa_approvals', { state: 'pending' })).toBe(1)
  expect(valueOf(text, 'pingone_mfa_oldest_pending_approval_age_seconds')).toBeGreaterThanOrEqual(0)
  expect(valueOf(text, 'pingone_mfa_http_requests_total', { route: '/mcp', result: '200' })).toBe(6)
})

test('no label tells of a person', async () => {
  await playAll()
  await service.send({ path: `/approvals/${ALICE}?q=${ALICE}` })
  await service.send({ path: '/alice@example.com', method: 'PATCH' })

  const text = await scrape()

  expect(text).not.toContain('@')
  expect(text).not.toContain('alice')
  expect(text).not.toMatch(/\+?\d{10,}(?![\d.e]*\n)/)
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
  expect(text).not.toContain('apv_')
})

test('a scrape while the store is away still answers with the rest', async () => {
  await service.call(undefined, 'list_mfa_devices', { email: ALICE })
  await (await service.app.store()).close()

  const text = await scrape()

  expect(valueOf(text, 'pingone_mfa_tool_calls_total', { tool: 'list_mfa_devices' })).toBe(1)
  expect(valueOf(text, 'pingone_mfa_oldest_pending_approval_age_seconds')).toBeUndefined()
})

test('a scrape does not wait for a store that does not answer', async () => {
  const waits: number[] = []
  const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) }
  const { promise: never } = Promise.withResolvers<never>()
  const metrics = createMetrics({ store: async () => ({ census: () => never }) as unknown as Store, clock })
  metrics.begin({ kind: 'token' }).end('ok')

  const { text } = await metrics.expose()

  expect(valueOf(text, 'pingone_mfa_token_mints_total', { result: 'ok' })).toBe(1)
  expect(waits).toEqual([2000])
})

test('a probe of the token endpoint is no token and no call', async () => {
  await service.send({ path: '/readyz' })

  const text = await scrape()

  expect(valueOf(text, 'pingone_mfa_pingone_requests_total')).toBeUndefined()
  expect(valueOf(text, 'pingone_mfa_token_mints_total')).toBeUndefined()
})

test('the documents and the dashboard name figures that there are, and no others', async () => {
  await playAll()
  const names = namesIn(await scrape())
  const own = [...names].filter((name) => name.startsWith('pingone_mfa_'))

  const told = [...readFileSync(join(DOCS, 'observability.md'), 'utf8').matchAll(/^\| `(pingone_mfa_\w+)`/gm)]
  const dashboard = readFileSync(join(DOCS, 'grafana-dashboard.json'), 'utf8')
  const drawn = [...dashboard.matchAll(/\b((?:pingone_mfa|process|nodejs)_[a-z0-9_]+?)(?:_bucket)?(?=\{|\)|,|\[| )/g)]

  expect(new Set(told.map(([, name]) => name))).toEqual(new Set(own))
  expect(drawn.length).toBeGreaterThan(20)
  expect([...new Set(drawn.map(([, name]) => name ?? ''))].filter((name) => !names.has(name))).toEqual([])
})
