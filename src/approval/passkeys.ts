import { createHash } from 'node:crypto'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import type { Clock } from '../lib/clock.ts'
import type { ApproverRow, CredentialRow } from '../store/approver-rows.ts'
import type { Store } from '../store/store.ts'
import type { RandomBytes } from './claim.ts'
import { CHALLENGE_MS, creationOptions, requestOptions, verifyAssertion, verifyAttestation } from './passkey.ts'
import { ownerOf, passkeysOf } from './passkey-owners.ts'
import {
  type Assertion,
  type Attestation,
  type Challenge,
  challengeIn,
  challengeOf,
  type PasskeyEvidence,
} from './passkey-json.ts'

/** What a signature is for: `subject` names it, `digest` (SHA-256, hex) is all of it, `origin` is the page's. */
export interface Purpose {
  subject: string
  digest: string
  origin: string
}

interface Signed {
  ok: true
  approver: ApproverRow
  passkey: CredentialRow
  /** What the authenticator's counter says now. */
  counter: number
  evidence: PasskeyEvidence
}

interface Registered {
  ok: true
  id: string
  verifier: string
  publicKey: string
  counter: number
}

interface NotSigned {
  ok: false
  why: string
  /** A passkey did answer this very challenge, and would not do. */
  isRejected?: true
}

/** Challenges, each for one purpose, one use and two minutes, and what answers them. */
export interface Passkeys {
  /** Undefined where nobody has a passkey. */
  ask(purpose: Purpose): Promise<PublicKeyCredentialRequestOptionsJSON | undefined>
  /** Uses the challenge up, whatever comes of it. Changes nothing else. */
  check(purpose: Purpose, assertion: Assertion): Promise<Signed | NotSigned>
  askNew(purpose: Purpose, person: { name: string; email: string }): Promise<PublicKeyCredentialCreationOptionsJSON>
  checkNew(purpose: Purpose, attestation: Attestation): Promise<Registered | NotSigned>
}

const USED_UP: NotSigned = {
  ok: false,
  why: 'That answer is too late, was used already, or is for something else. Load the page again.',
}

export function createPasskeys(deps: { store: Store; clock: Clock; randomBytes: RandomBytes }): Passkeys {
  const { store, clock, randomBytes } = deps

  const issue = async ({ subject, digest, origin }: Purpose): Promise<Challenge> => {
    const challenge: Challenge = { digest, nonce: randomBytes(32).toString('base64url'), origin }
    const now = clock.now()
    const [hash, data] = [hashOf(challengeOf(challenge)), JSON.stringify(challenge)]
    await store.issueTicket({ hash, kind: 'challenge', subject, data, expiresAt: now + CHALLENGE_MS }, now)
    return challenge
  }

  /** The challenge that was answered, where it is for exactly this purpose; it cannot be answered again. */
  const take = async (purpose: Purpose, clientDataJSON: string): Promise<Challenge | undefined> => {
    const answered = challengeIn(clientDataJSON)
    if (answered === undefined) return undefined
    const ticket = await store.takeTicket(hashOf(answered), 'challenge', purpose.subject, clock.now())
    if (ticket === undefined) return undefined
    const challenge = JSON.parse(ticket.data) as Challenge
    return challenge.digest === purpose.digest && challenge.origin === purpose.origin ? challenge : undefined
  }

  return {
    async ask(purpose) {
      const enrolled = passkeysOf(await store.approvers())
      if (enrolled.length === 0) return undefined
      const passkeys = enrolled.map(({ passkey }) => passkey)
      return requestOptions(await issue(purpose), passkeys)
    },
    async check(purpose, assertion) {
      const challenge = await take(purpose, assertion.response.clientDataJSON)
      if (challenge === undefined) return USED_UP
      const owner = assertion.id === assertion.rawId ? ownerOf(await store.approvers(), assertion.id) : undefined
      if (owner === undefined) return { ok: false, why: 'That passkey is not enrolled here.', isRejected: true }
      const checked = await verifyAssertion(assertion, challenge, owner.passkey)
      return checked.ok ? { ...checked, ...owner } : { ...checked, isRejected: true }
    },
    async askNew(purpose, person) {
      const known = passkeysOf(await store.approvers()).filter(({ approver }) => approver.name === person.name)
      const challenge = await issue(purpose)
      return creationOptions(
        challenge,
        person,
        known.map(({ passkey }) => passkey),
      )
    },
    async checkNew(purpose, attestation) {
      const challenge = await take(purpose, attestation.response.clientDataJSON)
      return challenge === undefined ? USED_UP : verifyAttestation(attestation, challenge)
    },
  }
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}
