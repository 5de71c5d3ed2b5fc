import { createHash } from 'node:crypto'

const COLOURS = `
:root { color-scheme: light dark; --ink: #131b2a; --soft: #515d73; --line: #d7dde8; --edge: #78859c; --paper: #ffffff;
  --ground: #f3f5f9; --sunk: #eef1f7; --bar: #101828; --bar-ink: #ffffff; --bar-soft: #b9c4d8;
  --act: #1f57c3; --act-ink: #ffffff; --act-hover: #17469f; --link: #1b4fb4; --focus: #1b4fb4;
  --warn: #fff4e5; --warn-line: #d97a1a; --warn-ink: #6b2d00; --stop: #a3172b; --stop-tint: #fdeef0; --stop-solid: #a3172b;
  --go: #12633a; --go-tint: #e8f6ee; --wait: #1d4f91; --wait-tint: #e9f0fb }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf6; --soft: #a9b4c8; --line: #303c53; --edge: #7f8ca4; --paper: #171f2d;
  --ground: #0e141e; --sunk: #212b3c; --bar: #090e17; --bar-soft: #a9b4c8; --act: #7fb0ff; --act-ink: #07152e; --act-hover: #a5c8ff;
  --link: #9cc3ff; --focus: #9cc3ff; --warn: #34210f; --warn-line: #d08a3c; --warn-ink: #ffd9b5; --stop: #ffa1ac;
  --stop-tint: #3a1a20; --stop-solid: #b3243a; --go: #83e0ab; --go-tint: #143324; --wait: #a3c7ff; --wait-tint: #1a2b47 } }`

const GROUND = `
* { box-sizing: border-box }
[hidden] { display: none !important }
html { scroll-padding-top: 3.5rem }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere;
  min-height: 100vh; display: flex; flex-direction: column }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.skip { position: absolute; left: 1rem; top: .5rem; z-index: 2; background: var(--paper); color: var(--link); padding: .6rem 1rem; border-radius: 6px }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px }
main:focus { outline: none }
header { background: var(--bar); color: var(--bar-ink) } header :focus-visible { outline-color: #ffffff }
.bar, main, footer p { width: 100%; max-width: 72rem; margin: 0 auto; padding: 0 1rem }
.bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; column-gap: 2rem }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0; min-height: 3.25rem } .brand span { color: var(--bar-soft) }
.mark { width: 1.5rem; height: 1.5rem; fill: #3f7fe8 } .tick { fill: none; stroke: #ffffff; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round }
header ul { display: flex; flex-wrap: wrap; list-style: none; margin: 0; padding: 0 } header li { margin: 0 }
header a { display: flex; align-items: center; gap: .4rem; color: var(--bar-soft); text-decoration: none; padding: .3rem .75rem; min-height: 3.25rem;
  border-bottom: 3px solid transparent } header a:hover { color: var(--bar-ink) }
header a[aria-current] { color: var(--bar-ink); border-color: #3f7fe8 } header nav { margin-right: -.75rem }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .75rem; margin-left: auto; color: var(--bar-soft) } .who button { color: var(--bar-ink); background: none;
  border-color: var(--bar-soft); font-weight: 500; font-size: .9rem; min-height: 2.25rem; padding: .2rem .8rem } .who button:hover { background: #3b4a66 }
.count { background: #3b4a66; color: #ffffff; border-radius: 999px; padding: 0 .5rem; font-size: .8rem; font-weight: 600; font-variant-numeric: tabular-nums }
.alarm p { margin: 0 } .alarm { position: sticky; top: 0; z-index: 1; padding: .55rem 1rem; background: #a3172b; color: #ffffff; font-weight: 700; text-align: center; letter-spacing: .02em }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; padding-top: 1.5rem; padding-bottom: 2.5rem; align-items: start; flex: 1 0 auto; align-content: start }
footer { border-top: 1px solid var(--line) } footer p { color: var(--soft); font-size: .85rem; padding-top: .9rem; padding-bottom: 1.2rem }
#line { display: block; color: var(--stop); font-weight: 600 }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; min-width: 0 }
.quiet { background: none } .narrow { width: 100%; max-width: 40rem; margin: 0 auto }`

