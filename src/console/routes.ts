import { Hono } from 'hono'
import type { Approvals } from '../approval/approvals.ts'
import type { Approvers } from '../approval/approvers.ts'
import type { RandomBytes } from '../approval/claim.ts'
import type { Enrolments } from '../approval/enrolments.ts'
import type { Vouching } from '../approval/vouching.ts'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import { addActions } from './actions.ts'
import { addEnrolment } from './enrolment.ts'
import type { Entry } from './entry.ts'
import { addEvents } from './events.ts'
import { addGuard } from './guard.ts'
import { createNonces } from './nonces.ts'
import { addPages } from './page-routes.ts'
import { notFoundPage, usedLinkPage } from './pages/closed.ts'
import { createReads, type ReadDeps } from './reads.ts'
import { readScript } from './script.ts'

export interface RouteDeps extends Omit<ReadDeps, 'store' | 'approvals' | 'clock'> {
  store: Store
  approvals: Approvals
  approvers: Approvers
  enrolments: Enrolments
  vouching: Vouching
  clock: Clock
  randomBytes: RandomBytes
  entry: Entry
  port: number
  /** Aborted when the console closes. */
  closing: AbortSignal
}

/** The console, shaped like fetch: pages by GET, decisions by POST. */
export function createRoutes(deps: RouteDeps): Hono {
  const { port, entry, clock } = deps
  // As a browser writes them: port 80 is left out.
  const { host, origin } = new URL(`http://localhost:${port}`)
  const nonces = createNonces(deps)
  const routes = new Hono()
  addGuard(routes, host)

  routes.get('/approvals/open/:token', (context) => {
    // A HEAD is somebody who only looks: the link stays unused.
    if (context.req.raw.method === 'GET' && entry.enter(context, context.req.param('token'))) {
      return context.redirect('/approvals', 303)
    }
    return context.html(usedLinkPage('pingone-mfa-mcp console'), 404)
  })
  // Its words come before an approval's id.
  addEvents(routes, { ...deps, isLetIn: entry.isLetIn })
  addPages(routes, {
    reads: createReads(deps),
    clock,
    isLetIn: entry.isLetIn,
    mintNonce: nonces.mint,
    script: readScript,
  })
  addActions(routes, { ...deps, nonces, origin })
  addEnrolment(routes, { ...deps, nonces, origin })

  routes.notFound((context) =>
    context.req.method === 'POST'
      ? context.json({ ok: false, sentence: 'There is nothing at this address.' }, 404)
      : context.html(notFoundPage(), 404),
  )
  routes.onError((_error, context) =>
    context.req.method === 'POST'
      ? context.json({ ok: false, sentence: 'Something went wrong inside this program. Nothing was decided.' }, 500)
      : context.text('Something went wrong inside this program.\n', 500),
  )
  return routes
}
