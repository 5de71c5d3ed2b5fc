import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import { plainText, sameEmail } from '../lib/text.ts'
import type { ApprovalRow, ApproverRow, Decision, Store } from '../store/store.ts'
import type { Approvers } from './approvers.ts'
import type { RandomBytes } from './claim.ts'
import { digestOf } from './digest.ts'
import { expireOverdue, START_MS } from './expiry.ts'
import type { Plan } from './plan.ts'
import { ruleFor } from './policy.ts'
import { policyInForce, type PolicySource } from './policy-file.ts'
import { sealLetter } from './seal.ts'

/** Wrong passphrases on one approval that deny it. */
const MAX_FAILED_ATTEMPTS = 5

export interface ApprovalDeps {
  store: Store
  approvers: Approvers
  policy: PolicySource
  clock: Clock
  randomBytes: RandomBytes
}

export type ApproveResult =
  | { approved: true; startBy: number }
  /** `attemptsLeft` after a wrong passphrase; 0 where the approval was denied by it. */
  | { approved: false; why: string; attemptsLeft?: number }

export type DenyResult = { denied: true; state: 'denied' | 'cancelled' } | { denied: false; why: string }

/** The person's side of approvals: what waits, one in full, yes, and no. */
export interface Approvals {
  list(): Promise<ApprovalRow[]>
  find(id: string): Promise<ApprovalRow | undefined>
  /** Why this approver may not approve this plan, whatever the credential; undefined where nothing is in the way. */
  obstacle(row: ApprovalRow, approver: ApproverRow): Promise<string | undefined>
  /** `digest` is that of the sheet that the person has read: nothing else is approved. */
  approve(request: {
    id: string
    digest: string
    approver: ApproverRow
    passphrase: Secret
    code?: Secret
  }): Promise<ApproveResult>
  deny(request: { id: string; reason: string }): Promise<DenyResult>
}

