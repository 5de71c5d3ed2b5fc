import type { Context, Hono } from 'hono'
import type { Clock } from '../lib/clock.ts'
import { approvalPage } from './pages/approval.ts'
import { approversPage } from './pages/approvers.ts'
import { auditPage } from './pages/audit.ts'
import { closedPage, notFoundPage } from './pages/closed.ts'
import { connectionPage } from './pages/connection.ts'
import { endpointPage, endpointsPage } from './pages/endpoints.ts'
import { type Around, type Html, ICON, type Section } from './pages/frame.ts'
import { historyPage } from './pages/history.ts'
import { pendingPage } from './pages/pending.ts'
import { signInPage } from './pages/sign-in.ts'
import type { ConsoleReads } from './pages/views.ts'
import type { Site } from './site.ts'
import { seesOne, type VisitorOf } from './visitor.ts'

export interface PageDeps {
  reads: ConsoleReads
  clock: Clock
  site: Site
  visitorOf: VisitorOf
  aroundFor(context: Context, current?: Section): Promise<Around>
  /** A value for one request about an approval (by its id) or about the approvers (`approvers`). */
  mintNonce(subject: string): string
  /** Called before a page that a form may lead away from to the issuer. */
  beforeForms(): Promise<void>
  /** The browser's script; undefined where the program was not built. */
  script(): Promise<string | undefined>
}

/** The pages themselves: GET alone, and nothing here changes anything. */
export function addPages(routes: Hono, deps: PageDeps): void {
  const { reads, clock, site, visitorOf, aroundFor, mintNonce, script } = deps

  /** For who may not see what was asked for. */
  const shut = (context: Context) =>
    site.signIn === undefined ? closedPage({ site }) : signInPage(context.req.path, { site })

  /** A page for browsers that see all of them; the others get none of it. */
  const section = (
    path: string,
    current: Section,
    render: (context: Context, around: Around) => Promise<Html | undefined>,
  ) =>
    routes.get(path, async (context) => {
      const { seesAll } = await visitorOf(context)
      if (!seesAll) return context.html(shut(context), path === '/approvals' ? 200 : 403)
      const around = await aroundFor(context, current)
      const rendered = await render(context, around)
      return rendered === undefined ? context.html(notFoundPage(around), 404) : context.html(rendered)
    })

  routes.get('/', (context) => context.redirect('/approvals'))
  section('/approvals', 'pending', async (context, around) =>
    pendingPage(await reads.pending(pageOf(context)), clock.now(), around),
  )
  section('/approvals/history', 'history', async (context, around) =>
    historyPage(await reads.history(pageOf(context)), around),
  )
  section('/approvals/audit', 'audit', async (context, around) =>
    auditPage(await reads.audit(pageOf(context)), await reads.auditState(), around),
  )
  section('/approvals/approvers', 'approvers', async (_context, around) =>
    approversPage(await reads.approvers(), mintNonce('approvers'), around),
  )
  section('/approvals/endpoints', 'endpoints', async (context, around) => {
    const query = (context.req.query('q') ?? '').slice(0, 200).trim()
    return endpointsPage(query, query === '' ? undefined : await reads.search(query), around)
  })
  section('/approvals/endpoints/:id', 'endpoints', async (context, around) => {
    const described = await reads.describe(context.req.param('id') ?? '')
    return described === undefined ? undefined : endpointPage(described, around)
  })
  section('/approvals/connection', 'connection', async (context, around) =>
    connectionPage(context.req.query('check') === 'now' ? await reads.health() : undefined, around),
  )

  routes.get('/approvals/icon.svg', (context) => context.body(ICON, 200, { 'content-type': 'image/svg+xml' }))
  routes.get('/approvals/console.js', async (context) => {
    const text = await script()
    if (text === undefined) return context.text('The program was not built.\n', 404)
    return context.body(text, 200, { 'content-type': 'text/javascript; charset=utf-8' })
  })

  routes.get('/approvals/:id', async (context) => {
    const found = await reads.approval(context.req.param('id'))
    const around = await aroundFor(context)
    if (found === undefined) return context.html(notFoundPage(around), 404)
    if (!seesOne(site, await visitorOf(context))) return context.html(shut(context))
    const { sheet, ways } = found
    const canDecide = sheet.state === 'pending' || sheet.state === 'approved'
    if (canDecide) await deps.beforeForms()
    const nonce = canDecide ? mintNonce(sheet.id) : undefined
    return context.html(approvalPage({ sheet, now: clock.now(), around, ways, nonce }))
  })
}

function pageOf(context: Context): number {
  const asked = Number.parseInt(context.req.query('page') ?? '1', 10)
  return Number.isSafeInteger(asked) && asked > 0 ? asked : 1
}
