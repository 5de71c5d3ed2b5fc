import { html } from 'hono/html'
import { visibleText } from '../../lib/text.ts'
import { command, type Html, type Menu, page } from './frame.ts'
import { moment } from './moment.ts'
import type { ApproverView, CredentialView } from './views.ts'

/** Who may approve, and with what. */
export function approversPage(approvers: readonly ApproverView[], nonce: string, menu: Menu): Html {
  const isLast = approvers.reduce((sum, { credentials }) => sum + credentials.length, 0) <= 1
  return page({
    title: 'Approvers',
    menu,
    nonce,
    body: html`<h1>Approvers</h1>
      ${
        approvers.length === 0
          ? html`<p class="note">Nobody is enrolled, so nothing can be approved.</p>`
          : html`<ul class="cards" aria-label="Approvers">
              ${approvers.map((approver) => entry(approver, { isLast, isAlone: approvers.length === 1 }))}
            </ul>`
      }
      <section class="card quiet">
        <h2>Enrol somebody, or add a passkey</h2>
        <p>In a terminal. It prints a link that works once, for ten minutes, in a browser on this machine:</p>
        ${command('pingone-mfa-mcp approver add --name "Olga Approver" --email olga@example.com')}
        ${approvers.length === 0 ? '' : html`<p class="soft">Somebody who is enrolled vouches first.</p>`}
      </section>`,
  })
}

function entry(
  { name, email, createdAt, vouchedBy, credentials }: ApproverView,
  { isLast, isAlone }: { isLast: boolean; isAlone: boolean },
): Html {
  return html`<li class="card">
    <h2>${name}</h2>
    <p class="soft">
      ${email} · enrolled ${moment(createdAt)}${vouchedBy === undefined ? '' : html` · vouched for by ${vouchedBy}`}
    </p>
    <ul class="rows">
      ${credentials.map((credential) => credentialEntry(name, credential, isLast))}
    </ul>
    ${isAlone ? '' : removal(`/approvals/approvers/${encodeURIComponent(name)}/remove`, `Remove ${name} as an approver`)}
  </li>`
}

/** Somebody who is enrolled confirms it with a passkey. */
function removal(address: string, label: string, short = label): Html {
  return html`<form class="scripted remove" data-remove="${address}" hidden>
    <button class="plain" type="submit" aria-label="${label}">${short}</button>
    <p class="problem" role="alert"></p>
  </form>`
}

function credentialEntry(approver: string, credential: CredentialView, isLast: boolean): Html {
  const { id, kind, name, createdAt, lastUsedAt } = credential
  const shown = visibleText(name)
  const address = `/approvals/approvers/${encodeURIComponent(approver)}/credentials/${encodeURIComponent(id)}/remove`
  return html`<li>
    <div>
      <h3>${shown} <span class="tag">${kind}</span></h3>
      <p class="soft">
        Since ${moment(createdAt)} ·
        ${lastUsedAt === undefined ? 'not used yet' : html`last used ${moment(lastUsedAt)}`}
      </p>
    </div>
    <div class="aside">
      ${isLast ? html`<p class="soft">The only one: it stays.</p>` : removal(address, `Remove ${shown} of ${approver}`, 'Remove')}
    </div>
  </li>`
}
