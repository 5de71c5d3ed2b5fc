import { html } from 'hono/html'
import type { EndpointOutcome, StepResultKind } from '../../approval/outcome.ts'
import type { Sheet } from '../../approval/sheet.ts'
import type { Html } from './frame.ts'

/** What became of a plan, a line each. */
export function outcome({ outcome: ended }: Sheet): Html | string {
  if (ended === undefined) return ''
  return html`<h2>What became of it</h2>
    <ul class="fates">
      ${'devices' in ended ? ended.devices.map((device) => fate(device.result, device.label, device.error)) : answer(ended)}
    </ul>`
}

function answer({ request: sent, status, error }: EndpointOutcome): Html {
  const said = status === undefined ? 'no answer' : `HTTP ${status}`
  return fate(error === undefined ? 'done' : 'failed', `${sent.method} ${sent.path}: ${said}`, error)
}

function fate(result: StepResultKind, what: string, error: string | undefined): Html {
  const why = error === undefined ? '' : html`<span class="more">${error}</span>`
  return html`<li class="${result}"><strong>${result.replaceAll('_', ' ')}</strong> ${what}${why}</li>`
}
