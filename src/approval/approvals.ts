import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import { plainText } from '../lib/text.ts'
import type { ApproverRow, CredentialKind } from '../store/approver-rows.ts'
import type { ApprovalRow, Decision, Store } from '../store/store.ts'
import type { Approvers } from './approvers.ts'
import type { RandomBytes } from './claim.ts'
import { expireOverdue } from './expiry.ts'
import { createObstacle, type Obstacle } from './obstacles.ts'
import type { Assertion } from './passkey-json.ts'
import type { Passkeys, Purpose } from './passkeys.ts'
import type { PolicySource } from './policy-file.ts'
import { type ApproveResult, createSettling } from './settling.ts'
import type { SignedIn, SignInProof } from './sign-in.ts'
import { parsePlan } from './stored-plan.ts'

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

export type DenyResult = { denied: true; state: 'denied' | 'cancelled' } | { denied: false; why: string }

/** The person's side of approvals: what waits, one in full, yes, and no. */
export interface Approvals {
  list(): Promise<ApprovalRow[]>
  find(id: string): Promise<ApprovalRow | undefined>
  obstacle: Obstacle
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
  /**
   * Before a person leaves the page to sign in for this plan: why that would be in vain, or what was typed, sealed at
   * once to every claim, so that it can wait in the store.
   */
  prepareSignIn(request: { id: string; digest: string; code: Secret | undefined }): Promise<PreparedSignIn>
  /** By who has signed in for exactly this plan. `letters` is what `prepareSignIn` sealed. */
  approveBySignIn(request: {
    id: string
    digest: string
    person: SignedIn
    proof: SignInProof
    letters?: Record<string, string>
  }): Promise<ApproveResult>
  /** `who`: a person at a terminal, which is the default, on the page, or somebody who has signed in. */
  deny(request: { id: string; reason: string; who?: 'terminal' | 'page' | SignedIn }): Promise<DenyResult>
}

type PasskeyOptions =
  | { ok: true; digest: string; options: NonNullable<Awaited<ReturnType<Passkeys['ask']>>> }
  | { ok: false; why: string }

type PreparedSignIn = { ok: true; letters?: Record<string, string> } | { ok: false; why: string }

const NO_PASSKEY = 'Nobody who is enrolled has a passkey; this is approved in a terminal.'
const NEEDS_CODE = "This approval needs the code from the device's screen."
const UNKNOWN = 'There is no such approval.'
const ANOTHER_PLAN = 'This is not the plan that was shown. Read it again.'

export function createApprovals(deps: ApprovalDeps): Approvals {
  const { store, approvers, clock } = deps

  const find = async (id: string) => {
    await expireOverdue(store, clock.now())
    return store.approvalById(id)
  }
  const obstacle = createObstacle(deps)
  const { settle, seal } = createSettling({ ...deps, find })

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
      if (row === undefined) return { approved: false, why: UNKNOWN }
      if (row.digest !== digest) return { approved: false, why: ANOTHER_PLAN }
      const inTheWay = await obstacle(row, approver, 'passphrase')
      if (inTheWay !== undefined) return { approved: false, why: inTheWay }
      if (needsCode(row) && code === undefined) return { approved: false, why: NEEDS_CODE }
      const tried = await store.takeAttempt(id, MAX_FAILED_ATTEMPTS)
      if (tried === undefined) return { approved: false, why: 'No try at a passphrase is left.', attemptsLeft: 0 }
      const verified = await approvers.verify(approver, passphrase, `approve ${id}`)
      if (verified === undefined) return wrongPassphrase(row, approver, tried)
      await store.releaseAttempt(id)
      const use = { id: verified.id, approver: approver.name, at: clock.now() }
      return settle(row, { how: 'passphrase', by: approver, use }, code && { plain: code })
    },
    async passkeyOptions({ id, origin }) {
      const row = await find(id)
      if (row === undefined) return { ok: false, why: UNKNOWN }
      const why = await obstacleForAll(row)
      if (why !== undefined) return { ok: false, why }
      const options = await (await deps.passkeys()).ask(purposeOf(row, origin))
      return options === undefined ? { ok: false, why: NO_PASSKEY } : { ok: true, digest: row.digest, options }
    },
    async approveByPasskey({ id, origin, assertion, code }) {
      const row = await find(id)
      if (row === undefined) return { approved: false, why: UNKNOWN }
      if (needsCode(row) && code === undefined) return { approved: false, why: NEEDS_CODE }
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
      return settle(row, { how: 'passkey', by: approver, use, evidence }, code && { plain: code })
    },
    async prepareSignIn({ id, digest, code }) {
      const row = await find(id)
      if (row === undefined) return { ok: false, why: UNKNOWN }
      if (row.state !== 'pending')
        return { ok: false, why: `This approval is ${row.state}; there is nothing left to approve.` }
      if (row.digest !== digest) return { ok: false, why: ANOTHER_PLAN }
      if (!needsCode(row)) return { ok: true }
      return code === undefined ? { ok: false, why: NEEDS_CODE } : { ok: true, letters: await seal(id, code) }
    },
    async approveBySignIn({ id, digest, person, proof, letters }) {
      const row = await find(id)
      if (row === undefined) return { approved: false, why: UNKNOWN }
      if (row.digest !== digest) return { approved: false, why: ANOTHER_PLAN }
      const inTheWay = await obstacle(row, { email: person.email, identity: person }, 'sign-in')
      if (inTheWay !== undefined) return { approved: false, why: inTheWay }
      if (needsCode(row) && letters === undefined) return { approved: false, why: NEEDS_CODE }
      return settle(row, { how: 'sign-in', by: person, proof }, letters && { letters })
    },
    async deny({ id, reason, who = 'terminal' }) {
      const row = await find(id)
      if (row === undefined) return { denied: false, why: UNKNOWN }
      if (row.state !== 'pending' && row.state !== 'approved') {
        return { denied: false, why: `Too late: this approval is ${row.state}.` }
      }
      const said = plainText(reason, 300)
      const decision: Decision = { at: clock.now(), ...denier(who), ...(said !== '' && { reason: said }) }
      const { by, how, identity } = decision
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
          data: { by, how, ...identity, reason: said },
        },
      })
      if (result === 'done') return { denied: true, state: to }
      const now = await find(id)
      return { denied: false, why: `Too late: this approval is ${now?.state ?? 'gone'}.` }
    },
  }
}

function denier(who: 'terminal' | 'page' | SignedIn): Pick<Decision, 'by' | 'email' | 'how' | 'identity'> {
  if (who === 'page') return { by: 'a person on the page', how: 'page' }
  if (who === 'terminal') return { by: 'a person at the terminal', how: 'terminal' }
  const { name, email, issuer, subject } = who
  return { by: name, email, how: 'sign-in', identity: { issuer, subject } }
}

/** What a passkey signs: this plan, on this page. */
function purposeOf(row: ApprovalRow, origin: string): Purpose {
  return { subject: `approve ${row.id}`, digest: row.digest, origin }
}

function needsCode(row: ApprovalRow): boolean {
  return parsePlan(row).needsCode === true
}

function isPasskey({ kind }: { kind: CredentialKind }): boolean {
  return kind === 'passkey'
}

/** The row, or APPROVAL_UNKNOWN for callers that want an error. */
export function requireApproval(row: ApprovalRow | undefined, id: string): ApprovalRow {
  if (row !== undefined) return row
  throw new AppError('APPROVAL_UNKNOWN', `There is no approval ${plainText(id, 40)}.`, {
    next: '`pingone-mfa-mcp approvals` lists what is waiting.',
  })
}
