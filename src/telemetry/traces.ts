import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { RecordedWork, Recorder } from './endpoint-names.ts'

/** Spans for the OpenTelemetry SDK that is registered in this process. */
export function createTraces(version: string): Recorder {
  const tracer = trace.getTracer('pingone-mfa-mcp', version)

  return {
    begin(work) {
      const { name, ...options } = spanOf(work)
      const sent = work.kind === 'tool' ? work.trace : undefined
      const parent = sent === undefined ? context.active() : propagation.extract(context.active(), sent)
      const span = tracer.startSpan(name, options, parent)
      return {
        run: (body) => context.with(trace.setSpan(parent, span), body),
        end(result) {
          describeEnd(span, work, result)
          if (isFailure(work, result)) span.setStatus({ code: SpanStatusCode.ERROR, message: result })
          span.end()
        },
      }
    },
  }
}

/** OpenTelemetry semantic conventions for HTTP, databases and MCP. */
function spanOf(work: RecordedWork): SpanOptions & { name: string } {
  switch (work.kind) {
    case 'http':
      return {
        name: `${work.method} ${work.route}`,
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': work.method, 'http.route': work.route },
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
        },
      }
    case 'pingone':
      return { name: `${work.method} ${work.endpoint}`, kind: SpanKind.CLIENT, attributes: callAttributes(work) }
    case 'token':
      return { name: 'mint access token', kind: SpanKind.INTERNAL }
    case 'store':
      return {
        name: `store ${work.operation}`,
        kind: SpanKind.CLIENT,
        attributes: { 'db.operation.name': work.operation, 'db.namespace': 'pingone_mfa' },
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

function callAttributes({ method, endpoint, origin }: RecordedWork & { kind: 'pingone' }): Attributes {
  const { hostname, port, protocol } = new URL(origin)
  return {
    'http.request.method': method,
    'url.template': endpoint,
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}

function describeEnd(span: Span, work: RecordedWork, result: string): void {
  if (/^\d{3}$/.test(result)) span.setAttribute('http.response.status_code', Number(result))
  if (work.kind === 'execution') span.setAttribute('pingone_mfa.state', result)
  if (isFailure(work, result)) span.setAttribute('error.type', result)
}

const GOOD: readonly string[] = ['ok', 'succeeded', 'lost']

function isFailure({ kind }: RecordedWork, result: string): boolean {
  if (/^\d{3}$/.test(result)) return Number(result) >= (kind === 'http' ? 500 : 400)
  return !GOOD.includes(result)
}
