import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import { plainText, sameEmail } from '../lib/text.ts'
import type { ApproverRow, CredentialKind, CredentialUse } from '../store/approver-rows.ts'
import type { ApprovalRow, Decision, Store } from '../store/store.ts'
import type { Approvers } from './approvers.ts'
import type { RandomBytes } from './claim.ts'
import { digestOf } from './digest.ts'
import { expireOverdue, START_MS } from './expiry.ts'
import type { Assertion, PasskeyEvidence } from './passkey-json.ts'
import type { Passkeys, Purpose } from './passkeys.ts'
import type { Plan } from './plan.ts'
import { ruleFor } from './policy.ts'
import { policyInForce, type PolicySource } from './policy-file.ts'
import { sealLetter } from './seal.ts'

/** Wrong passphrases on one approval that deny it. */
const MAX_FAILED_ATTEMPTS = 5

export interface ApprovalDeps {
  store: Store
  approvers: Approvers
  passkeys(): Promise<Passkeys>
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
  /** Why this approver may not approve this plan by this kind of credential; undefined where nothing is in the way. */
  obstacle(row: ApprovalRow, approver: ApproverRow, kind: CredentialKind): Promise<string | undefined>
  /** `digest` is that of the sheet that the person has read: nothing else is approved. */
  approve(request: {
    id: string
    digest: string
    approver: ApproverRow
    passphrase: Secret
    code?: Secret
  }): Promise<ApproveResult>
  /** What a browser needs in order to ask for a passkey, for the plan that is stored now, on the page of that origin. */
  passkeyOptions(request: { id: string; origin: string }): Promise<PasskeyOptions>
  /**
   * The same checks as by passphrase; the assertion is kept as evidence. What it is for stands in its challenge: another
   * plan than the one that was asked about is not approved.
   */
  approveByPasskey(request: { id: string; origin: string; assertion: Assertion; code?: Secret }): Promise<ApproveResult>
  /** `where`: a person at a terminal, which is the default, or on the page. */
  deny(request: { id: string; reason: string; where?: 'terminal' | 'page' }): Promise<DenyResult>
}

type PasskeyOptions =
  | { ok: true; digest: string; options: NonNullable<Awaited<ReturnType<Passkeys['ask']>>> }
  | { ok: false; why: string }

/** The credential that a decision rests on, and what is kept of it. */
interface Proof {
  approver: ApproverRow
  kind: CredentialKind
  use: CredentialUse
  evidence?: PasskeyEvidence
}

const NO_PASSKEY = 'Nobody who is enrolled has a passkey; this is approved in a terminal.'
const NEEDS_CODE = "This approval needs the code from the device's screen."

