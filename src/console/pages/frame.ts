import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Site } from '../site.ts'
import { STYLE } from './style.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** The pages for whoever sees all of them, in the order of the menu. */
const SECTIONS = [
  ['pending', '/approvals', 'Pending'],
  ['history', '/approvals/history', 'History'],
  ['audit', '/approvals/audit', 'Audit log'],
  ['approvers', '/approvals/approvers', 'Approvers'],
  ['endpoints', '/approvals/endpoints', 'Endpoints'],
  ['connection', '/approvals/connection', 'Connection'],
] as const
export type Section = (typeof SECTIONS)[number][0]

interface Menu {
  current?: Section | undefined
  /** How many approvals wait. */
  waiting: number
  /** Who has signed in, where people do. */
  person?: string | undefined
}

/** What stands around a page's own content. */
export interface Around {
  site: Site
  /** Absent for whoever sees only one page. */
  menu?: Menu | undefined
}

export interface Frame {
  title: string
  around: Around
  /** What makes the page load its content anew: an approval by its id, or any approval at all. */
  follows?: { approval: string } | 'all' | undefined
  /** One-time value for what the page may ask for. */
  nonce?: string | undefined
  /** Across the whole width, above everything else. */
  alarm?: string | undefined
  body: Html
}

/** The document around every page. Nothing in it comes from elsewhere. */
export function page({ title, around, follows, nonce, alarm, body }: Frame): Html {
  const { site, menu } = around
  const followed = follows === undefined || follows === 'all' ? follows : follows.approval
  // Without script a page is loaded again and again, but not while somebody types into a form that works like that.
  const reloads = followed !== undefined && !(site.signIn !== undefined && nonce !== undefined)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${reloads ? html`<noscript><meta http-equiv="refresh" content="10" /></noscript>` : ''}
        <title>${title} · PingOne MFA</title>
        <link rel="icon" href="/approvals/icon.svg" type="image/svg+xml" />
        ${raw(`<style>${STYLE}</style>`)}
        <script src="/approvals/console.js" defer></script>
      </head>
      <body data-follows="${followed ?? ''}" data-nonce="${nonce ?? ''}">
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <div class="bar">
            <p class="brand">${MARK}<strong>PingOne MFA</strong> <span>approvals</span></p>
            ${menu === undefined ? '' : navigation(menu)} ${who(around)}
          </div>
        </header>
        ${alarm === undefined ? '' : html`<section class="alarm" aria-label="Environment"><p>${alarm}</p></section>`}
        <main id="content" tabindex="-1">${body}</main>
        <p id="announcement" class="unseen" role="status"></p>
        <footer>
          <p>
            ${footer(site)}
            <span id="line" hidden>Not connected: what you see may be out of date.</span>
          </p>
        </footer>
      </body>
    </html>`
}

function navigation({ current, waiting }: Menu): Html {
  return html`<nav aria-label="Console">
    <ul>
      ${SECTIONS.map(
        ([section, address, label]) =>
          html`<li>
            <a href="${address}" ${section === current ? raw('aria-current="page"') : ''}
              >${label}${section === 'pending' ? html` <span class="count" id="waiting">${waiting}</span>` : ''}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}

function footer({ isHosted, host }: Site): string {
  return isHosted
    ? `Served by pingone-mfa-mcp at ${host}: nothing on this page comes from elsewhere.`
    : 'Served by pingone-mfa-mcp on this machine alone: nothing on this page comes from elsewhere, and nothing leaves it.'
}

/** Who has signed in, and the way out; or the way in. */
function who({ site, menu }: Around): Html | string {
  if (site.signIn === undefined) return ''
  if (menu?.person === undefined) return ''
  return html`<form class="who" method="post" action="/approvals/sign-out">
    <span>${menu.person}</span> <button class="out" type="submit">Sign out</button>
  </form>`
}

const MARK = raw(
  '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2 3 5.5V11c0 5.2 3.7 9.3 9 11 5.3-1.7 9-5.8 9-11V5.5Z"/><path class="tick" d="m8 11.8 2.8 2.8L16 9.4"/></svg>',
)

/** What a browser shows in its tab. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2f6fde" d="M12 2 3 5.5V11c0 5.2 3.7 9.3 9 11 5.3-1.7 9-5.8 9-11V5.5Z"/><path fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" d="m8 11.8 2.8 2.8L16 9.4"/></svg>'

export function list(items: readonly string[]): Html {
  return html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`
}

export function command(words: string): Html {
  return html`<code class="command">${words}</code>`
}