const TEXTS = `
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; text-wrap: balance; letter-spacing: -.01em } .card h1 { margin-top: .7rem }
h2 { font-size: 1rem; line-height: 1.35; margin: 1.8rem 0 .5rem } h3 { font-size: 1rem; line-height: 1.4; margin: 0 }
.card > h2:first-child { margin-top: 0 } p { margin: .45rem 0 } .card > :last-child { margin-bottom: 0 } a { color: var(--link) } q { font-style: italic }
.soft { color: var(--soft) } .more { display: block; color: var(--soft); font-size: .875rem; font-weight: 400 }
ul, ol { margin: .4rem 0; padding-left: 1.3rem } li { margin: .35rem 0 }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
pre, .command { display: block; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: .75rem .9rem; margin: .5rem 0 1rem;
  font: .875rem/1.55 ui-monospace, monospace; white-space: pre-wrap; max-height: 26rem; overflow: auto } .command { user-select: all }
blockquote { margin: .4rem 0; padding: .3rem 1rem; border-left: 4px solid var(--line); font-style: italic }
dl { margin: .5rem 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(7rem, 10rem) minmax(0, 1fr) }
dt, dd { margin: 0; padding: .6rem 0; border-bottom: 1px solid var(--line); min-width: 0 } dt { color: var(--soft); padding-right: 1rem }
details { margin: 1rem 0 0 } summary { cursor: pointer; color: var(--link); padding: .35rem 0; width: fit-content }
.badge, .tag { display: inline-block; border-radius: 999px; padding: .05rem .65rem; font-size: .85rem; font-weight: 650; background: var(--sunk); color: var(--ink) }
.badge { text-transform: capitalize } .tag { font-size: .75rem; letter-spacing: .02em; border: 1px solid var(--edge); background: none; color: var(--soft); vertical-align: .1em }
.badge.pending, .badge.executing { background: var(--wait-tint); color: var(--wait) }
.badge.approved, .badge.succeeded { background: var(--go-tint); color: var(--go) }
.badge.denied, .badge.failed, .badge.partial, .badge.uncertain, .badge.stale { background: var(--stop-tint); color: var(--stop) }
.tag.production { background: var(--stop-solid); border-color: var(--stop-solid); color: #ffffff; text-transform: uppercase }
.tag.unverified, .tag.sensitive { background: var(--warn); border-color: var(--warn-line); color: var(--warn-ink) }
.tag.destructive { background: var(--stop-tint); border-color: var(--stop); color: var(--stop) } .tag.change { color: var(--wait); border-color: var(--wait) }
.state { margin: 0; display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .6rem; color: var(--soft) }
.left { margin-left: auto; font-weight: 650; color: var(--ink); font-variant-numeric: tabular-nums } .left.short { color: var(--stop) }
.whose { font-size: 1.05rem; color: var(--soft) } .whose strong { color: var(--ink) }
.note, .warnings, .notice { background: var(--warn); border: 1px solid var(--warn-line); border-left-width: 5px; color: var(--warn-ink); border-radius: 8px;
  padding: .8rem 1rem; margin: 1.2rem 0 0 } .note ul { margin: 0 } .notice { margin: 0; font-weight: 600; grid-column: 1 / -1 }
.warnings h2 { margin: 0 0 .2rem } .warnings li { font-weight: 600 } .warnings a, .note a { color: inherit }
.effects { padding-left: 0; list-style: none; counter-reset: step; border: 1px solid var(--line); border-radius: 8px }
.effects li { counter-increment: step; font-weight: 600; margin: 0; padding: .65rem .9rem .65rem 3rem; position: relative } .effects li + li { border-top: 1px solid var(--line) }
.effects li::before { content: counter(step); position: absolute; left: .9rem; top: .75rem; width: 1.4rem; height: 1.4rem; border-radius: 50%; background: var(--sunk); color: var(--soft);
  font-size: .8rem; line-height: 1.4rem; text-align: center }
.none { font-weight: 700; color: var(--stop); background: var(--stop-tint); border: 1px solid var(--stop); border-radius: 8px; padding: .6rem .9rem }
.changes { list-style: none; padding: 0; border: 1px solid var(--line); border-radius: 8px } .changes li { margin: 0; padding: .55rem .9rem } .changes li + li { border-top: 1px solid var(--line) }
.changes code { color: var(--soft); margin-right: .4rem } del, ins { text-decoration: none; border-radius: 4px; padding: .05rem .4rem; font-family: ui-monospace, monospace; font-size: .9em }
del { background: var(--stop-tint); color: var(--stop); text-decoration: line-through } ins { background: var(--go-tint); color: var(--go) } .arrow { color: var(--soft) }
.fates { list-style: none; padding: 0 } .fates li { border-left: 4px solid var(--edge); padding-left: .8rem; margin: .6rem 0 } .fates strong { text-transform: capitalize }
.fates .removed, .fates .created, .fates .activated, .fates .done, .fates .already_gone { border-color: var(--go) } .fates .failed, .fates .unknown { border-color: var(--stop) }`

