import { createHash } from 'node:crypto'

/** The one style sheet, inline: the pages load nothing. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #16202e; --soft: #56627a; --line: #d5dbe6; --paper: #ffffff; --ground: #f3f5f9;
  --warn-ink: #7a2e00; --warn: #fff1e3; --warn-line: #e8a366; --stop: #a3172b; --go: #14663a; --code: #eef1f6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf6; --soft: #a3afc4; --line: #35415a; --paper: #18202e;
  --ground: #0f1520; --warn-ink: #ffd3ac; --warn: #3a2410; --warn-line: #a8652c; --stop: #ff9aa6; --go: #7fdca6; --code: #222c3d } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 1.25rem 1rem 3rem }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; margin-top: 1rem }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .25rem; overflow-wrap: anywhere }
h2 { font-size: .95rem; margin: 1.4rem 0 .35rem; color: var(--soft) }
p { margin: .35rem 0; overflow-wrap: anywhere }
ul { margin: .35rem 0; padding-left: 1.2rem } li { overflow-wrap: anywhere; margin: .2rem 0 }
dl { margin: .35rem 0; display: grid; grid-template-columns: max-content 1fr; gap: .2rem .9rem }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
code { background: var(--code); border-radius: 6px; padding: .15rem .4rem; font: .9rem ui-monospace, monospace; overflow-wrap: anywhere }
pre { background: var(--code); border-radius: 8px; padding: .7rem .8rem; margin: .5rem 0; font: .85rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
.command { display: block; padding: .7rem .8rem; margin: .5rem 0; user-select: all }
.warnings { background: var(--warn); border: 1px solid var(--warn-line); color: var(--warn-ink); border-radius: 10px; padding: .7rem 1rem; margin: 1rem 0 }
.warnings h2 { color: inherit; margin: 0 0 .2rem } .warnings li { font-weight: 600 }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 999px; padding: .05rem .65rem; font-size: .85rem; font-weight: 600 }
.production, .denied, .failed, .partial, .uncertain { color: var(--stop) } .succeeded, .approved { color: var(--go) }
.soft { color: var(--soft) } blockquote { margin: .35rem 0; padding-left: .8rem; border-left: 3px solid var(--line) }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .4rem } }
`

/** What the Content-Security-Policy allows: this sheet and no other. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
