import { html } from 'hono/html'
import { type Around, command, type Html, page } from './frame.ts'

/** For a browser that was not let in. It says nothing of what waits: other accounts on this machine can open it, too. */
export function closedPage(around: Around): Html {
  return page({
    title: 'Not open here yet',
    around,
    body: html`<section class="card narrow">
      <h1>The console is not open in this browser yet</h1>
      ${around.site.isLoopback ? BY_LINK : NOWHERE}
    </section>`,
  })
}

const BY_LINK = html`<p>
    Other accounts on this machine can reach this address, too. So it opens with a link that works once:
  </p>
  ${command('pingone-mfa-mcp console --open')}
  <p class="soft">
    Each approval has a page of its own, whose address the assistant was given; that one opens by itself.
  </p>`

const NOWHERE = html`<p>
    Approvals are shown here only to people who have signed in, and this service knows no place where they could.
  </p>
  <p class="soft">
    Whoever runs it sets <code>PINGONE_MFA_APPROVER_CLIENT_ID</code>,
    <code>PINGONE_MFA_APPROVER_CLIENT_SECRET</code> and <code>PINGONE_MFA_APPROVER_CLAIM</code>.
  </p>`

export function notFoundPage(around: Around): Html {
  return page({
    title: 'Not found',
    around,
    body: html`<section class="card narrow">
      <h1>There is nothing at this address</h1>
      ${
        around.site.isHosted
          ? html`<p>It may be cut off, or no longer valid. <a href="/approvals">What is waiting</a></p>`
          : html`<p>It may be cut off, or no longer valid. In a terminal, what is waiting:</p>
              ${command('pingone-mfa-mcp approvals')}`
      }
    </section>`,
  })
}

/** A link that works once, used a second time or too late. `again` makes another. */
export function usedLinkPage(again: string, around: Around): Html {
  return page({
    title: 'This link no longer works',
    around,
    body: html`<section class="card narrow">
      <h1>This link no longer works</h1>
      <p>It works once, and for ten minutes. For a new one, in a terminal:</p>
      ${command(again)}
    </section>`,
  })
}
