import type { Context } from 'hono'
import type { SignedIn } from '../approval/sign-in.ts'
import type { Site } from './site.ts'

/** Who looks at a page. Seeing decides nothing. */
export interface Visitor {
  /** Every page; else at most what a link leads to. */
  seesAll: boolean
  /** Absent where nobody signs in, or has not yet. */
  person?: SignedIn
}

export type VisitorOf = (context: Context) => Promise<Visitor>

/** Whoever holds the link to one approval sees that one, where only this machine can be asked for it. */
export function seesOne(site: Site, visitor: Visitor): boolean {
  return visitor.seesAll || site.isLoopback
}
