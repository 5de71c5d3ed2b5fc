import { createHash } from 'node:crypto'

/** The one style sheet, inline: the pages load nothing. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #17212f; --soft: #55617a; --line: #d9dfe9; --paper: #ffffff; --ground: #f2f4f8;
  --warn-ink: #6f2a00; --warn: #fff3e6; --warn-line: #e0892f; --stop: #a3172b; --go: #14663a; --wait: #1d4f91; --code: #eef1f6;
  --bar: #17212f; --bar-ink: #ffffff; --bar-soft: #b7c2d6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf6; --soft: #a5b1c6; --line: #323e55; --paper: #18202e;
  --ground: #0f1520; --warn-ink: #ffd7b3; --warn: #38230f; --warn-line: #c47a33; --stop: #ff9aa6; --go: #7fdca6; --wait: #9cc3ff;
  --code: #232e40; --bar: #0a0f18 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
header { background: var(--bar); color: var(--bar-ink) } header .soft { color: var(--bar-soft); margin-left: .5rem }
header p, footer p, main { max-width: 68rem; margin: 0 auto; padding: .7rem 1rem }
footer p { color: var(--soft); font-size: .85rem; padding-bottom: 2rem }
main { display: grid; gap: 1rem; padding-top: 1.25rem; align-items: start }
.alarm { margin: 0; padding: .6rem 1rem; background: #a3172b; color: #ffffff; font-weight: 700; text-align: center; letter-spacing: .02em }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.4rem; min-width: 0 }
h1 { font-size: 1.5rem; line-height: 1.3; margin: .6rem 0 0; text-wrap: balance }
h2 { font-size: 1rem; line-height: 1.35; margin: 1.7rem 0 .4rem } aside h2 { margin-top: 0; font-size: 1.15rem }
p { margin: .4rem 0 } .soft { color: var(--soft) }
ul, ol { margin: .4rem 0; padding-left: 1.3rem } li { margin: .3rem 0 }
.state { margin: 0; color: var(--soft) }
.state strong { display: inline-block; border: 1px solid currentColor; border-radius: 999px; padding: 0 .65rem; margin-right: .35rem; color: var(--ink);
  text-transform: capitalize }
.state.pending strong, .state.executing strong { color: var(--wait) } .state.approved strong, .state.succeeded strong { color: var(--go) }
.state.denied strong, .state.failed strong, .state.partial strong, .state.uncertain strong, .state.stale strong { color: var(--stop) }
.left { font-weight: 600; color: var(--ink) }
.note, .warnings { background: var(--warn); border: 1px solid var(--warn-line); border-left-width: 5px; color: var(--warn-ink); border-radius: 8px;
  padding: .8rem 1rem; margin: 1.2rem 0 0 }
.warnings h2 { margin: 0 0 .2rem } .warnings li, .note { font-weight: 600 }
.effects { list-style-position: outside } .effects li { font-weight: 600; padding-left: .2rem } .effects li::marker { color: var(--soft) }
.none { font-weight: 600; color: var(--stop) }
dl { margin: .4rem 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: 9rem 1fr }
dt, dd { margin: 0; padding: .55rem 0; border-bottom: 1px solid var(--line); min-width: 0 } dt { color: var(--soft) }
.more { display: block; color: var(--soft); font-size: .85rem; font-weight: 400 }
.fates { list-style: none; padding: 0 } .fates li { border-left: 4px solid var(--line); padding-left: .8rem }
.fates .removed, .fates .created, .fates .activated, .fates .done, .fates .already_gone { border-color: var(--go) }
.fates .failed, .fates .unknown { border-color: var(--stop) }
pre, .command { display: block; background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .8rem; margin: .5rem 0 1rem;
  font: .9rem/1.5 ui-monospace, monospace; white-space: pre-wrap }
.command { user-select: all }
blockquote { margin: .4rem 0; padding: .2rem .9rem; border-left: 4px solid var(--line); font-style: italic }
@media (min-width: 60rem) { main:has(aside) { grid-template-columns: minmax(0, 1fr) 22rem } aside { position: sticky; top: 1rem } }
@media (max-width: 30rem) { .card { padding: 1.1rem } h1 { font-size: 1.3rem } dl { grid-template-columns: 1fr } dt { border: 0; padding-bottom: 0 }
  dd { padding-top: .1rem } }
`

/** What the Content-Security-Policy allows: this sheet and no other. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
