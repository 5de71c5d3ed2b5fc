import { type Context, Hono } from 'hono'
import type { Approvals } from '../approval/approvals.ts'
import type { Approvers } from '../approval/approvers.ts'
import type { RandomBytes } from '../approval/claim.ts'
import type { Enrolments } from '../approval/enrolments.ts'
import type { Vouching } from '../approval/vouching.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../store/store.ts'
import { addActions } from './actions.ts'
import { addEnrolment } from './enrolment.ts'
import type { Entry } from './entry.ts'
import { addEvents } from './events.ts'
import { addForms } from './forms.ts'
import { addGuard } from './guard.ts'
import { createNonces } from './nonces.ts'
import { addPages } from './page-routes.ts'
import { notFoundPage, usedLinkPage } from './pages/closed.ts'
import type { Around, Section } from './pages/frame.ts'
import { createReads, type ReadDeps } from './reads.ts'
import { readScript } from './script.ts'
import { addSignIn, type SignInRouteDeps } from './sign-in-routes.ts'
import type { Site } from './site.ts'
import type { VisitorOf } from './visitor.ts'

export interface RouteDeps extends Omit<ReadDeps, 'store' | 'approvals' | 'clock' | 'site'> {
  site: Site
  store: Store
  approvals: Approvals
  approvers: Approvers
  enrolments: Enrolments
  vouching: Vouching
  clock: Clock
  randomBytes: RandomBytes
  log: Log
  /** What one-time values are made with. */
  nonceKey: Buffer
  /** How people get to see all pages: by a link that works once, or by signing in; absent where nobody can. */
  door?: ByLink | BySignIn
  /** Aborted when the console closes. */
  closing: AbortSignal
}

interface ByLink {
  entry: Entry
}

interface BySignIn extends Pick<SignInRouteDeps, 'signIns' | 'sessions' | 'binding'> {
  /** Where the issuer's sign-in page is, as far as that is known, and a way to ask. */
  party: { readonly knownOrigin: string | undefined; discover(): Promise<void> }
}

/** The console, shaped like fetch: pages by GET, decisions by POST. */
export function createRoutes(deps: RouteDeps): Hono {
  const { site, door, clock } = deps
  const nonces = createNonces({ ...deps, key: deps.nonceKey, origin: site.origin })
  const visitorOf = visitorsBy(door)
  const reads = createReads(deps)
  const aroundFor = async (context: Context, current?: Section): Promise<Around> => {
    const { seesAll, person } = await visitorOf(context)
    if (!seesAll) return { site }
    return { site, menu: { current, waiting: (await reads.pending(1)).total, person: person?.name } }
  }
  const routes = new Hono()
  addGuard(routes, site, () => (door !== undefined && 'party' in door ? door.party.knownOrigin : undefined))

  // Words come before an approval's id.
  if (door !== undefined && 'entry' in door) addEntry(routes, door.entry, site)
  if (door !== undefined && 'signIns' in door) {
    addForms(routes, aroundFor)
    addSignIn(routes, { ...deps, ...door, nonces, aroundFor })
  }
  addEvents(routes, { ...deps, visitorOf })
  addPages(routes, {
    reads,
    clock,
    site,
    visitorOf,
    aroundFor,
    mintNonce: nonces.mint,
    beforeForms: async () => (door !== undefined && 'party' in door ? door.party.discover() : undefined),
    script: readScript,
  })
  addActions(routes, { ...deps, nonces, visitorOf })
  if (site.takesPasskeys) addEnrolment(routes, { ...deps, nonces })

  routes.notFound(async (context) =>
    context.req.method === 'POST'
      ? context.json({ ok: false, sentence: 'There is nothing at this address.' }, 404)
      : context.html(notFoundPage(await aroundFor(context)), 404),
  )
  routes.onError((error, context) => {
    deps.log.error('console.broken', { error: messageOf(error) })
    return context.req.method === 'POST'
      ? context.json({ ok: false, sentence: 'Something went wrong inside this program. Nothing was decided.' }, 500)
      : context.text('Something went wrong inside this program.\n', 500)
  })
  return routes
}

function visitorsBy(door: RouteDeps['door']): VisitorOf {
  if (door === undefined) return async () => ({ seesAll: false })
  if ('entry' in door) return async (context) => ({ seesAll: door.entry.isLetIn(context) })
  return async (context) => {
    const person = await door.sessions.of(context)
    return person === undefined ? { seesAll: false } : { seesAll: true, person }
  }
}

function addEntry(routes: Hono, entry: Entry, site: Site): void {
  routes.get('/approvals/open/:token', (context) => {
    // A HEAD is somebody who only looks: the link stays unused.
    if (context.req.raw.method === 'GET' && entry.enter(context, context.req.param('token'))) {
      return context.redirect('/approvals', 303)
    }
    return context.html(usedLinkPage('pingone-mfa-mcp console', { site }), 404)
  })
}
