import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { UNSEEN } from '../lib/observer.ts'
import { requestId } from '../lib/request-id.ts'
import type { PingOneAttempt, RecordedWork, Recorder } from './endpoint-names.ts'

/**
 * The SDK's own sign, by which instrumentations keep still and propagators add no headers. Instrumented HTTP clients
 * would otherwise tell PingOne our trace context, and each attempt would have two spans.
 */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** Asked for every few seconds, by what only wants to know whether we are there. */
const UNTRACED_ROUTES: readonly string[] = ['/healthz', '/readyz', '/metrics']

/** Spans for the OpenTelemetry SDK that is registered in this process. */
export function createTraces(version: string): Recorder {
  const tracer = trace.getTracer('pingone-mfa-mcp', version)

  return {
    begin(work) {
      if (work.kind === 'probe') return { ...UNSEEN, run: (body) => context.with(silenced(context.active()), body) }
      if (isNoise(work)) return UNSEEN
      const { name, ...options } = spanOf(work)
      const { parent, links } = originOf(work)
      const span = tracer.startSpan(name, { ...options, links }, parent)
      const own = trace.setSpan(parent, span)
      const inside = work.kind === 'pingone' ? silenced(own) : own
      return {
        run: (body) => context.with(inside, body),
        end(result) {
          describeEnd(span, work, result)
          span.end()
        },
      }
    },
  }
}

function silenced(within: Context): Context {
  return within.setValue(SUPPRESS_TRACING, true)
}

/** Probes, and what the store does by itself: sweeps and counts belong to nobody's trace. */
function isNoise(work: RecordedWork): boolean {
  if (work.kind === 'http') return UNTRACED_ROUTES.includes(work.route)
  return work.kind === 'store' && trace.getSpan(context.active()) === undefined
}

/**
 * OpenTelemetry's conventions for MCP: the caller's span is the parent of a tool's call, and what carried the message
 * is linked. For a request it is what instrumentation has begun already, or else what the header says.
 */
function originOf(work: RecordedWork): { parent: Context; links: Link[] } {
  const ambient = context.active()
  const carrier = trace.getSpanContext(ambient)
  const told = 'trace' in work && work.trace !== undefined ? propagation.extract(ROOT_CONTEXT, work.trace) : undefined
  const sender = told === undefined ? undefined : trace.getSpanContext(told)
  if (sender === undefined || (work.kind === 'http' && carrier !== undefined)) return { parent: ambient, links: [] }
  const links = carrier === undefined ? [] : [{ context: carrier }]
  return { parent: trace.setSpanContext(ambient, sender), links }
}

/** Names and attributes: OpenTelemetry's conventions for HTTP and MCP. `url.full` is left out, it has ids in it. */
function spanOf(work: Exclude<RecordedWork, { kind: 'probe' }>): SpanOptions & { name: string } {
  switch (work.kind) {
    case 'http':
      return {
        name: `${work.method} ${work.route}`,
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': work.method, 'http.route': work.route, ...ofRequest() },
      }
    case 'tool':
      return {
        name: `tools/call ${work.tool}`,
        kind: SpanKind.SERVER,
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': work.tool,
          'network.transport': work.transport,
          ...ofRequest(),
        },
      }
    case 'pingone':
      return { name: `${work.method} ${work.endpoint}`, kind: SpanKind.CLIENT, attributes: ofAttempt(work) }
    case 'token':
      return { name: 'mint access token', kind: SpanKind.INTERNAL }
    case 'store':
      return {
        name: `store ${work.operation}`,
        kind: SpanKind.INTERNAL,
        attributes: { 'pingone_mfa.store.operation': work.operation },
      }
    case 'search':
      return { name: 'search endpoints', kind: SpanKind.INTERNAL }
    case 'execution':
      return {
        name: `execute ${work.action}`,
        kind: SpanKind.INTERNAL,
        attributes: { 'pingone_mfa.action': work.action },
      }
  }
}

/** What finds the lines of the log, and the calls in PingOne's audit. */
function ofRequest(): Attributes {
  const id = requestId()
  return id === undefined ? {} : { 'pingone_mfa.request.id': id }
}

function ofAttempt({ method, endpoint, origin }: PingOneAttempt): Attributes {
  const { hostname, port, protocol } = new URL(origin)
  return {
    'http.request.method': method,
    'url.template': endpoint,
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}

function describeEnd(span: Span, work: RecordedWork, result: string): void {
  const isStatus = /^\d{3}$/.test(result)
  if (isStatus) span.setAttribute('http.response.status_code', Number(result))
  if (work.kind === 'execution') span.setAttribute('pingone_mfa.state', result)
  const isFailure = isStatus ? Number(result) >= (work.kind === 'http' ? 500 : 400) : !GOOD.includes(result)
  if (!isFailure) return
  // By the conventions for MCP every failure of a tool is of this type; its code stands beside it.
  span.setAttribute('error.type', work.kind === 'tool' ? 'tool_error' : result)
  if (work.kind === 'tool') span.setAttribute('pingone_mfa.error.code', result)
  span.setStatus({ code: SpanStatusCode.ERROR, message: result })
}

const GOOD: readonly string[] = ['ok', 'succeeded', 'lost']
