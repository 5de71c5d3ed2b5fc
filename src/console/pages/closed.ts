import { html } from 'hono/html'
import { command, type Html, page } from './frame.ts'

/** Shows how many wait, and nothing of them: other accounts on this machine can open this page, too. */
export function frontPage(waiting: number): Html {
  const sentence =
    waiting === 0
      ? 'No approval is waiting.'
      : waiting === 1
        ? 'One approval is waiting.'
        : `${waiting} approvals are waiting.`
  return page({
    title: 'Approvals',
    follows: true,
    body: html`<section class="card">
      <h1>${sentence}</h1>
      <p>Each has a page of its own, whose address the assistant was given. In a terminal, all of them:</p>
      ${command('pingone-mfa-mcp approvals')}
    </section>`,
  })
}

export function notFoundPage(): Html {
  return page({
    title: 'Not found',
    follows: false,
    body: html`<section class="card">
      <h1>There is no such approval</h1>
      <p>The address may be cut off. In a terminal, what is waiting:</p>
      ${command('pingone-mfa-mcp approvals')}
    </section>`,
  })
}
