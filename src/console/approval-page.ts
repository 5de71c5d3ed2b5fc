import { html } from 'hono/html'
import { HOW_DECIDED } from '../approval/how-decided.ts'
import type { EndpointOutcome, StepResultKind } from '../approval/outcome.ts'
import type { Sheet } from '../approval/sheet.ts'
import { isoTime } from '../lib/clock.ts'
import { command, type Html, list, page } from './frame.ts'

const STATE_SENTENCES: Record<Sheet['state'], string> = {
  pending: 'Waits for a person to decide',
  approved: 'Not started yet',
  denied: 'Nothing was changed',
  expired: 'Not decided, or not started, in time: nothing was changed',
  cancelled: 'Before it started: nothing was changed',
  stale: 'The user or the devices had changed meanwhile: nothing was done',
  executing: 'At this moment',
  succeeded: 'Carried out',
  partial: 'Carried out in part',
  failed: 'Not carried out',
  uncertain: 'It is not known whether all of it was carried out',
}

/** One approval: what a person needs in order to decide, and how to decide. */
export function approvalPage(sheet: Sheet, now: number): Html {
  const isWaiting = sheet.state === 'pending' || sheet.state === 'approved'
  const left = isWaiting ? html` <span class="left">${timeLeft(sheet.expiresAt - now)}</span>` : ''
  return page({
    title: sheet.summary,
    follows: isWaiting || sheet.state === 'executing',
    alarm: alarmOf(sheet),
    body: html`<article class="card">
        <p class="state ${sheet.state}"><strong>${sheet.state}</strong> ${STATE_SENTENCES[sheet.state]}.${left}</p>
        <h1>${sheet.summary}</h1>
        ${sheet.note === undefined ? '' : html`<p class="note">${sheet.note}</p>`} ${warnings(sheet)} ${outcome(sheet)}
        <h2>${isWaiting ? 'What will happen' : 'What was asked for'}</h2>
        <ol class="effects">
          ${sheet.effects.map((effect) => html`<li>${effect}</li>`)}
        </ol>
        ${request(sheet)} ${remaining(sheet, isWaiting)}
        ${sheet.alsoCovers === undefined ? '' : html`<p class="soft">${sheet.alsoCovers}</p>`}
        <h2>${sheet.account === undefined ? 'Where, and who asks' : 'Whose account, where, and who asks'}</h2>
        ${facts(sheet)}
        <h2>The assistant's reason, which nobody has verified</h2>
        ${
          sheet.reason === undefined
            ? html`<p class="soft">None was given.</p>`
            : html`<blockquote>${sheet.reason}</blockquote>`
        }
      </article>
      ${howToDecide(sheet)}`,
  })
}

/** Where it cannot be told, it is treated as production. */
function alarmOf({ environment }: Sheet): string | undefined {
  if (!environment.isProduction) return undefined
  return environment.type === 'PRODUCTION'
    ? `PRODUCTION environment: ${environment.name}`
    : 'This may be a PRODUCTION environment: its type could not be read.'
}

function warnings(sheet: Sheet): Html | string {
  if (sheet.warnings.length === 0) return ''
  return html`<section class="warnings">
    <h2>${sheet.state === 'pending' ? 'Before you decide' : 'Warnings at that time'}</h2>
    ${list(sheet.warnings)}
  </section>`
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
    ${command(`${sent.method} ${sent.path}`)} ${media} ${body} ${changes}`
}

function remaining({ remaining: factors }: Sheet, isWaiting: boolean): Html | string {
  if (factors === undefined) return ''
  return html`<h2>${isWaiting ? 'Factors that are left afterwards' : 'Factors that were to be left afterwards'}</h2>
    ${factors.length === 0 ? html`<p class="none">None. No factor at all.</p>` : list(factors)}`
}

function facts(sheet: Sheet): Html {
  const { account, environment, decision } = sheet
  const reason = decision?.reason === undefined ? '' : `: ${decision.reason}`
  const whose =
    account === undefined
      ? ''
      : html`<dt>Account</dt>
          <dd>${account.email}<span class="more">username ${account.username} · id ${account.id}</span></dd>`
  return html`<dl>
    ${whose}
    <dt>Environment</dt>
    <dd>
      ${environment.name} (${environment.type})<span class="more">${environment.id} at ${environment.apiUrl}</span>
    </dd>
    <dt>Asked by</dt>
    <dd>${sheet.requester}<span class="more">${moment(sheet.requestedAt)}</span></dd>
    ${
      sheet.state === 'pending' || sheet.state === 'approved'
        ? html`<dt>Valid until</dt>
            <dd>${moment(sheet.expiresAt)}</dd>`
        : ''
    }
    ${
      decision === undefined
        ? ''
        : html`<dt>Decided by</dt>
            <dd>
              ${decision.by}, ${HOW_DECIDED[decision.how]}${reason}<span class="more">${moment(decision.at)}</span>
            </dd>`
    }
  </dl>`
}

function outcome({ outcome: ended }: Sheet): Html | string {
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

function howToDecide({ id, state, needsCode, action }: Sheet): Html | string {
  if (state === 'approved') {
    return html`<aside class="card">
      <h2>Taking it back</h2>
      <p>Until the assistant starts it, in a terminal:</p>
      ${command(`pingone-mfa-mcp approvals deny ${id}`)}
    </aside>`
  }
  if (state !== 'pending') return ''
  return html`<aside class="card">
    <h2>Decide in a terminal</h2>
    <p>On this machine, in a terminal of your own. To approve, with your passphrase:</p>
    ${command(`pingone-mfa-mcp approvals approve ${id}`)}
    <p>To deny, with or without a reason:</p>
    ${command(`pingone-mfa-mcp approvals deny ${id}`)}
    ${needsCode ? html`<p class="soft">You will be asked for the code that the user's device received.</p>` : ''}
    ${action === 'add_sms_device' ? html`<p class="soft">There the number is shown in full.</p>` : ''}
  </aside>`
}

/** `2026-11-24 12:00:05 UTC`. */
function moment(ms: number): string {
  return `${isoTime(ms).slice(0, 19).replace('T', ' ')} UTC`
}

function timeLeft(ms: number): string {
  if (ms <= 0) return 'The time is over.'
  const minutes = Math.floor(ms / 60_000)
  return minutes === 0 ? 'Less than a minute left.' : `${minutes} min left.`
}
