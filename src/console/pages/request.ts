import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import { command, type Html } from './frame.ts'

/** The whole call, as it will be sent, and what it changes. */
export function request({ request: sent }: Sheet): Html | string {
  if (sent === undefined) return ''
  const media = sent.contentType === undefined ? '' : html`<p class="soft">Content-Type: ${sent.contentType}</p>`
  const body =
    sent.body.length === 0 ? '' : html`<pre tabindex="0" aria-label="Body of the request">${sent.body.join('\n')}</pre>`
  const changes =
    sent.changes.length === 0
      ? ''
      : html`<h2>What it changes</h2>
          <ul class="changes">
            ${sent.changes.map(change)}
          </ul>`
  return html`${changes}
    <h2>What is sent</h2>
    ${command(`${sent.method} ${sent.path}`)} ${media} ${body}`
}

/** Before and after side by side, where the line can be read in one way only; else the line as it is. */
function change(line: string): Html {
  const [, name, values] = /^([^\s:]+): (.*)$/su.exec(line) ?? []
  const [before, after, ...more] = (values ?? '').split(' → ')
  if (name === undefined || before === undefined || more.length > 0) return html`<li>${line}</li>`
  if (after === undefined) return html`<li><code>${name}</code> <ins>${before}</ins></li>`
  return html`<li><code>${name}</code> <del>${before}</del> <span class="arrow">→</span> <ins>${after}</ins></li>`
}
