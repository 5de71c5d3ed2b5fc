import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import { type Around, type Html, page } from './frame.ts'
import { moment, timeLeft } from './moment.ts'
import { paging } from './paging.ts'
import { environmentTag } from './state.ts'
import type { Paged } from './views.ts'

/** Everything that waits for a person, newest first. */
export function pendingPage(waiting: Paged<Sheet>, now: number, around: Around): Html {
  const { total, items } = waiting
  return page({
    title: total === 0 ? 'Nothing is waiting' : `${total} waiting`,
    around,
    follows: 'all',
    body: html`<h1>
        ${total === 0 ? 'Nothing is waiting' : total === 1 ? 'One approval is waiting' : `${total} approvals are waiting`}
      </h1>
      ${
        total === 0
          ? EMPTY
          : html`<ul class="cards">
              ${items.map((sheet) => entry(sheet, now))}
            </ul>`
      }
      ${paging(waiting, '/approvals')}`,
  })
}

const EMPTY = html`<section class="card quiet">
  <p>
    When an assistant asks for a change, it appears here by itself. Keep this page open, or close it: the assistant is
    given the address of each approval, too.
  </p>
</section>`

function entry(sheet: Sheet, now: number): Html {
  return html`<li class="card">
    <p class="state">
      ${environmentTag(sheet)} <span>${sheet.environment.name}</span> ${timeLeft(sheet.expiresAt, now)}
    </p>
    <h2><a class="whole" href="/approvals/${sheet.id}">${sheet.summary}</a></h2>
    ${sheet.warnings.length === 0 ? '' : html`<p class="warns">${sheet.warnings[0]}</p>`}
    <p class="soft">Asked by ${sheet.requester} · ${moment(sheet.requestedAt)}</p>
  </li>`
}
