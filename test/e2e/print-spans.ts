import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

/** Preloaded into a server, as a user does it: an OpenTelemetry SDK that prints a line for each span. */
const print = (span: ReadableSpan) => {
  const { name, attributes, parentSpanContext } = span
  const line = { span: name, id: span.spanContext().spanId, parent: parentSpanContext?.spanId, attributes }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
const exporter = {
  export(spans: ReadableSpan[], done: (result: { code: number }) => void) {
    for (const span of spans) print(span)
    done({ code: 0 })
  },
  shutdown: () => Promise.resolve(),
}
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())
