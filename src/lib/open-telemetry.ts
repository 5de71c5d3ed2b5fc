/** Where an OpenTelemetry SDK registers itself, as its API package defines it. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')

/** Whether somebody gets the spans of this process: looked at without loading anything. */
export function hasOpenTelemetry(): boolean {
  return REGISTERED in globalThis
}
