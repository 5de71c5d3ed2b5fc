import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import { command, type Html } from './frame.ts'

/** Where a person says yes or no: with a passkey here, where somebody has enrolled one, or in a terminal. */
export function decision(sheet: Sheet, { hasPasskeys }: { hasPasskeys: boolean }): Html | string {
  if (sheet.state === 'pending') {
    return html`<aside
      class="card decide ${sheet.environment.isProduction ? 'production' : ''}"
      aria-labelledby="decide"
    >
      <h2 id="decide">Your decision</h2>
      <p class="for">${sheet.summary}</p>
      ${WITHOUT_SCRIPT} ${hasPasskeys ? approval(sheet) : WITHOUT_PASSKEYS}
      ${denial(sheet, { title: 'Deny', label: 'Why not?' })}
      <details id="terminal" ${hasPasskeys ? '' : 'open'}>
        <summary>In a terminal instead</summary>
        ${terminal(sheet)}
      </details>
    </aside>`
  }
  if (sheet.state !== 'approved') return ''
  return html`<aside class="card decide" aria-labelledby="decide">
    <h2 id="decide">Approved</h2>
    <p>The assistant may carry it out now, once. Until it starts, you can take it back.</p>
    ${WITHOUT_SCRIPT} ${denial(sheet, { title: 'Take it back', label: 'Why?' })}
    <details>
      <summary>In a terminal instead</summary>
      ${command(`pingone-mfa-mcp approvals deny ${sheet.id}`)}
    </details>
  </aside>`
}

const WITHOUT_SCRIPT = html`<noscript>
  <p class="note">
    This page needs JavaScript to ask for your passkey, and the browser does not run it here. Everything else is shown
    in full. You can decide in a terminal, as below.
  </p>
</noscript>`

function approval(sheet: Sheet): Html {
  return html`<form class="scripted" data-approve="${sheet.id}" hidden novalidate>
    ${sheet.needsCode ? codeField() : ''}
    <button class="go" type="submit">Approve with passkey</button>
    <p class="problem" role="alert"></p>
  </form>`
}

const WITHOUT_PASSKEYS = html`<p class="note">
  Nobody has enrolled a passkey, so this page can deny and cannot approve. To enrol one, in a terminal:
  <code>pingone-mfa-mcp approver add</code>
</p>`

/** The code that the user's device received: typed here, it never passes through the assistant. */
function codeField(): Html {
  return html`<div class="field">
    <label for="code">Code from the user’s device</label>
    <div class="with-switch">
      <input
        id="code"
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
}

function denial({ id }: Sheet, { title, label }: { title: string; label: string }): Html {
  return html`<form class="scripted deny" data-deny="${id}" hidden novalidate>
    <div class="field">
      <label for="reason">${label}</label>
      <input id="reason" name="reason" maxlength="300" autocomplete="off" aria-describedby="reason-hint" />
      <p class="hint" id="reason-hint">The assistant reads it. It may stay empty.</p>
    </div>
    <button class="no" type="submit">${title}</button>
    <p class="problem" role="alert"></p>
  </form>`
}

function terminal({ id, needsCode, action }: Sheet): Html {
  return html`<p>On this machine, in a terminal of your own. To approve, with your passphrase:</p>
    ${command(`pingone-mfa-mcp approvals approve ${id}`)}
    <p>To deny, with or without a reason:</p>
    ${command(`pingone-mfa-mcp approvals deny ${id}`)}
    ${needsCode ? html`<p class="soft">You will be asked for the code that the user’s device received.</p>` : ''}
    ${action === 'add_sms_device' ? html`<p class="soft">There, too, the number is shown in full.</p>` : ''}`
}