const LISTS = `
.cards { list-style: none; padding: 0; margin: 0; display: grid; gap: .75rem } .cards > li { margin: 0; position: relative } .cards h2 { margin: .45rem 0 .3rem; font-size: 1.15rem }
a.whole { color: inherit; text-decoration: none } a.whole::after { content: ""; position: absolute; inset: 0; border-radius: 12px } a.whole:hover { text-decoration: underline; color: var(--link) }
a.whole:focus-visible { outline: none } a.whole:focus-visible::after { outline: 3px solid var(--focus); outline-offset: -3px }
.warns { color: var(--warn-ink); background: var(--warn); border-left: 4px solid var(--warn-line); border-radius: 4px; padding: .25rem .7rem; font-weight: 600 }
.rows { list-style: none; padding: 0; margin: 0 } .rows > li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .2rem 1.2rem; margin: 0; padding: .9rem 1.25rem; position: relative }
.rows > li:has(> .lead) { grid-template-columns: 6.5rem minmax(0, 1fr) auto } .rows > li + li { border-top: 1px solid var(--line) }
.card > .rows > li { padding-left: 0; padding-right: 0 } .card > .rows { border-top: 1px solid var(--line); margin-top: .8rem } .cards .rows > li:last-child { padding-bottom: 0 }
.rows h2 { margin: 0 } .rows p { margin: .15rem 0 0; font-size: .925rem } .rows details { margin: .2rem 0 0; font-size: .925rem } .aside { text-align: right }
ul.rows.card, ol.rows.card { padding: 0 } 
.entries { list-style: none; padding: 0; margin: 0 } .card.entries { padding: .35rem 0 } .entries li { margin: 0 } .entries li + li { border-top: 1px solid var(--line) }
.entries details { margin: 0; padding: 0 1.25rem } .entries details[open] { padding-bottom: .9rem } .entries summary { width: auto; color: inherit; padding: .65rem 0; display: grid; gap: .1rem .9rem;
  grid-template-columns: 3rem 13rem minmax(0, 1fr) auto; align-items: baseline } .entries summary:hover strong { text-decoration: underline } .brief, .entries time, .number { color: var(--soft); font-size: .925rem }
.number { font-variant-numeric: tabular-nums } .number::before { content: "▸ "; } [open] .number::before { content: "▾ " }
.paging { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; color: var(--soft) } .paging span { order: -1; flex: 1 1 auto }
.verdict { border-left-width: 6px } .verdict.good { border-left-color: var(--go) } .verdict.bad { border-left-color: var(--stop); background: var(--stop-tint) }
.verdict h2 { font-size: 1.15rem } .verdict.good h2 { color: var(--go) } .verdict.bad h2 { color: var(--stop) }
.call { font-size: .925rem } .method { font: 700 .75rem/1.4 ui-monospace, monospace; border: 1px solid currentColor; border-radius: 4px; padding: .05rem .35rem; color: var(--wait) }
.method.DELETE { color: var(--stop) } .method.GET { color: var(--go) } .back { margin: 0 } .verdict-line { margin: 0 0 .5rem }
.copyable { position: relative } .copyable h2 { min-height: 2rem } .copyable button { position: absolute; right: 0; top: -.4rem }
form.remove { margin: 0 } .cards > li > form.remove { margin-top: 1.1rem; border-top: 1px solid var(--line); padding-top: 1rem }
.steps { padding-left: 1.2rem } .steps h2 { margin-top: 1rem }`

