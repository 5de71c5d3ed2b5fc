import { html } from 'hono/html'
import { plainText, visibleText } from '../../lib/text.ts'
import { type Around, command, type Html, page } from './frame.ts'
import { moment } from './moment.ts'
import { paging } from './paging.ts'
import type { AuditLine, AuditState, Paged } from './views.ts'

/** The audit log, newest first, and whether its chain holds. */
export function auditPage(entries: Paged<AuditLine>, state: AuditState, around: Around): Html {
  return page({
    title: 'Audit log',
    around,
    follows: entries.page === 1 ? 'all' : undefined,
    body: html`<h1>Audit log</h1>
      ${chain(state)}
      ${
        entries.items.length === 0
          ? html`<section class="card quiet"><p>Nothing has been written yet.</p></section>`
          : html`<ol class="entries card" reversed>
              ${entries.items.map(entry)}
            </ol>`
      }
      ${paging(entries, '/approvals/audit')}`,
  })
}

function chain({ entries, head, broken }: AuditState): Html {
  if (broken !== undefined) {
    return html`<section class="card verdict bad" role="alert">
      <h2>The log is not as it was written</h2>
      <p>At entry ${broken.seq}: ${broken.problem}.</p>
      <p>Approve nothing until somebody has looked into it.</p>
    </section>`
  }
  return html`<section class="card verdict good">
    <h2>The chain holds</h2>
    <p>
      ${entries === 1 ? 'One entry' : `${entries} entries`}, each bound to the one before it; every passkey signature in
      them was verified just now.
    </p>
    <p class="soft">Its head. Noted elsewhere, it shows a cut or rewritten log later on:</p>
    ${command(head)}
  </section>`
}

function entry({ seq, at, kind, approvalId, data, hash }: AuditLine): Html {
  const about =
    approvalId === undefined ? '' : html`<p>About <a href="/approvals/${approvalId}">approval ${approvalId}</a></p>`
  return html`<li>
    <details id="entry-${seq}">
      <summary>
        <span class="number">${seq}</span> <strong>${visibleText(kind)}</strong>
        <span class="brief">${brief(data)}</span> ${moment(at)}
      </summary>
      ${about}
      <pre tabindex="0" aria-label="Entry ${seq}">${indented(data)}</pre>
      <p class="soft">Hash <code>${hash}</code></p>
    </details>
  </li>`
}

/** What tells one entry from another of its kind. */
const TELLING = ['summary', 'effect', 'state', 'result', 'name', 'approver', 'by', 'reason', 'tool', 'code']

function brief(data: string): string {
  const read = parsed(data)
  if (typeof read !== 'object' || read === null) return ''
  const facts = read as Record<string, unknown>
  const label = (facts['subject'] as { label?: unknown } | undefined)?.label
  const words = [...TELLING.map((key) => facts[key]), label].filter((word) => typeof word === 'string' && word !== '')
  return plainText(words.join(' · '), 140)
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

/** A damaged log is shown as it is. */
function indented(data: string): string {
  const read = parsed(data)
  if (read === undefined) return visibleText(data)
  return JSON.stringify(read, undefined, 2).split('\n').map(visibleText).join('\n')
}
