import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import { decidedBy } from './decided-by.ts'
import { type Around, type Html, page } from './frame.ts'
import { moment } from './moment.ts'
import { paging } from './paging.ts'
import { badge, environmentTag, stateSentence } from './state.ts'
import type { Paged } from './views.ts'

/** What was asked for, what was decided, and what became of it. */
export function historyPage(decided: Paged<Sheet>, around: Around): Html {
  return page({
    title: 'History',
    around,
    follows: decided.page === 1 ? 'all' : undefined,
    body: html`<h1>History</h1>
      ${
        decided.total === 0
          ? html`<section class="card quiet"><p>Nothing has been decided yet.</p></section>`
          : html`<ul class="rows card">
              ${decided.items.map(entry)}
            </ul>`
      }
      ${paging(decided, '/approvals/history')}`,
  })
}

function entry(sheet: Sheet): Html {
  const { decision } = sheet
  const said = decision?.reason === undefined || decision.reason === '' ? '' : html` <q>${decision.reason}</q>`
  const who = decision === undefined ? '' : html`<br />${decidedBy(decision)}${said}`
  return html`<li>
    <div class="lead">${badge(sheet.state)}</div>
    <div>
      <h2><a class="whole" href="/approvals/${sheet.id}">${sheet.summary}</a></h2>
      <p class="soft">${stateSentence(sheet.state)}.${tally(sheet)}${who}</p>
    </div>
    <p class="soft aside">${environmentTag(sheet)}<br />${moment(sheet.requestedAt)}</p>
  </li>`
}

/** ` 2 removed, 1 failed.` */
function tally({ outcome }: Sheet): string {
  if (outcome === undefined || !('devices' in outcome)) return ''
  const counts = new Map<string, number>()
  for (const { result } of outcome.devices) counts.set(result, (counts.get(result) ?? 0) + 1)
  return ` ${[...counts].map(([result, count]) => `${count} ${result.replaceAll('_', ' ')}`).join(', ')}.`
}
