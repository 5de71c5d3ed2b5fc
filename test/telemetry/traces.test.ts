import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openService, type TestService } from '../http/service.ts'

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
const TRACEPARENT = `00-${PARENT.traceId}-${PARENT.spanId}-01`

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

test("the caller's span is the parent, from the message", async () => {
  await list('alice@example.com', { traceparent: TRACEPARENT })

  const call = spanCalled('tools/call list_mfa_devices')
  expect(call.spanContext().traceId).toBe(PARENT.traceId)
  expect(call.parentSpanContext?.spanId).toBe(PARENT.spanId)
})

test('a refusal is an error with its code', async () => {
  await list('nobody@example.com')

  const { attributes, status } = spanCalled('tools/call list_mfa_devices')
  expect(attributes['error.type']).toBe('USER_NOT_FOUND')
  expect(status.code).toBe(2)
})

test('no span tells of a person, and no trace context goes to PingOne', async () => {
  await service.enrol()
  await list('alice@example.com', { traceparent: TRACEPARENT })
  await service.call(undefined, 'add_sms_device', { email: 'alice@example.com', phone: '+12025550187' })

  const spans = exporter.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events }))
  expect(spans.length).toBeGreaterThan(5)
  expect(JSON.stringify(spans)).not.toMatch(/alice|@|2025550187|[0-9a-f]{8}-[0-9a-f]{4}-/)
  expect(service.sandbox.requests.flatMap(({ headerNames }) => headerNames)).toContain('authorization')
  expect(service.sandbox.requests.flatMap(({ headerNames }) => headerNames)).not.toContain('traceparent')
})
