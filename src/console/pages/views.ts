import type { Sheet } from '../../approval/sheet.ts'
import type { Description } from '../../catalog/describe.ts'
import type { EndpointRecord } from '../../catalog/record.ts'
import type { Health } from '../../pingone/health.ts'
import type { Ways } from './decision.ts'

/** What the pages show, read anew for each view. `reads.ts` gets it from the store, the catalogue and PingOne. */
export interface ConsoleReads {
  /** Newest first, 25 a page, counted from 1. Numbers that are to be paired are masked in lists. */
  pending(page: number): Promise<Paged<Sheet>>
  /** Everything that no longer waits. */
  history(page: number): Promise<Paged<Sheet>>
  /** With numbers in full while it can be approved here. */
  approval(id: string): Promise<{ sheet: Sheet; ways: Ways } | undefined>
  audit(page: number): Promise<Paged<AuditLine>>
  auditState(): Promise<AuditState>
  approvers(): Promise<ApproverView[]>
  health(): Promise<HealthView>
  search(query: string): Promise<EndpointSearch>
  describe(id: string): Promise<Description | undefined>
}

export interface Paged<T> {
  items: readonly T[]
  /** From 1. */
  page: number
  /** At least 1. */
  pages: number
  total: number
}

export interface AuditLine {
  seq: number
  at: number
  kind: string
  approvalId?: string | undefined
  /** JSON, as it was hashed. */
  data: string
  hash: string
}

export interface AuditState {
  entries: number
  head: string
  /** The first thing that is wrong; absent where the log holds. */
  broken?: { seq: number; problem: string } | undefined
}

export interface CredentialView {
  id: string
  kind: 'passphrase' | 'passkey'
  /** As its owner called it. */
  name: string
  createdAt: number
  lastUsedAt?: number | undefined
}

export interface ApproverView {
  name: string
  email: string
  createdAt: number
  vouchedBy?: string | undefined
  credentials: readonly CredentialView[]
}

/** `unavailable`: nothing could be asked, because there is no connection to ask through. */
export type HealthView = Health | { status: 'unavailable'; sentence: string }

export interface EndpointSearch {
  confident: boolean
  hint?: string | undefined
  results: readonly Pick<EndpointRecord, 'id' | 'method' | 'path' | 'title' | 'service' | 'effect' | 'tool'>[]
}

/** What an enrolment page is for. */
export interface EnrolmentView {
  token: string
  name: string
  email: string
  expiresAt: number
  /**
   * Whether an enrolled approver has to vouch on the page first: `passkey`, or `impossible` where somebody is enrolled
   * and nobody has a passkey; `done` where it has happened, `unneeded` for the first approver.
   */
  vouching: 'unneeded' | 'done' | 'passkey' | 'impossible'
}
