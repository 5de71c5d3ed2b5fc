import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import type { Site } from '../site.ts'
import { command, type Html } from './frame.ts'
import { NOBODY } from './sign-in.ts'

/** How somebody could approve on this page. */
export interface Ways {
  /** Somebody has enrolled a passkey that works here. */
  passkey: boolean
  /** People may sign in for it. */
  signIn: boolean
}

interface Place {
  site: Site
  ways: Ways
  /** For one decision. */
  nonce?: string | undefined
}

/** Where a person says yes or no: here, by signing in or with a passkey, or in a terminal. */
export function decision(sheet: Sheet, place: Place): Html | string {
  const { site } = place
  if (sheet.state === 'pending') {
    return html`<aside
      class="card decide ${sheet.environment.isProduction ? 'production' : ''}"
      aria-labelledby="decide"
    >
      <h2 id="decide">Your decision</h2>
      <p class="for">${sheet.summary}</p>
      ${withoutScript(place)} ${approving(sheet, place)} ${denial(sheet, place, { title: 'Deny', label: 'Why not?' })}
      ${inTerminal(sheet, place)}
    </aside>`
  }
  if (sheet.state !== 'approved') return ''
  return html`<aside class="card decide" aria-labelledby="decide">
    <h2 id="decide">Approved</h2>
    <p>The assistant may carry it out now, once. Until it starts, you can take it back.</p>
    ${withoutScript(place)} ${denial(sheet, place, { title: 'Take it back', label: 'Why?' })}
    ${
      site.isLoopback
        ? html`<details>
            <summary>In a terminal instead</summary>
            ${command(`pingone-mfa-mcp approvals deny ${sheet.id}`)}
          </details>`
        : ''
    }
  </aside>`
}

/** Where people sign in, everything but a passkey works without the script. */
function withoutScript({ site }: Place): Html | string {
  if (site.signIn !== undefined) return ''
  return html`<noscript>
    <p class="note">
      This page needs JavaScript to ask for your passkey, and the browser does not run it here. Everything else is shown
      in full. You can decide in a terminal, as below.
    </p>
  </noscript>`
}

function approving(sheet: Sheet, place: Place): Html {
  const { site, ways } = place
  if (ways.signIn) {
    return html`${bySignIn(sheet, place)} ${ways.passkey ? byPasskey(sheet, { isSecond: true }) : ''}`
  }
  if (ways.passkey) return byPasskey(sheet, { isSecond: false })
  return site.signIn === undefined ? WITHOUT_PASSKEYS : NOBODY
}

function bySignIn(sheet: Sheet, { site, nonce }: Place): Html {
  return html`<form method="post" action="/approvals/${sheet.id}/sign-in" data-sign-in="${sheet.id}">
    <input type="hidden" name="nonce" value="${nonce ?? ''}" />
    <input type="hidden" name="digest" value="${sheet.digest}" />
    ${sheet.needsCode ? CODE_FIELD : ''}
    <button class="go" type="submit">Sign in and approve</button>
    <p class="hint">
      You are sent to ${new URL(site.signIn?.issuer ?? site.origin).host}. Signing in there approves exactly what this
      page shows, and brings you back.
    </p>
    <p class="problem" role="alert"></p>
  </form>`
}

/** As the second way it takes the code from the field of the first. */
function byPasskey(sheet: Sheet, { isSecond }: { isSecond: boolean }): Html {
  return html`<form class="scripted" data-approve="${sheet.id}" hidden novalidate>
    ${sheet.needsCode && !isSecond ? CODE_FIELD : ''}
    <button class="${isSecond ? 'second' : 'go'}" type="submit">Approve with passkey</button>
    <p class="problem" role="alert"></p>
  </form>`
}

const WITHOUT_PASSKEYS = html`<p class="note">
  Nobody has enrolled a passkey, so this page can deny and cannot approve. To enrol one, in a terminal:
  <code>pingone-mfa-mcp approver add</code>
</p>`

/** The code that the user's device received: typed here, it never passes through the assistant. */
const CODE_FIELD: Html = html`<div class="field">
  <label for="code">Code from the user’s device</label>
  <div class="with-switch">
    <input
      id="code"
      class="digits"
      name="code"
      type="password"
      inputmode="numeric"
      autocomplete="one-time-code"
      pattern="[0-9]*"
      maxlength="12"
      spellcheck="false"
      aria-describedby="code-hint"
      required
    />
    <button class="plain" type="button" data-show="code" aria-pressed="false" aria-label="Show the code">Show</button>
  </div>
  <p class="hint" id="code-hint">
    It is sealed for this one activation and shown nowhere. The assistant never sees it.
  </p>
</div>`

/** Refusing needs no credential, and where people sign in no script either. */
function denial({ id }: Sheet, { site, nonce }: Place, { title, label }: { title: string; label: string }): Html {
  const fields = html`<div class="field">
      <label for="reason">${label}</label>
      <input id="reason" name="reason" maxlength="300" autocomplete="off" aria-describedby="reason-hint" />
      <p class="hint" id="reason-hint">The assistant reads it. It may stay empty.</p>
    </div>
    <button class="no" type="submit">${title}</button>
    <p class="problem" role="alert"></p>`
  if (site.signIn === undefined) {
    return html`<form class="scripted deny" data-deny="${id}" hidden novalidate>${fields}</form>`
  }
  return html`<form class="deny" method="post" action="/approvals/${id}/deny" data-deny="${id}" novalidate>
    <input type="hidden" name="nonce" value="${nonce ?? ''}" />
    ${fields}
  </form>`
}

/** Only where the person sits at the machine that has the store. */
function inTerminal(sheet: Sheet, { site, ways }: Place): Html | string {
  if (!site.isLoopback) return ''
  return html`<details id="terminal" ${ways.passkey || ways.signIn ? '' : 'open'}>
    <summary>In a terminal instead</summary>
    ${terminal(sheet)}
  </details>`
}

function terminal({ id, needsCode, action }: Sheet): Html {
  return html`<p>On this machine, in a terminal of your own. To approve, with your passphrase:</p>
    ${command(`pingone-mfa-mcp approvals approve ${id}`)}
    <p>To deny, with or without a reason:</p>
    ${command(`pingone-mfa-mcp approvals deny ${id}`)}
    ${needsCode ? html`<p class="soft">You will be asked for the code that the user’s device received.</p>` : ''}
    ${action === 'add_sms_device' ? html`<p class="soft">There, too, the number is shown in full.</p>` : ''}`
}
