import type { ApprovalState } from './approval-state.ts'
import type { ApproverRow, CredentialUse, Enrolment, Ticket } from './approver-rows.ts'

/**
 * What is kept: approvals with their claims and steps, approvers, accepted policies, covers, and the audit chain.
 *
 * Every change is one transaction together with its audit entry, and every change of state is a compare-and-swap, so
 * that any number of processes may share one store and any of them may be killed at any moment. Times are milliseconds
 * since 1970.
 */

/** Who said yes or no. `how` is the credential, or why nobody had to be asked. */
export interface Decision {
  at: number
  by: string
  email?: string
  how: 'passphrase' | 'passkey' | 'sign-in' | 'policy' | 'cover' | 'terminal' | 'page' | 'system'
  reason?: string
  /** Of a sign-in: at which issuer, and as whom. */
  identity?: { issuer: string; subject: string }
}

export interface ApprovalRow {
  id: string
  /** Hash of API URL, auth URL and environment id. */
  tenant: string
  caller: string
  action: string
  targetUserId: string
  targetEmail: string
  state: ApprovalState
  /** JSON; once the approval can no longer run, its masked form. */
  plan: string
  /** SHA-256 (hex) of the plan as it was shown. */
  digest: string
  /** Hash of what makes two requests the same; emptied when it has served. */
  requestKey: string
  createdAt: number
  /** While pending: until when it may be approved. Once approved: until when it must start. */
  expiresAt: number
  decision?: Decision
  /** Wrong passphrases so far, with those that are being looked at. */
  failedAttempts: number
  leaseId?: string
  leaseUntil?: number
  startedAt?: number
  finishedAt?: number
  /** JSON. */
  outcome?: string
  /** Why it went stale: what had changed. */
  note?: string
}

export interface Claim {
  tokenHash: string
  approvalId: string
  createdAt: number
  /** X25519 public key whose private half only the token gives. */
  codeKey: string
  /** JSON: what the approver typed, sealed to `codeKey`. */
  letter?: string
}

export interface StepRow {
  approvalId: string
  step: number
  intentAt: number
  outcomeAt?: number
  /** JSON. */
  outcome?: string
}

/** The standing permission of an approved addition: to activate that very device. */
export interface Cover {
  id: string
  tenant: string
  caller: string
  userId: string
  deviceId: string
  approvalId: string
  expiresAt: number
}

/** One audit entry before it is chained. `data` never holds a secret, a code, a token or a number in full. */
export interface AuditEvent {
  at: number
  kind: string
  approvalId?: string
  data: Record<string, unknown>
}

/** One audit entry as chained: `hash` is SHA-256 over the previous hash and all other fields. */
export interface AuditEntry {
  seq: number
  at: number
  kind: string
  approvalId: string | undefined
  /** JSON as it was hashed. */
  data: string
  prev: string
  hash: string
}

export interface OpenRequest {
  row: ApprovalRow
  maskedPlan: string
  claim: Claim
  /** Set where a pending approval with the same key may be shared; equal plans have equal keys. */
  shareKey?: string
  /** A denial of the same request that is younger than this refuses it. */
  deniedSince: number
  pendingPerUser: number
  audit: AuditEvent
}

export type OpenResult =
  | { kind: 'opened' }
  | { kind: 'shared'; row: ApprovalRow }
  | { kind: 'denied'; row: ApprovalRow }
  | { kind: 'too_many'; pending: number }

export interface Transition {
  id: string
  from: ApprovalState
  to: ApprovalState
  /** The write counts only while this lease holds. */
  leaseId?: string
  /** The write counts only where the lease ran out before this time. */
  leaseBefore?: number
  /** The write counts only while this credential is enrolled; it is noted as used. */
  credential?: CredentialUse
  /** The write counts only while the approval has this many claims. */
  claims?: number
  set?: Partial<
    Pick<
      ApprovalRow,
      'decision' | 'expiresAt' | 'leaseId' | 'leaseUntil' | 'startedAt' | 'finishedAt' | 'outcome' | 'note'
    >
  >
  /** What the approver typed, sealed, by token hash. */
  letters?: Record<string, string>
  /** Refuses where the caller has started this many executions since then. */
  executionLimit?: { since: number; max: number }
  audit: AuditEvent
}

export type TransitionResult = 'done' | 'lost' | 'limited'

/** How an approval ends that is over its time. `outcome` is JSON. */
export interface Ending {
  to: ApprovalState
  outcome?: string
  audit: AuditEvent
}

interface ListFilter {
  states?: readonly ApprovalState[]
  tenant?: string
  limit?: number
}

interface PageRequest {
  /** Those that wait, or all the others. */
  which: 'pending' | 'history'
  offset: number
  limit: number
}

export interface PageOf<Row> {
  rows: Row[]
  total: number
}