export function createApprovals({ store, approvers, policy, clock, randomBytes }: ApprovalDeps): Approvals {
  const find = async (id: string) => {
    await expireOverdue(store, clock.now())
    return store.approvalById(id)
  }

  const obstacle = async (row: ApprovalRow, approver: ApproverRow): Promise<string | undefined> => {
    if (row.state !== 'pending') return `This approval is ${row.state}; there is nothing left to approve.`
    if (digestOf(row.plan) !== row.digest)
      return 'The stored plan is not the one that was asked for. Deny it and look into the audit log.'
    const plan = parsePlan(row)
    // Often a user name is an address, and a user may have no other.
    if ([row.targetEmail, plan.target?.username ?? ''].some((own) => sameEmail(approver.email, own)))
      return 'Nobody approves a change to their own account. Another approver has to decide.'
    const { policy: inForce } = await policyInForce(policy, (hash) => store.isPolicyAccepted(hash))
    if (ruleFor(inForce, plan).assurance === 'passkey' && approver.kind !== 'passkey') {
      return 'The policy asks for a passkey for this action; a passphrase does not do.'
    }
    return undefined
  }

  const wrongPassphrase = async (row: ApprovalRow, approver: ApproverRow, attempt: number): Promise<ApproveResult> => {
    await store.audit({
      at: clock.now(),
      kind: 'approval.passphrase_rejected',
      approvalId: row.id,
      data: { approver: approver.name },
    })
    const attemptsLeft = MAX_FAILED_ATTEMPTS - attempt
    if (attemptsLeft > 0) return { approved: false, why: 'That passphrase is wrong.', attemptsLeft }
    const reason = `${MAX_FAILED_ATTEMPTS} wrong passphrases`
    const decision: Decision = { at: clock.now(), by: 'pingone-mfa-mcp', how: 'system', reason }
    await store.transition({
      id: row.id,
      from: 'pending',
      to: 'denied',
      set: { decision },
      audit: {
        at: decision.at,
        kind: 'approval.denied',
        approvalId: row.id,
        data: { by: decision.by, how: 'system', reason },
      },
    })
    return {
      approved: false,
      why: 'That passphrase is wrong. After five of them the approval is denied.',
      attemptsLeft: 0,
    }
  }

  /** Seals what was typed to every claim; undefined where a claim was added meanwhile or what has to hold changed. */
  const decide = async (
    row: ApprovalRow,
    approver: ApproverRow,
    code: Secret | undefined,
  ): Promise<number | undefined> => {
    const claims = await store.claimsOf(row.id)
    const letters = Object.fromEntries(
      code === undefined
        ? []
        : claims.map((claim) => [
            claim.tokenHash,
            JSON.stringify(sealLetter(claim.codeKey, code.reveal(), row.id, randomBytes)),
          ]),
    )
    const at = clock.now()
    const decision: Decision = { at, by: approver.name, email: approver.email, how: approver.kind }
    const result = await store.transition({
      id: row.id,
      from: 'pending',
      to: 'approved',
      set: { decision, expiresAt: at + START_MS },
      letters,
      approver,
      ...(code === undefined ? {} : { claims: claims.length }),
      audit: {
        at,
        kind: 'approval.approved',
        approvalId: row.id,
        data: { by: approver.name, email: approver.email, how: approver.kind, digest: row.digest },
      },
    })
    return result === 'done' ? at + START_MS : undefined
  }

  return {
    async list() {
      await expireOverdue(store, clock.now())
      return store.approvals({ states: ['pending'] })
    },
    find,
    obstacle,
    async approve({ id, digest, approver, passphrase, code }) {
      const row = await find(id)
      if (row === undefined) return { approved: false, why: 'There is no such approval.' }
      if (row.digest !== digest) return { approved: false, why: 'This is not the plan that was shown. Read it again.' }
      const inTheWay = await obstacle(row, approver)
      if (inTheWay !== undefined) return { approved: false, why: inTheWay }
      if (parsePlan(row).needsCode === true && code === undefined) {
        return { approved: false, why: "This approval needs the code from the device's screen." }
      }
      const tried = await store.takeAttempt(id, MAX_FAILED_ATTEMPTS)
      if (tried === undefined) return { approved: false, why: 'No try at a passphrase is left.', attemptsLeft: 0 }
      if (!(await approvers.verify(approver, passphrase, `approve ${id}`))) return wrongPassphrase(row, approver, tried)
      await store.releaseAttempt(id)
      for (let attempt = 0; attempt < 5; attempt++) {
        const startBy = await decide(row, approver, code)
        if (startBy !== undefined) return { approved: true, startBy }
        const now = await find(id)
        if (now?.state !== 'pending') return { approved: false, why: `This approval is now ${now?.state ?? 'gone'}.` }
        const enrolled = await approvers.find(approver.name)
        if (enrolled?.credential !== approver.credential) {
          return { approved: false, why: `${approver.name} is not enrolled any more.` }
        }
      }
      return { approved: false, why: 'The approval is being asked for again and again. Try once more.' }
    },
    async deny({ id, reason }) {
      const row = await find(id)
      if (row === undefined) return { denied: false, why: 'There is no such approval.' }
      if (row.state !== 'pending' && row.state !== 'approved') {
        return { denied: false, why: `Too late: this approval is ${row.state}.` }
      }
      const said = plainText(reason, 300)
      const decision: Decision = {
        at: clock.now(),
        by: 'a person at the terminal',
        how: 'terminal',
        ...(said !== '' && { reason: said }),
      }
      const to = row.state === 'pending' ? 'denied' : 'cancelled'
      const result = await store.transition({
        id,
        from: row.state,
        to,
        set: { decision },
        audit: {
          at: decision.at,
          kind: `approval.${to}`,
          approvalId: id,
          data: { by: decision.by, how: decision.how, reason: said },
        },
      })
      if (result === 'done') return { denied: true, state: to }
      const now = await find(id)
      return { denied: false, why: `Too late: this approval is ${now?.state ?? 'gone'}.` }
    },
  }
}

/** The plan of a row. Only this program writes plans, so their shape is trusted; their digest is checked where it counts. */
export function parsePlan(row: ApprovalRow): Plan {
  return JSON.parse(row.plan) as Plan
}

/** Like `obstacle`, for callers that want an error. */
export function requireApproval(row: ApprovalRow | undefined, id: string): ApprovalRow {
  if (row !== undefined) return row
  throw new AppError('APPROVAL_UNKNOWN', `There is no approval ${plainText(id, 40)}.`, {
    next: '`pingone-mfa-mcp approvals` lists what is waiting.',
  })
}
