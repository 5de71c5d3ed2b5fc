import { Hono } from 'hono'
import type { Approvals } from '../approval/approvals.ts'
import { sheetOf } from '../approval/sheet.ts'
import type { Clock } from '../lib/clock.ts'
import { approvalPage } from './approval-page.ts'
import { frontPage, notFoundPage } from './pages.ts'
import { STYLE_HASH } from './style.ts'

export interface RouteDeps {
  approvals: Approvals
  clock: Clock
  port: number
}

/** What every answer carries: nobody frames it, keeps it, or makes it load anything. */
export const CLOSED_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** The pages, shaped like fetch. They show; nothing here changes anything. */
export function createRoutes({ approvals, clock, port }: RouteDeps): Hono {
  // As a browser writes them: port 80 is left out.
  const { host, origin: own } = new URL(`http://localhost:${port}`)
  const routes = new Hono()

  routes.use(async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(CLOSED_HEADERS)) context.res.headers.set(name, value)
  })

  // A name that somebody else points at this machine, or a page of another origin, gets nothing.
  routes.use(async (context, next) => {
    const origin = context.req.header('origin')
    const isMeant = context.req.header('host') === host && new URL(context.req.url).host === host
    if (!isMeant) return context.text('This server answers only as localhost.\n', 421)
    if (origin !== undefined && origin !== own) return context.text('Not from another origin.\n', 403)
    if (!['GET', 'HEAD'].includes(context.req.method))
      return context.text('These pages only show.\n', 405, { allow: 'GET, HEAD' })
    return next()
  })

  routes.get('/', (context) => context.redirect('/approvals'))
  routes.get('/approvals', async (context) => {
    const waiting = await approvals.list()
    return context.html(frontPage(waiting.length))
  })
  routes.get('/approvals/:id', async (context) => {
    const row = await approvals.find(context.req.param('id'))
    if (row === undefined) return context.html(notFoundPage(), 404)
    return context.html(approvalPage(sheetOf(row, { full: false }), clock.now()))
  })
  routes.notFound((context) => context.html(notFoundPage(), 404))
  routes.onError((_error, context) => context.text('Something went wrong inside this program.\n', 500))
  return routes
}
