import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { STYLE } from './style.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Frame {
  title: string
  /** Loads itself again, so that it shows the state as it is. */
  follows: boolean
  /** Across the whole width, above everything else. */
  alarm?: string | undefined
  body: Html
}

/** The document around every page. It loads nothing and runs nothing. */
export function page({ title, follows, alarm, body }: Frame): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${follows ? html`<meta http-equiv="refresh" content="5" />` : ''}
        <title>${title} · PingOne MFA</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <p><strong>PingOne MFA</strong> <span class="soft">approvals on this machine</span></p>
        </header>
        ${alarm === undefined ? '' : html`<p class="alarm">${alarm}</p>`}
        <main>${body}</main>
        <footer>
          <p>
            Served by pingone-mfa-mcp on this machine alone. This page shows; it cannot approve or deny
            anything.${follows ? ' It follows the state by itself.' : ''}
          </p>
        </footer>
      </body>
    </html>`
}

export function list(items: readonly string[]): Html {
  return html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`
}

export function command(words: string): Html {
  return html`<code class="command">${words}</code>`
}
