import type { Context, Hono } from 'hono'
import type { Clock } from '../lib/clock.ts'
import { approvalPage } from './pages/approval.ts'
import { approversPage } from './pages/approvers.ts'
import { auditPage } from './pages/audit.ts'
import { closedPage, notFoundPage } from './pages/closed.ts'
import { connectionPage } from './pages/connection.ts'
import { endpointPage, endpointsPage } from './pages/endpoints.ts'
import { type Html, ICON, type Menu, type Section } from './pages/frame.ts'
import { historyPage } from './pages/history.ts'
import { pendingPage } from './pages/pending.ts'
import type { ConsoleReads } from './pages/views.ts'

export interface PageDeps {
  reads: ConsoleReads
  clock: Clock
  /** Whether this browser came in by the link that `console` prints. It lets see, and decides nothing. */
  isLetIn(context: Context): boolean
  /** A value for one request about an approval (by its id) or about the approvers (`approvers`). */
  mintNonce(subject: string): string
  /** The browser's script; undefined where the program was not built. */
  script(): Promise<string | undefined>
}

/** The pages themselves: GET alone, and nothing here changes anything. */
export function addPages(routes: Hono, { reads, clock, isLetIn, mintNonce, script }: PageDeps): void {
  const menuFor = async (current?: Section): Promise<Menu> => ({ current, waiting: (await reads.pending(1)).total })

  /** A page for browsers that were let in; the others get none of it. */
  const section = (
    path: string,
    current: Section,
    render: (context: Context, menu: Menu) => Promise<Html | undefined>,
  ) =>
    routes.get(path, async (context) => {
      if (!isLetIn(context)) return context.html(closedPage(), path === '/approvals' ? 200 : 403)
      const rendered = await render(context, await menuFor(current))
      return rendered === undefined ? context.html(notFoundPage(), 404) : context.html(rendered)
    })

  routes.get('/', (context) => context.redirect('/approvals'))
  section('/approvals', 'pending', async (context, menu) =>
    pendingPage(await reads.pending(pageOf(context)), clock.now(), menu),
  )
  section('/approvals/history', 'history', async (context, menu) =>
    historyPage(await reads.history(pageOf(context)), menu),
  )
  section('/approvals/audit', 'audit', async (context, menu) =>
    auditPage(await reads.audit(pageOf(context)), await reads.auditState(), menu),
  )
  section('/approvals/approvers', 'approvers', async (_context, menu) =>
    approversPage(await reads.approvers(), mintNonce('approvers'), menu),
  )
  section('/approvals/endpoints', 'endpoints', async (context, menu) => {
    const query = (context.req.query('q') ?? '').slice(0, 200).trim()
    return endpointsPage(query, query === '' ? undefined : await reads.search(query), menu)
  })
  section('/approvals/endpoints/:id', 'endpoints', async (context, menu) => {
    const described = await reads.describe(context.req.param('id') ?? '')
    return described === undefined ? undefined : endpointPage(described, menu)
  })
  section('/approvals/connection', 'connection', async (context, menu) =>
    connectionPage(context.req.query('check') === 'now' ? await reads.health() : undefined, menu),
  )

  // Whoever holds the link to one approval sees that one.
  routes.get('/approvals/:id', async (context) => {
    const sheet = await reads.approval(context.req.param('id'))
    if (sheet === undefined) return context.html(notFoundPage(), 404)
    const canDecide = sheet.state === 'pending' || sheet.state === 'approved'
    const menu = isLetIn(context) ? await menuFor() : undefined
    const nonce = canDecide ? mintNonce(sheet.id) : undefined
    const approvers = sheet.state === 'pending' ? await reads.approvers() : []
    const hasPasskeys = approvers.some(({ credentials }) => credentials.some(({ kind }) => kind === 'passkey'))
    return context.html(approvalPage({ sheet, now: clock.now(), menu, hasPasskeys, nonce }))
  })

  routes.get('/approvals/icon.svg', (context) => context.body(ICON, 200, { 'content-type': 'image/svg+xml' }))
  routes.get('/approvals/console.js', async (context) => {
    const text = await script()
    if (text === undefined) return context.text('The program was not built.\n', 404)
    return context.body(text, 200, { 'content-type': 'text/javascript; charset=utf-8' })
  })
}

function pageOf(context: Context): number {
  const asked = Number.parseInt(context.req.query('page') ?? '1', 10)
  return Number.isSafeInteger(asked) && asked > 0 ? asked : 1
}