export interface Store {
  /** Inserts, or finds what stands in the way; counts and inserts in one transaction. */
  openApproval(request: OpenRequest): Promise<OpenResult>
  /** Inserts an approval that nobody has to give, in state `approved`. */
  insertApproved(row: ApprovalRow, maskedPlan: string, audit: AuditEvent): Promise<void>
  approvalByClaim(tokenHash: string): Promise<{ row: ApprovalRow; claim: Claim } | undefined>
  approvalById(id: string): Promise<ApprovalRow | undefined>
  approvals(filter?: ListFilter): Promise<ApprovalRow[]>
  /** Newest first, with the number of all. */
  approvalPage(page: PageRequest): Promise<PageOf<ApprovalRow>>
  claimsOf(approvalId: string): Promise<Claim[]>
  /** What is approved or started after `expiresAt` is `lost`. */
  transition(change: Transition): Promise<TransitionResult>
  renewLease(id: string, leaseId: string, until: number): Promise<boolean>
  /**
   * Takes one of `max` tries at a passphrase, before it is looked at, so that guesses made at once count, too. Answers
   * which one it is; undefined where none is left.
   */
  takeAttempt(id: string, max: number): Promise<number | undefined>
  /** Gives back a try whose passphrase was right. */
  releaseAttempt(id: string): Promise<void>

  steps(approvalId: string): Promise<StepRow[]>
  /** False where the lease is lost or the step was begun before. */
  beginStep(approvalId: string, leaseId: string, step: number, audit: AuditEvent): Promise<boolean>
  /** `removedFrom`: the user who lost a factor by it. False where the lease is lost. */
  endStep(end: {
    approvalId: string
    leaseId: string
    step: number
    outcome: string
    removedFrom?: { tenant: string; userId: string }
    audit: AuditEvent
  }): Promise<boolean>
  wasFactorRemoved(tenant: string, userId: string, since: number): Promise<boolean>

  approvers(): Promise<ApproverRow[]>
  /** False where the name is taken, or where nobody vouched though somebody is enrolled. */
  addApprover(row: Enrolment, audit: AuditEvent): Promise<boolean>
  /** Another credential for who is enrolled under this name and email; false where nobody is, or nobody vouched. */
  addCredential(row: Enrolment, audit: AuditEvent): Promise<boolean>
  /** With the last one the approver goes, too. False where it is not there, or the only one of all. */
  removeCredential(approver: string, id: string, audit: AuditEvent): Promise<boolean>
  removeApprover(name: string, audit: AuditEvent): Promise<boolean>
  /** False where the credential is gone or its counter has gone back. */
  useCredential(use: CredentialUse): Promise<boolean>

  /** Keeps a ticket, and forgets those whose time is over. False where one with this hash is kept already. */
  issueTicket(ticket: Ticket, now: number): Promise<boolean>
  ticket(hash: string, kind: Ticket['kind'], now: number): Promise<Ticket | undefined>
  /** Ends it; undefined where it was used, is over, or is for something else. */
  takeTicket(hash: string, kind: Ticket['kind'], subject: string, now: number): Promise<Ticket | undefined>
  /** False where it is gone. */
  changeTicket(hash: string, data: string): Promise<boolean>

  acceptPolicy(hash: string, audit: AuditEvent): Promise<void>
  isPolicyAccepted(hash: string): Promise<boolean>

  openCover(cover: Cover): Promise<void>
  /** Takes one of the three tries that a cover has; undefined where there is no cover or no try left. */
  takeCover(wanted: {
    tenant: string
    caller: string
    userId: string
    deviceId: string
    now: number
  }): Promise<Cover | undefined>
  /** `rejected` keeps the try used, `released` gives it back, `ended` closes the cover. */
  settleCover(id: string, how: 'rejected' | 'released' | 'ended'): Promise<void>

  audit(event: AuditEvent): Promise<void>
  /** Newest first. */
  auditPage(page: { offset: number; limit: number }): Promise<PageOf<AuditEntry>>
  /** Oldest first. */
  auditEntries(filter?: { since?: number; afterSeq?: number; limit?: number }): Promise<AuditEntry[]>

  /** A random value that is made with the store, for keyed hashes. */
  pepper(): Promise<string>
  /** Ends what is over time as `ending` says and wipes what has served. Answers how many approvals changed. */
  sweep(now: number, ending: (row: ApprovalRow, steps: readonly StepRow[]) => Ending): Promise<number>
  /**
   * Deletes the approvals that ended before then, with all that hangs on them, and what was remembered of factors that
   * were removed before then. Answers how many. A long list goes part by part, each with an entry of its own, which
   * `audit` gives; entries are never deleted.
   */
  pruneApprovals(before: number, audit: (count: number) => AuditEvent): Promise<number>
  /**
   * Calls `onChange` soon after an approval changed, here or in another process: with its id, or without one where
   * anything may have changed. It may be called too often, never too seldom. Answers how to stop.
   */
  watch(onChange: (approvalId: string | undefined) => void): () => void
  /** Rejects where the store does not answer. */
  ping(): Promise<void>
  /** How many approvals are in each state, and since when the oldest of them has waited; empty states are left out. */
  census(): Promise<{ state: ApprovalState; count: number; oldestCreatedAt: number }[]>
  close(): Promise<void>
}
