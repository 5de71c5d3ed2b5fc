import { html } from 'hono/html'
import { visibleText } from '../../lib/text.ts'
import { type Around, command, type Html, page } from './frame.ts'
import { moment } from './moment.ts'
import { NOBODY } from './sign-in.ts'
import type { ApproverView, CredentialView } from './views.ts'

/** Who may approve, and with what. */
export function approversPage(approvers: readonly ApproverView[], nonce: string, around: Around): Html {
  const isLast = approvers.reduce((sum, { credentials }) => sum + credentials.length, 0) <= 1
  return page({
    title: 'Approvers',
    around,
    nonce,
    body: html`<h1>Approvers</h1>
      ${
        approvers.length === 0
          ? html`<p class="note">${nobody(around)}</p>`
          : html`<ul class="cards" aria-label="Approvers">
              ${approvers.map((approver) =>
                entry(approver, {
                  isLast,
                  isAlone: approvers.length === 1,
                  canRemove: around.site.takesPasskeys,
                }),
              )}
            </ul>`
      }
      ${signingIn(around)} ${enrolling(approvers.length > 0, around)}`,
  })
}

function nobody({ site }: Around): string {
  return site.signIn?.claim === undefined
    ? 'Nobody is enrolled, so nothing can be approved.'
    : 'Nobody is enrolled with a passkey or a passphrase of their own.'
}

function signingIn({ site: { signIn } }: Around): Html | string {
  if (signIn === undefined) return ''
  const { issuer, claim } = signIn
  return html`<section class="card quiet">
    <h2>Who approves by signing in</h2>
    ${
      claim === undefined
        ? NOBODY
        : html`<p>Whoever signs in at <code>${issuer}</code> and carries <code>${claim}</code>.</p>
            <p class="soft">Nobody approves a change to their own account, or what they asked for themselves.</p>`
    }
  </section>`
}

function enrolling(hasApprovers: boolean, { site }: Around): Html {
  return html`<section class="card quiet">
    <h2>Enrol somebody, or add a passkey</h2>
    ${
      site.isLoopback
        ? html`<p>In a terminal. It prints a link that works once, for ten minutes, in a browser on this machine:</p>`
        : html`<p>In a terminal on the machine that this service runs on; what is enrolled approves there:</p>`
    }
    ${command('pingone-mfa-mcp approver add --name "Olga Approver" --email olga@example.com')}
    ${hasApprovers ? html`<p class="soft">Somebody who is enrolled vouches first.</p>` : ''}
  </section>`
}

function entry(
  { name, email, createdAt, vouchedBy, credentials }: ApproverView,
  { isLast, isAlone, canRemove }: { isLast: boolean; isAlone: boolean; canRemove: boolean },
): Html {
  return html`<li class="card">
    <h2>${name}</h2>
    <p class="soft">
      ${email} · enrolled ${moment(createdAt)}${vouchedBy === undefined ? '' : html` · vouched for by ${vouchedBy}`}
    </p>
    <ul class="rows">
      ${credentials.map((credential) => credentialEntry(name, credential, { isLast, canRemove }))}
    </ul>
    ${isAlone || !canRemove ? '' : removal(`/approvals/approvers/${encodeURIComponent(name)}/remove`, `Remove ${name} as an approver`)}
  </li>`
}

/** Somebody who is enrolled confirms it with a passkey. */
function removal(address: string, label: string, short = label): Html {
  return html`<form class="scripted remove" data-remove="${address}" hidden>
    <button class="plain" type="submit" aria-label="${label}">${short}</button>
    <p class="problem" role="alert"></p>
  </form>`
}

function credentialEntry(
  approver: string,
  credential: CredentialView,
  { isLast, canRemove }: { isLast: boolean; canRemove: boolean },
): Html {
  const { id, kind, name, createdAt, lastUsedAt } = credential
  const shown = visibleText(name)
  const address = `/approvals/approvers/${encodeURIComponent(approver)}/credentials/${encodeURIComponent(id)}/remove`
  const aside = () => {
    if (!canRemove) return ''
    if (isLast) return html`<p class="soft">The only one: it stays.</p>`
    return removal(address, `Remove ${shown} of ${approver}`, 'Remove')
  }
  return html`<li>
    <div>
      <h3>${shown} <span class="tag">${kind}</span></h3>
      <p class="soft">
        Since ${moment(createdAt)} ·
        ${lastUsedAt === undefined ? 'not used yet' : html`last used ${moment(lastUsedAt)}`}
      </p>
    </div>
    <div class="aside">${aside()}</div>
  </li>`
}