export function createApprovals(deps: ApprovalDeps): Approvals {
  const { store, approvers, policy, clock, randomBytes } = deps

  const find = async (id: string) => {
    await expireOverdue(store, clock.now())
    return store.approvalById(id)
  }

  const obstacle: Approvals['obstacle'] = async (row, approver, kind) => {
    if (row.state !== 'pending') return `This approval is ${row.state}; there is nothing left to approve.`
    if (digestOf(row.plan) !== row.digest)
      return 'The stored plan is not the one that was asked for. Deny it and look into the audit log.'
    const plan = parsePlan(row)
    // Often a user name is an address, and a user may have no other.
    if ([row.targetEmail, plan.target?.username ?? ''].some((own) => sameEmail(approver.email, own)))
      return 'Nobody approves a change to their own account. Another approver has to decide.'
    const { policy: inForce } = await policyInForce(policy, (hash) => store.isPolicyAccepted(hash))
    if (ruleFor(inForce, plan).assurance === 'passkey' && kind !== 'passkey') {
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
    { approver, kind, use, evidence }: Proof,
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
    const decision: Decision = { at, by: approver.name, email: approver.email, how: kind }
    const result = await store.transition({
      id: row.id,
      from: 'pending',
      to: 'approved',
      set: { decision, expiresAt: at + START_MS },
      letters,
      credential: use,
      ...(code === undefined ? {} : { claims: claims.length }),
      audit: {
        at,
        kind: 'approval.approved',
        approvalId: row.id,
        data: {
          by: approver.name,
          email: approver.email,
          how: kind,
          digest: row.digest,
          ...(evidence === undefined ? {} : { evidence }),
        },
      },
    })
    return result === 'done' ? at + START_MS : undefined
  }

  /** Tries again where somebody asked for the same meanwhile, so that what was typed is sealed to every claim. */
  const settle = async (row: ApprovalRow, proof: Proof, code: Secret | undefined): Promise<ApproveResult> => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const startBy = await decide(row, proof, code)
      if (startBy !== undefined) return { approved: true, startBy }
      const now = await find(row.id)
      if (now?.state !== 'pending') return { approved: false, why: `This approval is now ${now?.state ?? 'gone'}.` }
      const { name } = proof.approver
      const enrolled = (await approvers.find(name))?.credentials.find(({ id }) => id === proof.use.id)
      if (enrolled === undefined) return { approved: false, why: `${name} is not enrolled with that any more.` }
      const { counter } = proof.use
      if (counter !== undefined && counter !== 0 && enrolled.counter >= counter) {
        return { approved: false, why: 'That passkey was used elsewhere at the same moment. Use it again.' }
      }
    }
    return { approved: false, why: 'The approval is being asked for again and again. Try once more.' }
  }

  /** Why nobody's passkey could approve it. */
  const obstacleForAll = async (row: ApprovalRow): Promise<string | undefined> => {
    const withPasskey = (await approvers.list()).filter(({ credentials }) => credentials.some(isPasskey))
    if (withPasskey.length === 0) return NO_PASSKEY
    const obstacles = await Promise.all(withPasskey.map((approver) => obstacle(row, approver, 'passkey')))
    return obstacles.every((why) => why !== undefined) ? obstacles[0] : undefined
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
      const inTheWay = await obstacle(row, approver, 'passphrase')
      if (inTheWay !== undefined) return { approved: false, why: inTheWay }
      if (parsePlan(row).needsCode === true && code === undefined) {
        return { approved: false, why: NEEDS_CODE }
      }
      const tried = await store.takeAttempt(id, MAX_FAILED_ATTEMPTS)
      if (tried === undefined) return { approved: false, why: 'No try at a passphrase is left.', attemptsLeft: 0 }
      const verified = await approvers.verify(approver, passphrase, `approve ${id}`)
      if (verified === undefined) return wrongPassphrase(row, approver, tried)
      await store.releaseAttempt(id)
      const use = { id: verified.id, approver: approver.name, at: clock.now() }
      return settle(row, { approver, kind: 'passphrase', use }, code)
    },
    async passkeyOptions({ id, origin }) {
      const row = await find(id)
      if (row === undefined) return { ok: false, why: 'There is no such approval.' }
      const why = await obstacleForAll(row)
      if (why !== undefined) return { ok: false, why }
      const options = await (await deps.passkeys()).ask(purposeOf(row, origin))
      return options === undefined ? { ok: false, why: NO_PASSKEY } : { ok: true, digest: row.digest, options }
    },
    async approveByPasskey({ id, origin, assertion, code }) {
      const row = await find(id)
      if (row === undefined) return { approved: false, why: 'There is no such approval.' }
      if (parsePlan(row).needsCode === true && code === undefined) return { approved: false, why: NEEDS_CODE }
      const signed = await (await deps.passkeys()).check(purposeOf(row, origin), assertion)
      if (!signed.ok) {
        const { why, isRejected } = signed
        const event = { at: clock.now(), kind: 'approval.passkey_rejected', approvalId: id, data: { why } }
        if (isRejected) await store.audit(event)
        return { approved: false, why }
      }
      const { approver, passkey, counter, evidence } = signed
      const inTheWay = await obstacle(row, approver, 'passkey')
      if (inTheWay !== undefined) return { approved: false, why: inTheWay }
      const use = { id: passkey.id, approver: approver.name, at: clock.now(), counter }
      return settle(row, { approver, kind: 'passkey', use, evidence }, code)
    },
    async deny({ id, reason, where = 'terminal' }) {
      const row = await find(id)
      if (row === undefined) return { denied: false, why: 'There is no such approval.' }
      if (row.state !== 'pending' && row.state !== 'approved') {
        return { denied: false, why: `Too late: this approval is ${row.state}.` }
      }
      const said = plainText(reason, 300)
      const decision: Decision = {
        at: clock.now(),
        by: where === 'page' ? 'a person on the page' : 'a person at the terminal',
        how: where,
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

/** What a passkey signs: this plan, on this page. */
function purposeOf(row: ApprovalRow, origin: string): Purpose {
  return { subject: `approve ${row.id}`, digest: row.digest, origin }
}

function isPasskey({ kind }: { kind: CredentialKind }): boolean {
  return kind === 'passkey'
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
