import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import { decidedBy } from './decided-by.ts'
import { decision, type Ways } from './decision.ts'
import { type Around, type Html, list, page } from './frame.ts'
import { moment, timeLeft } from './moment.ts'
import { outcome } from './outcome.ts'
import { request } from './request.ts'
import { badge, environmentTag, stateSentence } from './state.ts'

export interface ApprovalView {
  sheet: Sheet
  now: number
  around: Around
  ways: Ways
  /** For one decision on this page. */
  nonce?: string | undefined
}

/** One approval: what a person needs in order to decide, and where it is decided. */
export function approvalPage({ sheet, now, around, nonce, ways }: ApprovalView): Html {
  const isWaiting = sheet.state === 'pending' || sheet.state === 'approved'
  return page({
    title: `${sheet.state === 'pending' ? '' : `${sheet.state}: `}${sheet.summary}`,
    around,
    nonce,
    follows: isWaiting || sheet.state === 'executing' ? { approval: sheet.id } : undefined,
    alarm: alarmOf(sheet),
    body: html`<article class="card sheet" aria-labelledby="summary">
        <p class="state" data-state="${sheet.state}">
          ${badge(sheet.state)} <span>${stateSentence(sheet.state)}.</span>
          ${isWaiting ? timeLeft(sheet.expiresAt, now) : ''}
        </p>
        <h1 id="summary">${sheet.summary}</h1>
        ${whose(sheet)} ${sheet.note === undefined ? '' : html`<p class="note">${sheet.note}</p>`}
        ${isWaiting ? warnings(sheet) : ''} ${outcome(sheet)}
        <h2>${isWaiting ? 'What will happen' : 'What was asked for'}</h2>
        <ol class="effects">
          ${sheet.effects.map((effect) => html`<li>${effect}</li>`)}
        </ol>
        ${request(sheet)} ${remaining(sheet, isWaiting)} ${isWaiting ? '' : warnings(sheet)}
        ${sheet.alsoCovers === undefined ? '' : html`<p class="soft">${sheet.alsoCovers}</p>`}
        <h2>${sheet.account === undefined ? 'Where, and who asks' : 'Whose account, where, and who asks'}</h2>
        ${facts(sheet)}
        <h2>The assistant’s reason <span class="tag unverified">not verified</span></h2>
        ${reason(sheet)}
      </article>
      ${decision(sheet, { site: around.site, ways, nonce })}`,
  })
}

function alarmOf({ environment }: Sheet): string | undefined {
  if (!environment.isProduction) return undefined
  return environment.type === 'PRODUCTION'
    ? `PRODUCTION environment: ${environment.name}`
    : 'This may be a PRODUCTION environment: its type could not be read.'
}

/** Whose account, and where: what has to be in sight at once. */
function whose(sheet: Sheet): Html {
  const account = sheet.account === undefined ? '' : html`<strong>${sheet.account.email}</strong> · `
  return html`<p class="whose">${account}${sheet.environment.name} ${environmentTag(sheet)}</p>`
}

function warnings(sheet: Sheet): Html | string {
  if (sheet.warnings.length === 0) return ''
  return html`<section class="warnings" aria-labelledby="warnings">
    <h2 id="warnings">${sheet.state === 'pending' ? 'Before you decide' : 'Warnings at that time'}</h2>
    ${list(sheet.warnings)}
  </section>`
}

function remaining({ remaining: factors }: Sheet, isWaiting: boolean): Html | string {
  if (factors === undefined) return ''
  return html`<h2>${isWaiting ? 'Factors that are left afterwards' : 'Factors that were to be left afterwards'}</h2>
    ${factors.length === 0 ? html`<p class="none">None. No factor at all.</p>` : list(factors)}`
}

function reason({ reason: words }: Sheet): Html {
  if (words === undefined) return html`<p class="soft">None was given.</p>`
  return html`<blockquote>${words}</blockquote>
    <p class="soft">These are the assistant’s words. Nobody has checked them: ask the person if in doubt.</p>`
}

function facts(sheet: Sheet): Html {
  const { account, environment, state } = sheet
  return html`<dl>
    ${
      account === undefined
        ? ''
        : html`<dt>Account</dt>
            <dd>
              <strong>${account.email}</strong
              ><span class="more">username ${account.username} · id <code>${account.id}</code></span>
            </dd>`
    }
    <dt>Environment</dt>
    <dd>
      ${environment.name} ${environmentTag(sheet)}<span class="more"
        ><code>${environment.id}</code> at ${environment.apiUrl}</span
      >
    </dd>
    <dt>Asked by</dt>
    <dd>${sheet.requester}<span class="more">${moment(sheet.requestedAt)}</span></dd>
    ${
      state === 'pending' || state === 'approved'
        ? html`<dt>${state === 'pending' ? 'Valid until' : 'Must start by'}</dt>
            <dd>${moment(sheet.expiresAt)}</dd>`
        : ''
    }
    ${decisionRow(sheet)}
    <dt>Approval</dt>
    <dd>
      <code>${sheet.id}</code><span class="more">plan <code>${sheet.digest.slice(0, 16)}…</code></span>
    </dd>
  </dl>`
}

function decisionRow({ decision: made }: Sheet): Html | string {
  if (made === undefined) return ''
  const why = made.reason === undefined || made.reason === '' ? '' : html`<q>${made.reason}</q>`
  return html`<dt>Decided by</dt>
    <dd>${decidedBy(made)} ${why}<span class="more">${moment(made.at)}</span></dd>`
}
