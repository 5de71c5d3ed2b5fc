import { createHash } from 'node:crypto'
import type { RandomBytes } from '../approval/claim.ts'
import { type ClaimRule, hasClaim, satisfies, type SignedIn, type SignInProof } from '../approval/sign-in.ts'
import type { Clock } from '../lib/clock.ts'
import { hasInvisible, plainText } from '../lib/text.ts'
import type { Store } from '../store/store.ts'
import type { RelyingParty, Returned } from './relying-party.ts'

/** What somebody signs in for: one approval as it was shown, or to see the page that they asked for. */
export type Purpose =
  | { kind: 'approve'; id: string; digest: string; letters?: Record<string, string> }
  | { kind: 'view'; back: string }

export type Finished =
  | { ok: true; purpose: Purpose; person: SignedIn; proof: SignInProof }
  | { ok: false; why: string; purpose?: Purpose }

/** Sign-ins that are under way: each for one purpose, one browser, once, for ten minutes. */
export interface SignIns {
  /** Where to send the browser that holds `binding`; undefined where the issuer does not answer. */
  begin(purpose: Purpose, binding: string): Promise<URL | undefined>
  /** The person behind the address that a browser came back to, where everything about it holds. */
  finish(search: string, binding: string | undefined): Promise<Finished>
  /** Somebody who had signed in was turned away. */
  noteRejected(purpose: Purpose, why: string, identity: { issuer: string; subject?: string }): Promise<void>
}

interface SignInDeps {
  party: RelyingParty
  issuer: string
  rule: ClaimRule | undefined
  store: Store
  clock: Clock
  randomBytes: RandomBytes
}

/** What the store keeps while somebody is away to sign in. */
interface Waiting {
  purpose: Purpose
  nonce: string
  verifier: string
  openedAt: number
  /** SHA-256 (hex) of what the browser's cookie holds. */
  binding: string
}

const WAITING_MS = 10 * 60_000
/** How far the issuer's clock may be behind ours. */
const SKEW_MS = 10_000
/** How far it may be ahead: less than a used proof is remembered, so that none can be used again. */
const AHEAD_MS = 60_000
const MAX_NAME = 100

const USED =
  'This sign-in was finished already, took longer than ten minutes, or did not begin here. Begin again on the page.'
const OTHER_BROWSER = 'This sign-in began in another browser, so it counts for nothing here.'
const NOT_ANEW =
  'The sign-in service did not ask for your credentials anew, so this sign-in cannot count. Each decision needs one of its own.'
const NO_EMAIL = 'Your sign-in names no verified email, so it cannot be told that you are somebody else than who asked.'
const NOBODY = 'The sign-in service does not say who you are.'
const NO_RULE =
  'Nobody who signs in may see or approve anything here: PINGONE_MFA_APPROVER_CLAIM is not set, so nothing says who is an approver.'
const NO_APPROVER = 'You have signed in, but you are not among those who may approve here.'

