import { html } from 'hono/html'
import type { Html } from './frame.ts'
import type { Paged } from './views.ts'

/** Newer, older, and where one is; nothing where everything is on one page. */
export function paging({ page, pages, total }: Paged<unknown>, address: string): Html | string {
  if (pages <= 1) return ''
  return html`<nav class="paging" aria-label="Pages">
    ${page > 1 ? html`<a class="button" rel="prev" href="${address}?page=${page - 1}">Newer</a>` : ''}
    <span>Page ${page} of ${pages} · ${total} in all</span>
    ${page < pages ? html`<a class="button" rel="next" href="${address}?page=${page + 1}">Older</a>` : ''}
  </nav>`
}
