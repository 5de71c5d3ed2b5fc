import { html } from 'hono/html'
import { type Around, type Html, page } from './frame.ts'
import { timeLeft } from './moment.ts'
import type { EnrolmentView } from './views.ts'

/** Where a person makes the passkey that approves from then on. */
export function enrolmentPage(view: EnrolmentView, now: number, nonce: string, around: Around): Html {
  const { token, name, email, expiresAt, vouching } = view
  return page({
    title: `Enrol ${name}`,
    around,
    nonce,
    body: html`<section class="card narrow" id="enrolling" data-vouching="${vouching}">
        <p class="state">
          <strong class="badge pending">Enrolment</strong>
          <span>This link works once.</span> ${timeLeft(expiresAt, now)}
        </p>
        <h1>Become an approver</h1>
        <dl>
          <dt>Name</dt>
          <dd><strong>${name}</strong></dd>
          <dt>Email</dt>
          <dd><strong>${email}</strong><span class="more">No change to this account can be approved by you.</span></dd>
        </dl>
        <p>
          With a passkey you approve what an assistant asks for: by fingerprint, face, PIN or security key. No assistant
          can use it for you.
        </p>
        <noscript
          ><p class="note">
            This page needs JavaScript to make a passkey. In a terminal, a passphrase can be enrolled instead:
            <code>pingone-mfa-mcp approver add --passphrase</code>
          </p></noscript
        >
        ${
          vouching === 'impossible'
            ? CANNOT_VOUCH
            : vouching === 'passkey'
              ? html`<ol class="steps">
                  ${vouch(token)}
                  <li>${making(token, { isReady: false })}</li>
                </ol>`
              : making(token, { isReady: true })
        }
      </section>
      ${enrolled(name)}`,
  })
}

function making(token: string, { isReady }: { isReady: boolean }): Html {
  return html`<h2>Make the passkey</h2>
    <form class="scripted" data-enrol="/approvals/enrol/${token}" hidden novalidate>
      <div class="field">
        <label for="credential-name">What is this passkey called?</label>
        <input
          id="credential-name"
          name="credentialName"
          maxlength="60"
          autocomplete="off"
          value="Passkey"
          aria-describedby="name-hint"
          required
        />
        <p class="hint" id="name-hint">So that you recognise it later: “Laptop”, “Blue key”.</p>
      </div>
      <button class="go" type="submit" ${isReady ? '' : 'disabled'}>Make a passkey</button>
      <p class="problem" role="alert"></p>
    </form>`
}

const CANNOT_VOUCH = html`<p class="note">
  Somebody is enrolled already and has to vouch for you, with a passphrase in a terminal. There:
  <code>pingone-mfa-mcp approver add</code>
</p>`

function vouch(token: string): Html {
  return html`<li>
    <h2>Somebody who is enrolled vouches</h2>
    <form class="scripted" data-vouch="/approvals/enrol/${token}/vouch" hidden>
      <p>An approver confirms with their own passkey that this person may approve from now on.</p>
      <button type="submit">Vouch with a passkey</button>
      <p class="problem" role="alert"></p>
    </form>
  </li>`
}

/** After the passkey was made; the script shows it then. */
function enrolled(name: string): Html {
  return html`<section class="card narrow" id="enrolled" hidden>
    <p class="state"><strong class="badge succeeded">Enrolled</strong></p>
    <h1>${name} can approve now</h1>
    <p>
      You can close this page. The next time an assistant asks for a change, it gives you the address of the page where
      you decide.
    </p>
  </section>`
}
