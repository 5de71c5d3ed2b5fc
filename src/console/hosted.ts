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

/** The approval pages of the HTTP service, under its public URL. */
export function createHostedConsole(_options: HostedConsoleOptions): Promise<Pages> {
  throw new Error('not built')
}
