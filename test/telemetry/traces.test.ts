import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, propagation, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { createTokenEndpoint } from '../../src/pingone/reachable.ts'
import { withEndpointNames } from '../../src/telemetry/endpoint-names.ts'
import { createTraces } from '../../src/telemetry/traces.ts'
import { MCP_HEADERS, openService, type TestService } from '../http/service.ts'

const exporter = new InMemorySpanExporter()

let service: TestService
beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
})
beforeEach(async () => {
  service = await openService({ insecure: true })
  exporter.reset()
})
afterEach(() => service.close())
afterAll(() => {
  trace.disable()
  context.disable()
  propagation.disable()
})

const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const QUERY = { query: 'list the users' }
const TRACEPARENT = `00-${PARENT.traceId}-${PARENT.spanId}-01`

/** As instrumented HTTP clients do it. Answers the trace of each request that they saw, whatever they sent along. */
function instrumentUndici(): string[] {
  const seen: string[] = []
  const onRequest = (message: unknown) => {
    const { request } = message as { request: { addHeader(name: string, value: string): void } }
    const headers: Record<string, string> = {}
    propagation.inject(context.active(), headers)
    for (const [name, value] of Object.entries(headers)) request.addHeader(name, value)
    seen.push(trace.getSpanContext(context.active())?.traceId ?? 'none')
  }
  subscribe('undici:request:create', onRequest)
  onTestFinished(() => void unsubscribe('undici:request:create', onRequest))
  return seen
}
const headersThatWereSent = () => service.sandbox.requests.flatMap(({ headerNames }) => headerNames)

const list = (email = 'alice@example.com', meta?: Record<string, unknown>) =>
  service.rpc(undefined, 'tools/call', {
    name: 'list_mfa_devices',
    arguments: { email },
    ...(meta === undefined ? {} : { _meta: meta }),
  })
const spanCalled = (name: string) => {
  const found = exporter.getFinishedSpans().find((span) => span.name === name)
  if (found === undefined) {
    throw new Error(
      `no span ${name}, but ${exporter
        .getFinishedSpans()
        .map((span) => span.name)
        .join(', ')}`,
    )
  }
  return found
}

test('a call of a tool is a span, with its calls to PingOne below it', async () => {
  await list()

  const call = spanCalled('tools/call list_mfa_devices')
  const request = spanCalled('GET /environments/{environmentID}/users')
  expect(request.parentSpanContext?.spanId).toBe(call.spanContext().spanId)
  expect(call.attributes).toMatchObject({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'list_mfa_devices' })
  expect(request.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.response.status_code': 200 })
})

test("the caller's span is the parent, from the message, and what carried it is linked", async () => {
  await list('alice@example.com', { traceparent: TRACEPARENT, tracestate: 'vendor=1' })

  const call = spanCalled('tools/call list_mfa_devices')
  expect(call.spanContext().traceId).toBe(PARENT.traceId)
  expect(call.spanContext().traceState?.serialize()).toBe('vendor=1')
  expect(call.parentSpanContext?.spanId).toBe(PARENT.spanId)
  expect(call.links.map((link) => link.context.spanId)).toEqual([spanCalled('POST /mcp').spanContext().spanId])
})

test("the header's span is the parent of the request, and the call is a part of that", async () => {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search_endpoints', arguments: QUERY } }
  const headers = { ...MCP_HEADERS, traceparent: TRACEPARENT }
  await service.send({ method: 'POST', path: '/mcp', headers, body: JSON.stringify(body) })

  const request = spanCalled('POST /mcp')
  expect(request.parentSpanContext?.spanId).toBe(PARENT.spanId)
  expect(spanCalled('tools/call search_endpoints').parentSpanContext?.spanId).toBe(request.spanContext().spanId)
})

test('what is no trace context is passed over', async () => {
  await list('alice@example.com', { traceparent: '00-zz-1-01', tracestate: 7 })

  const call = spanCalled('tools/call list_mfa_devices')
  expect(call.parentSpanContext?.spanId).toBe(spanCalled('POST /mcp').spanContext().spanId)
})

test('a run is a span of its own, with what it sends below it', async () => {
  await service.enrol()
  const { approval } = (await service.call(undefined, 'reset_mfa_devices', { email: 'alice@example.com' })).structured
  await service.approve(approval.id)
  await service.call(undefined, 'execute_approved_action', { token: approval.token })

  const run = spanCalled('execute reset_mfa_devices')
  const removals = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('DELETE '))
  expect(run.attributes['pingone_mfa.state']).toBe('succeeded')
  expect(run.parentSpanContext?.spanId).toBe(spanCalled('tools/call execute_approved_action').spanContext().spanId)
  expect(removals.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(3).fill(run.spanContext().spanId))
})

test('a refusal is an error of a tool, with its code', async () => {
  await list('nobody@example.com')

  const { attributes, status } = spanCalled('tools/call list_mfa_devices')
  expect(attributes).toMatchObject({ 'error.type': 'tool_error', 'pingone_mfa.error.code': 'USER_NOT_FOUND' })
  expect(status.code).toBe(2)
})

test('the id of the request stands in its spans', async () => {
  const { headers } = await list()

  const ids = ['POST /mcp', 'tools/call list_mfa_devices'].map(
    (name) => spanCalled(name).attributes['pingone_mfa.request.id'],
  )
  expect(ids).toEqual([headers['x-request-id'], headers['x-request-id']])
})

test('probes, scrapes and what the store does by itself are no traces', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics']) await service.send({ path })
  await service.enrol()

  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual([])
})

test('an instrumented HTTP client does not send our trace to PingOne, nor makes a second span of a call', async () => {
  const seen = instrumentUndici()

  await list('alice@example.com', { traceparent: TRACEPARENT })

  expect(seen).toEqual(Array(seen.length).fill(PARENT.traceId))
  expect(seen.length).toBeGreaterThan(1)
  expect(headersThatWereSent()).toContain('authorization')
  expect(headersThatWereSent()).not.toContain('traceparent')
})

test('nor does a probe', async () => {
  const seen = instrumentUndici()
  const observer = withEndpointNames(createTraces('1'), () => 'other')
  const endpoint = createTokenEndpoint({ clock: systemClock, observer, userAgent: 'test' })
  const connection = await service.app.pingone().then((client) => client.connection)
  const span = trace.getTracer('test').startSpan('GET /readyz', { kind: SpanKind.SERVER })

  await context.with(trace.setSpan(context.active(), span), () => endpoint.isReachable(connection))

  await endpoint.close()
  expect(seen).toEqual([span.spanContext().traceId])
  expect(headersThatWereSent()).toContain('user-agent')
  expect(headersThatWereSent()).not.toContain('traceparent')
})

test('no span tells of a person', async () => {
  await service.enrol()
  await list('alice@example.com', { traceparent: TRACEPARENT })
  await service.call(undefined, 'add_sms_device', { email: 'alice@example.com', phone: '+12025550187' })

  const spans = exporter.getFinishedSpans().map(({ name, attributes, events, status }) => {
    const { 'pingone_mfa.request.id': _, ...others } = attributes
    return { name, attributes: others, events, status }
  })
  expect(spans.length).toBeGreaterThan(5)
  expect(JSON.stringify(spans)).not.toMatch(/alice|@|2025550187|[0-9a-f]{8}-[0-9a-f]{4}-/)
})
