import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Outcome } from '../approval/outcome.ts'
import type { Sheet } from '../approval/sheet.ts'
import { isoTime } from '../lib/clock.ts'
import { STYLE } from './style.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

const STATE_SENTENCES: Record<Sheet['state'], string> = {
  pending: 'Waits for a person to decide.',
  approved: 'Approved, and not started yet.',
  denied: 'Denied. Nothing was changed.',
  expired: 'The time ran out. Nothing was changed.',
  cancelled: 'Taken back before it started. Nothing was changed.',
  stale: 'The user or the devices had changed meanwhile. Nothing was done.',
  executing: 'Is being carried out now.',
  succeeded: 'Carried out.',
  partial: 'Carried out in part.',
  failed: 'Not carried out.',
  uncertain: 'It is not known whether all of it was carried out.',
}

/** One approval: what a person needs in order to decide, and how to decide. */
export function approvalPage(sheet: Sheet, now: number): Html {
  const isOpen = sheet.state === 'pending' || sheet.state === 'approved' || sheet.state === 'executing'
  return page(
    sheet.summary,
    isOpen,
    html`<div class="card">
        <p><span class="badge ${sheet.state}">${sheet.state}</span> ${STATE_SENTENCES[sheet.state]}</p>
        <h1>${sheet.summary}</h1>
        ${sheet.note === undefined ? '' : html`<p class="stale">${sheet.note}</p>`} ${warnings(sheet)}
        <dl>
          ${account(sheet)}
          <dt>Environment</dt>
          <dd>
            ${sheet.environment.name}
            <span class="badge ${sheet.environment.isProduction ? 'production' : ''}">${sheet.environment.type}</span>
            <span class="soft">${sheet.environment.apiUrl}</span>
          </dd>
          <dt>Asked by</dt>
          <dd>${sheet.requester}</dd>
          <dt>Asked at</dt>
          <dd>${isoTime(sheet.requestedAt)}</dd>
          ${
            isOpen
              ? html`<dt>Valid until</dt>
                  <dd>${isoTime(sheet.expiresAt)} (${minutesLeft(sheet.expiresAt - now)})</dd>`
              : ''
          }
          ${decided(sheet)}
        </dl>
        <h2>What will happen</h2>
        ${list(sheet.effects)} ${request(sheet)} ${remaining(sheet)}
        ${sheet.alsoCovers === undefined ? '' : html`<p class="soft">${sheet.alsoCovers}</p>`}
        <h2>The assistant's reason, which nobody has verified</h2>
        ${sheet.reason === undefined ? html`<p class="soft">None was given.</p>` : html`<blockquote>${sheet.reason}</blockquote>`}
        ${outcome(sheet)}
      </div>
      ${sheet.state === 'pending' ? howToDecide(sheet) : ''}`,
  )
}

/** Shows how many wait, and nothing of them: other accounts on this machine can open this page, too. */
export function frontPage(waiting: number): Html {
  const sentence =
    waiting === 0
      ? 'No approval is waiting.'
      : waiting === 1
        ? 'One approval is waiting.'
        : `${waiting} approvals are waiting.`
  return page(
    'Approvals',
    true,
    html`<div class="card">
      <h1>Approvals</h1>
      <p>${sentence}</p>
      <p>Each has a page of its own, whose address the assistant was given. In a terminal, all of them:</p>
      <code class="command">pingone-mfa-mcp approvals</code>
    </div>`,
  )
}

export function notFoundPage(): Html {
  return page(
    'Not found',
    false,
    html`<div class="card">
      <h1>There is no such approval</h1>
      <p>The address may be cut off. In a terminal, what is waiting:</p>
      <code class="command">pingone-mfa-mcp approvals</code>
    </div>`,
  )
}

function page(title: string, follows: boolean, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${follows ? html`<meta http-equiv="refresh" content="5" />` : ''}
        <title>${title} · PingOne MFA</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`
}

function account({ account: of }: Sheet): Html | string {
  if (of === undefined) return ''
  return html`<dt>Account</dt>
    <dd>${of.email} <span class="soft">(username ${of.username}, id ${of.id})</span></dd>`
}

/** The whole call, as it will be sent, and what it changes. */
function request({ request: sent }: Sheet): Html | string {
  if (sent === undefined) return ''
  const media = sent.contentType === undefined ? '' : html`<p class="soft">Content-Type: ${sent.contentType}</p>`
  const body = sent.body.length === 0 ? '' : html`<pre>${sent.body.join('\n')}</pre>`
  const changes =
    sent.changes.length === 0
      ? ''
      : html`<h2>What it changes</h2>
          ${list(sent.changes)}`
  return html`<h2>What is sent</h2>
    <p><code>${sent.method} ${sent.path}</code></p>
    ${media} ${body} ${changes}`
}

function remaining({ remaining: factors }: Sheet): Html | string {
  if (factors === undefined) return ''
  return html`<h2>Factors that are left afterwards</h2>
    ${factors.length === 0 ? html`<p><strong>None.</strong></p>` : list(factors)}`
}

function warnings(sheet: Sheet): Html | string {
  if (sheet.warnings.length === 0) return ''
  return html`<section class="warnings">
    <h2>Before you decide</h2>
    ${list(sheet.warnings)}
  </section>`
}

function list(items: readonly string[]): Html {
  return html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`
}

function howToDecide(sheet: Sheet): Html {
  return html`<div class="card">
    <h1>Decide in a terminal</h1>
    <p>This page cannot approve anything. On this machine, in a terminal of your own:</p>
    <code class="command">pingone-mfa-mcp approvals approve ${sheet.id}</code>
    <p>or, with or without a reason:</p>
    <code class="command">pingone-mfa-mcp approvals deny ${sheet.id}</code>
    ${sheet.needsCode ? html`<p>You will be asked for the code that the device received.</p>` : ''}
    <p class="soft">A number that is to be paired is shown in full there.</p>
  </div>`
}

function decided({ decision }: Sheet): Html | string {
  if (decision === undefined) return ''
  const reason = decision.reason === undefined ? '' : `: ${decision.reason}`
  return html`<dt>Decided</dt>
    <dd>${decision.by} (${decision.how}) at ${isoTime(decision.at)}${reason}</dd>`
}

function outcome({ outcome: ended }: Sheet): Html | string {
  if (ended === undefined) return ''
  return html`<h2>What became of it</h2>
    ${list(fates(ended))}`
}

function fates(ended: Outcome): string[] {
  const because = (error: string | undefined) => (error === undefined ? '' : ` (${error})`)
  if ('devices' in ended) {
    return ended.devices.map(({ label, result, error }) => `${label}: ${result.replace('_', ' ')}${because(error)}`)
  }
  const { request: sent, status, error } = ended
  return [`${sent.method} ${sent.path}: ${status === undefined ? 'no answer' : `HTTP ${status}`}${because(error)}`]
}

function minutesLeft(ms: number): string {
  if (ms <= 0) return 'over'
  const minutes = Math.floor(ms / 60_000)
  return minutes === 0 ? 'less than a minute left' : `${minutes} min left`
}
