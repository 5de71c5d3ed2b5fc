import type { Clock } from '../lib/clock.ts'
import { isoTime } from '../lib/clock.ts'
import type { Secret } from '../lib/secret.ts'
import type { CredentialUse } from '../store/approver-rows.ts'
import type { ApprovalRow, Claim, Decision, Store } from '../store/store.ts'
import type { Approvers } from './approvers.ts'
import type { RandomBytes } from './claim.ts'
import { START_MS } from './expiry.ts'
import type { PasskeyEvidence } from './passkey-json.ts'
import { sealLetter } from './seal.ts'
import type { SignedIn, SignInProof } from './sign-in.ts'

export type ApproveResult =
  | { approved: true; startBy: number }
  /** `attemptsLeft` after a wrong passphrase; 0 where the approval was denied by it. */
  | { approved: false; why: string; attemptsLeft?: number }

/** What a decision rests on, and what is kept of it. */
export type Proof =
  | { how: 'passphrase'; by: Person; use: CredentialUse }
  | { how: 'passkey'; by: Person; use: CredentialUse; evidence: PasskeyEvidence }
  | { how: 'sign-in'; by: SignedIn; proof: SignInProof }

interface Person {
  name: string
  email: string
}

/** A code that somebody typed: as it is, or sealed to each claim already (JSON by token hash). */
export type TypedCode = { plain: Secret } | { letters: Record<string, string> }

interface SettlingDeps {
  store: Store
  approvers: Approvers
  find(id: string): Promise<ApprovalRow | undefined>
  clock: Clock
  randomBytes: RandomBytes
}

/** The claims of an approval are not those that a code was sealed to. */
const ASKED_AGAIN = 'Somebody asked for the same while you were signing in. Type the code again and sign in once more.'

/** Writes a yes that has been proven: one compare-and-swap with its audit entry, and the code for every claim. */
export function createSettling({ store, approvers, find, clock, randomBytes }: SettlingDeps) {
  /** undefined where a claim was added meanwhile or what has to hold changed. */
  const decide = async (
    row: ApprovalRow,
    proof: Proof,
    claims: readonly Claim[],
    letters: Record<string, string> | undefined,
  ): Promise<number | undefined> => {
    const at = clock.now()
    const { how, by } = proof
    const [{ name, email }, digest] = [by, row.digest]
    const decision: Decision = { at, by: name, email, how, ...identityOf(proof) }
    const result = await store.transition({
      id: row.id,
      from: 'pending',
      to: 'approved',
      set: { decision, expiresAt: at + START_MS },
      letters: letters ?? {},
      ...('use' in proof && { credential: proof.use }),
      ...(letters !== undefined && { claims: claims.length }),
      audit: {
        at,
        kind: 'approval.approved',
        approvalId: row.id,
        data: { by: name, email, how, digest, ...evidenceOf(proof) },
      },
    })
    return result === 'done' ? at + START_MS : undefined
  }

  return {
    /** What was typed, sealed to every claim that there is now. */
    async seal(id: string, code: Secret): Promise<Record<string, string>> {
      return sealed(await store.claimsOf(id), id, code, randomBytes)
    },

    /** Tries again where somebody asked for the same meanwhile, so that what was typed is sealed to every claim. */
    async settle(row: ApprovalRow, proof: Proof, code: TypedCode | undefined): Promise<ApproveResult> {
      for (let attempt = 0; attempt < 5; attempt++) {
        const claims = await store.claimsOf(row.id)
        const letters = lettersFor(row.id, claims, code, randomBytes)
        if (letters === 'outdated') return { approved: false, why: ASKED_AGAIN }
        const startBy = await decide(row, proof, claims, letters)
        if (startBy !== undefined) return { approved: true, startBy }
        const now = await find(row.id)
        if (now?.state !== 'pending') return { approved: false, why: `This approval is now ${now?.state ?? 'gone'}.` }
        const why = await lostCredential(proof)
        if (why !== undefined) return { approved: false, why }
      }
      return { approved: false, why: 'The approval is being asked for again and again. Try once more.' }
    },
  }

  async function lostCredential(proof: Proof): Promise<string | undefined> {
    if (proof.how === 'sign-in') return undefined
    const { by, use } = proof
    const enrolled = (await approvers.find(by.name))?.credentials.find(({ id }) => id === use.id)
    if (enrolled === undefined) return `${by.name} is not enrolled with that any more.`
    const isUsedElsewhere = use.counter !== undefined && use.counter !== 0 && enrolled.counter >= use.counter
    return isUsedElsewhere ? 'That passkey was used elsewhere at the same moment. Use it again.' : undefined
  }
}

function lettersFor(
  id: string,
  claims: readonly Claim[],
  code: TypedCode | undefined,
  randomBytes: RandomBytes,
): Record<string, string> | undefined | 'outdated' {
  if (code === undefined) return undefined
  if ('plain' in code) return sealed(claims, id, code.plain, randomBytes)
  return claims.every(({ tokenHash }) => Object.hasOwn(code.letters, tokenHash)) ? code.letters : 'outdated'
}

function sealed(claims: readonly Claim[], id: string, code: Secret, randomBytes: RandomBytes): Record<string, string> {
  return Object.fromEntries(
    claims.map(({ tokenHash, codeKey }) => [
      tokenHash,
      JSON.stringify(sealLetter(codeKey, code.reveal(), id, randomBytes)),
    ]),
  )
}

function identityOf(proof: Proof): Pick<Decision, 'identity'> {
  if (proof.how !== 'sign-in') return {}
  const { issuer, subject } = proof.by
  return { identity: { issuer, subject } }
}

function evidenceOf(proof: Proof): Record<string, unknown> {
  if (proof.how === 'passphrase') return {}
  if (proof.how === 'passkey') return { evidence: proof.evidence }
  const { by, proof: kept } = proof
  const { issuer, subject } = by
  return { issuer, subject, authTime: isoTime(kept.authTime), idTokenHash: kept.idTokenHash }
}
