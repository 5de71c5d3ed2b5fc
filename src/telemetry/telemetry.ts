import type { Clock } from '../lib/clock.ts'
import type { Relay } from '../lib/observer.ts'
import type { Store } from '../store/store.ts'
import { hasOpenTelemetry } from '../lib/open-telemetry.ts'
import { createEndpointNames, withEndpointNames } from './endpoint-names.ts'

export interface TelemetryDeps {
  relay: Relay
  version: string
  clock: Clock
  store(): Promise<Store>
  /** Paths of PingOne's endpoints, as they are called in figures and spans. */
  templates(): Promise<Iterable<string>>
}

/** Spans, where an OpenTelemetry SDK is registered in this process; nothing where none is. */
export async function addTraces({ relay, version, templates }: Omit<TelemetryDeps, 'clock' | 'store'>): Promise<void> {
  if (!hasOpenTelemetry()) return
  const { createTraces } = await import('./traces.ts')
  relay.add(withEndpointNames(createTraces(version), createEndpointNames(await templates())))
}

/** Figures for Prometheus, and spans. Answers what `/metrics` shows. */
export async function addMetrics(deps: TelemetryDeps): Promise<() => Promise<{ contentType: string; text: string }>> {
  const { createMetrics } = await import('./metrics.ts')
  const metrics = createMetrics(deps)
  deps.relay.add(withEndpointNames(metrics, createEndpointNames(await deps.templates())))
  await addTraces(deps)
  return metrics.expose
}
