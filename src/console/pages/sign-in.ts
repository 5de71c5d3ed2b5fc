import { html } from 'hono/html'
import { type Around, type Html, page } from './frame.ts'

/** For a browser in which nobody has signed in yet. It says nothing of what waits. */
export function signInPage(back: string, around: Around): Html {
  const { issuer, claim } = around.site.signIn ?? {}
  return page({
    title: 'Sign in',
    around,
    body: html`<section class="card narrow">
      <h1>Sign in to see this</h1>
      <p>Approvals are shown to the people who may decide on them.</p>
      ${
        claim === undefined
          ? NOBODY
          : html`<p><a class="button go" href="/approvals/sign-in?return=${encodeURIComponent(back)}">Sign in</a></p>
              <p class="soft">
                You are sent to <code>${issuer}</code> and come back here. Seeing decides nothing: to approve, you sign
                in once more, for that one approval.
              </p>`
      }
    </section>`,
  })
}

/** Where no claim says who is an approver. */
export const NOBODY: Html = html`<p class="note">
  Nobody who signs in may see or approve anything here, because nothing says who is an approver. Whoever runs this
  service sets <code>PINGONE_MFA_APPROVER_CLAIM</code>, for example to <code>groups=mfa-approvers</code>.
</p>`

/** What did not work, and the way back. */
export function problemPage(
  { title, sentence, back }: { title: string; sentence: string; back: string },
  around: Around,
): Html {
  return page({
    title,
    around,
    body: html`<section class="card narrow">
      <h1>${title}</h1>
      <p role="alert">${sentence}</p>
      <p><a class="button" href="${back}">${back === '/approvals' ? 'To the approvals' : 'Back'}</a></p>
    </section>`,
  })
}