export function createSignIns(deps: SignInDeps): SignIns {
  const { party, issuer, rule, store, clock, randomBytes } = deps
  const random = () => randomBytes(32).toString('base64url')

  const noteRejected: SignIns['noteRejected'] = (purpose, why, identity) =>
    store.audit({
      at: clock.now(),
      ...(purpose.kind === 'approve'
        ? { kind: 'approval.sign_in_rejected', approvalId: purpose.id }
        : { kind: 'console.sign_in_rejected' }),
      data: { why, ...identity },
    })

  /**
   * Whether the person proved who they are for this, and not before. An issuer whose clock differs may name an earlier
   * second; then the same proof must not have served for anything else.
   */
  const isAnew = async (authTime: number, openedAt: number, { issuer: at, subject }: Returned): Promise<boolean> => {
    const opened = Math.floor(openedAt / 1000)
    const hash = sha256(JSON.stringify(['signed in', at, subject, authTime]))
    const now = clock.now()
    const isFirst = await store.issueTicket(
      { hash, kind: 'sign-in', subject: 'used', data: '{}', expiresAt: now + WAITING_MS },
      now,
    )
    const isNow = authTime * 1000 >= opened * 1000 - SKEW_MS && authTime * 1000 <= now + AHEAD_MS
    return isNow && (isFirst || authTime === opened)
  }

  /** Why this person may not go on; undefined where they may. */
  const turnedAway = async (returned: Returned, openedAt: number): Promise<string | undefined> => {
    const { claims } = returned
    const authTime = claims['auth_time']
    if (typeof authTime !== 'number' || !(await isAnew(authTime, openedAt, returned))) return NOT_ANEW
    if (rule === undefined) return NO_RULE
    if (returned.subject === '') return NOBODY
    if (verifiedEmail(claims) === undefined) return NO_EMAIL
    const source = hasClaim(claims, rule.name) ? claims : await returned.userinfo()
    return source !== undefined && satisfies(source, rule) ? undefined : NO_APPROVER
  }

  return {
    noteRejected,
    async begin(purpose, binding) {
      const [state, nonce, verifier] = [random(), random(), random()]
      const url = await party.authorizationUrl({ state, nonce, verifier })
      if (url === undefined) return undefined
      const now = clock.now()
      const waiting: Waiting = { purpose, nonce, verifier, openedAt: now, binding: sha256(binding) }
      await store.issueTicket(
        {
          hash: sha256(state),
          kind: 'sign-in',
          subject: subjectOf(purpose),
          data: JSON.stringify(waiting),
          expiresAt: now + WAITING_MS,
        },
        now,
      )
      return url
    },
    async finish(search, binding) {
      const state = new URLSearchParams(search).get('state') ?? ''
      const known = await store.ticket(sha256(state), 'sign-in', clock.now())
      // Used up from here on, whatever comes of it.
      const taken =
        known === undefined ? undefined : await store.takeTicket(known.hash, 'sign-in', known.subject, clock.now())
      if (taken === undefined || taken.subject === 'used') return { ok: false, why: USED }
      const { purpose, nonce, verifier, openedAt, binding: wanted } = JSON.parse(taken.data) as Waiting
      if (binding === undefined || sha256(binding) !== wanted) {
        // Anybody can begin to sign in only to see: that fills no log.
        if (purpose.kind === 'approve') await noteRejected(purpose, OTHER_BROWSER, { issuer })
        return { ok: false, why: OTHER_BROWSER, purpose }
      }
      const redeemed = await party.redeem(search, { state, nonce, verifier })
      if (!redeemed.ok) return { ok: false, why: redeemed.why, purpose }
      const { returned } = redeemed
      const why = await turnedAway(returned, openedAt)
      if (why !== undefined) {
        await noteRejected(purpose, why, { issuer: returned.issuer, subject: returned.subject })
        return { ok: false, why, purpose }
      }
      const { idTokenHash, claims } = returned
      const proof = { authTime: Number(claims['auth_time']) * 1000, idTokenHash }
      return { ok: true, purpose, person: personOf(returned), proof }
    },
  }
}

function personOf({ issuer, subject, isPairwise, claims }: Returned): SignedIn {
  const email = verifiedEmail(claims) ?? ''
  const name = typeof claims['name'] === 'string' ? plainText(claims['name'], MAX_NAME) : ''
  return { issuer, subject, email, name: name === '' ? email : name, ...(isPairwise && { isPairwise }) }
}

/** As it is: what could not be told from another address is none. */
function verifiedEmail({ email, email_verified: isVerified }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof email !== 'string' || isVerified !== true) return undefined
  return /^[^\s@]+@[^\s@]+$/.test(email) && !hasInvisible(email) ? email : undefined
}

function subjectOf(purpose: Purpose): string {
  return purpose.kind === 'approve' ? `approve ${purpose.id}` : 'view'
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
