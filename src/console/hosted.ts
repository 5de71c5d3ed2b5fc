import type { Approvals } from '../approval/approvals.ts'
import type { Approvers } from '../approval/approvers.ts'
import type { RandomBytes } from '../approval/claim.ts'
import type { Enrolments } from '../approval/enrolments.ts'
import type { Vouching } from '../approval/vouching.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Search } from '../catalog/search/search.ts'
import type { Pages } from '../http/service.ts'
import type { ApproverSignIn } from '../http/settings.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Health } from '../pingone/health.ts'
import type { Store } from '../store/store.ts'
import { createCookie } from './cookies.ts'
import { createEntry } from './entry.ts'
import { keyFor } from './keys.ts'
import { createRelyingParty } from './relying-party.ts'
import { createRoutes, type RouteDeps } from './routes.ts'
import { createSessions } from './sessions.ts'
import { createSignIns } from './sign-ins.ts'
import { hostedSite, type Site } from './site.ts'

export interface HostedConsoleOptions {
  publicUrl: string
  /** Where approvers sign in. */
  signIn: ApproverSignIn | undefined
  store: Store
  approvals: Approvals
  approvers: Approvers
  enrolments: Enrolments
  vouching: Vouching
  catalog(): Promise<Catalog>
  search(): Promise<Search>
  health(): Promise<Health>
  clock: Clock
  randomBytes: RandomBytes
  log: Log
}

/**
 * The approval pages of the HTTP service, under its public URL. What they hand out (one-time values, sessions, sign-ins)
 * holds in every process that serves the same URL from the same store.
 */
export async function createHostedConsole(options: HostedConsoleOptions): Promise<Pages> {
  const { publicUrl, signIn, store } = options
  const site = hostedSite(publicUrl, signIn)
  const closing = new AbortController()
  const nonceKey = await keyFor(store, 'nonces')
  const parts = { ...options, site, nonceKey, closing: closing.signal }
  const shut = () => closing.abort()
  if (signIn !== undefined) {
    const routes = createRoutes({ ...parts, door: await doorBySignIn(options, signIn, site) })
    return { fetch: (request) => routes.fetch(request), close: shut }
  }
  // Without a sign-in, a link that works once lets one browser in; a link for everybody would be for anybody.
  if (!site.isLoopback) {
    const routes = createRoutes(parts)
    return { fetch: (request) => routes.fetch(request), close: shut }
  }
  const entry = createEntry({ ...options, port: Number(new URL(site.origin).port || '80') })
  const routes = createRoutes({ ...parts, door: { entry } })
  return {
    fetch: (request) => routes.fetch(request),
    openUrl: () => `${site.origin}/approvals/open/${entry.mintLink()}`,
    close: shut,
  }
}

async function doorBySignIn(
  options: HostedConsoleOptions,
  signIn: ApproverSignIn,
  site: Site,
): Promise<NonNullable<RouteDeps['door']>> {
  const { store } = options
  const { issuer, claim } = signIn
  const party = createRelyingParty({ ...options, signIn, redirectUri: `${site.origin}/approvals/callback` })
  return {
    party,
    signIns: createSignIns({ ...options, party, issuer, rule: claim }),
    sessions: createSessions({
      ...options,
      key: await keyFor(store, 'sessions'),
      cookie: createCookie(site, 'session'),
      rule: JSON.stringify([issuer, signIn.clientId, claim]),
    }),
    binding: createCookie(site, 'sign_in'),
  }
}