const FORMS = `
button, .button { font: inherit; font-weight: 600; color: var(--act-ink); background: var(--act); border: 1px solid transparent; border-radius: 8px; padding: .55rem 1.1rem; min-height: 2.75rem;
  cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; justify-content: center } button:hover, .button:hover { background: var(--act-hover) }
button[aria-disabled], button:disabled { opacity: .65; cursor: progress } button:disabled { cursor: not-allowed }
.go, .no { width: 100%; font-size: 1.05rem; min-height: 3rem } .no { background: none; color: var(--stop); border-color: var(--stop) } .no:hover { background: var(--stop-tint) }
.second { width: 100%; margin-top: .2rem; background: none; color: var(--link); border-color: var(--edge) } .second:hover { background: var(--sunk) }
.plain, .button { background: none; color: var(--link); border-color: var(--edge); font-weight: 500; padding: .3rem .9rem; min-height: 2.25rem } .plain:hover, .button:hover { background: var(--sunk) }
.button.go { color: var(--act-ink); background: var(--act); border-color: transparent; font-weight: 600; min-height: 3rem; margin: .6rem 0 .2rem } .button.go:hover { background: var(--act-hover) }
input:not([type=hidden]) { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: .5rem .75rem; width: 100%; min-height: 2.75rem; min-width: 0 }
input[aria-invalid=true] { border-color: var(--stop); box-shadow: 0 0 0 1px var(--stop) } ::placeholder { color: var(--soft); opacity: 1 }
input.digits { font: 1.25rem/1.4 ui-monospace, monospace; letter-spacing: .2em } label { display: block; font-weight: 600; margin-bottom: .25rem } .hint { color: var(--soft); font-size: .875rem; margin: .3rem 0 0 }
.field { margin: 0 0 .9rem } .with-switch { display: flex; gap: .5rem } .with-switch button { flex: none; min-height: 2.75rem } [aria-pressed=true] { background: var(--sunk) }
.problem { color: var(--stop); font-weight: 600; margin: .7rem 0 0 } .problem:empty { display: none }
.decide h2 { font-size: 1.2rem } .decide .for { color: var(--soft) } .decide form { margin-top: 1rem } .decide form.deny { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 1.3rem }
.decide.production { border-top: 6px solid var(--stop-solid) } .search input { min-height: 3rem; font-size: 1.05rem } .search .with-switch button { min-height: 3rem } .search label { font-size: 1.05rem }
@media (min-width: 60rem) { main:has(> aside) { grid-template-columns: minmax(0, 1fr) 22rem } aside { position: sticky; top: 3.75rem } }
@media (max-width: 40rem) { .card { padding: 1.15rem } h1 { font-size: 1.35rem } dl { grid-template-columns: minmax(0, 1fr) } dt { border: 0; padding-bottom: 0 } dd { padding-top: .1rem }
  .entries summary { grid-template-columns: 3rem minmax(0, 1fr) } .brief, .entries time { grid-column: 2 } .entries details { padding: 0 1.15rem }
  .rows > li, .rows > li:has(> .lead) { grid-template-columns: minmax(0, 1fr); padding: .9rem 1.15rem } .aside { text-align: left; display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .6rem } .aside br { display: none }
  .state { column-gap: .6rem } .state:has(> .badge) > span:not(.left) { order: 2; width: 100% }
  header a { padding: .3rem .6rem; min-height: 2.75rem } header nav { margin-left: -.6rem } .brand { min-height: 2.75rem } }
@media (prefers-reduced-motion: no-preference) { button, .button { transition: background-color .12s } }
@media (forced-colors: active) { .badge, .tag, del, ins { border: 1px solid } }
`

/** The one style sheet, inline: it arrives with the page. */
export const STYLE = [COLOURS, GROUND, TEXTS, LISTS, FORMS].join('')

/** What the Content-Security-Policy allows: this sheet and no other. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
