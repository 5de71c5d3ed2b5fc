import { html } from 'hono/html'
import { command, type Html, page } from './frame.ts'

/** For a browser that was not let in. It says nothing of what waits: other accounts on this machine can open it, too. */
export function closedPage(): Html {
  return page({
    title: 'Not open here yet',
    body: html`<section class="card narrow">
      <h1>The console is not open in this browser yet</h1>
      <p>Other accounts on this machine can reach this address, too. So it opens with a link that works once:</p>
      ${command('pingone-mfa-mcp console --open')}
      <p class="soft">
        Each approval has a page of its own, whose address the assistant was given; that one opens by itself.
      </p>
    </section>`,
  })
}

export function notFoundPage(): Html {
  return page({
    title: 'Not found',
    body: html`<section class="card narrow">
      <h1>There is nothing at this address</h1>
      <p>It may be cut off, or no longer valid. In a terminal, what is waiting:</p>
      ${command('pingone-mfa-mcp approvals')}
    </section>`,
  })
}

/** A link that works once, used a second time or too late. */
export function usedLinkPage(again: string): Html {
  return page({
    title: 'This link no longer works',
    body: html`<section class="card narrow">
      <h1>This link no longer works</h1>
      <p>It works once, and for ten minutes. For a new one, in a terminal:</p>
      ${command(again)}
    </section>`,
  })
}
