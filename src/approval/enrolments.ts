import { createHash } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { asciiLowerCase, plainText } from '../lib/text.ts'
import type { ApproverRow } from '../store/approver-rows.ts'
import type { Store } from '../store/store.ts'
import { type Approvers, requireIdentity, type Voucher } from './approvers.ts'
import type { RandomBytes } from './claim.ts'
import { passkeysOf } from './passkey-owners.ts'
import type { Assertion, Attestation } from './passkey-json.ts'
import type { Passkeys } from './passkeys.ts'
import { vouchPurpose, type Vouching } from './vouching.ts'

/** An enrolment link works this long, and once. */
export const ENROLMENT_MS = 10 * 60_000

export interface EnrolmentDeps {
  store: Store
  approvers: Approvers
  passkeys(): Promise<Passkeys>
  vouching: Vouching
  clock: Clock
  randomBytes: RandomBytes
}

/** Who is being enrolled by a link. `impossible`: nobody who is enrolled has a passkey to vouch with. */
interface OpenEnrolment {
  name: string
  email: string
  expiresAt: number
  vouching: 'unneeded' | 'done' | 'passkey' | 'impossible'
}

type Answer<T> = ({ ok: true } & T) | { ok: false; why: string }

/** Passkeys for people who come by a one-time link. The link alone enrols only the first. */
export interface Enrolments {
  /** A link's token. INVALID_INPUT where name or email will not do. */
  open(person: { name: string; email: string; voucher: Voucher | undefined }): Promise<string>
  /** Undefined where the link was used or its time is over. */
  look(token: string): Promise<OpenEnrolment | undefined>
  vouchOptions(token: string, origin: string): Promise<Answer<{ options: object }>>
  vouch(token: string, origin: string, assertion: Assertion): Promise<Answer<object>>
  options(token: string, origin: string): Promise<Answer<{ options: object }>>
  register(token: string, origin: string, attestation: Attestation, name: string): Promise<Answer<{ approver: string }>>
}

interface Person {
  name: string
  email: string
  voucher?: Voucher
}

const GONE = 'This link was used already, or its time is over. A new one: `pingone-mfa-mcp approver add`.'
const NOT_VOUCHED = 'Somebody who is enrolled has to vouch first.'

export function createEnrolments(deps: EnrolmentDeps): Enrolments {
  const { store, approvers, vouching, clock, randomBytes } = deps

  const personBehind = async (token: string): Promise<(Person & { expiresAt: number }) | undefined> => {
    const ticket = await store.ticket(sha256(token), 'enrolment', clock.now())
    return ticket === undefined ? undefined : { ...(JSON.parse(ticket.data) as Person), expiresAt: ticket.expiresAt }
  }

  const vouchingFor = (person: Person, enrolled: readonly ApproverRow[]): OpenEnrolment['vouching'] => {
    if (enrolled.length === 0) return 'unneeded'
    if (enrolled.some(({ name }) => name === person.voucher?.name)) return 'done'
    return passkeysOf(enrolled).length > 0 ? 'passkey' : 'impossible'
  }

  /** Who may register now; why not, otherwise. */
  const ready = async (token: string): Promise<Answer<{ person: Person }>> => {
    const person = await personBehind(token)
    if (person === undefined) return { ok: false, why: GONE }
    const state = vouchingFor(person, await approvers.list())
    return state === 'unneeded' || state === 'done' ? { ok: true, person } : { ok: false, why: NOT_VOUCHED }
  }

  const registration = (token: string, { name, email }: Person, origin: string) => {
    const hash = sha256(token)
    return { subject: `enrol ${hash}`, digest: sha256(JSON.stringify(['enrol', hash, name, email])), origin }
  }

  const wantedBy = (token: string, { name, email }: Person) => ['enrol', name, email, sha256(token)]

  return {
    async open({ name, email, voucher }) {
      requireIdentity(name, email)
      const token = randomBytes(32).toString('base64url')
      const person: Person = { name, email, ...(voucher === undefined ? {} : { voucher }) }
      const [hash, now] = [sha256(token), clock.now()]
      await store.issueTicket(
        { hash, kind: 'enrolment', subject: name, data: JSON.stringify(person), expiresAt: now + ENROLMENT_MS },
        now,
      )
      return token
    },
    async look(token) {
      const person = await personBehind(token)
      if (person === undefined) return undefined
      const { name, email, expiresAt } = person
      return { name, email, expiresAt, vouching: vouchingFor(person, await approvers.list()) }
    },
    async vouchOptions(token, origin) {
      const person = await personBehind(token)
      if (person === undefined) return { ok: false, why: GONE }
      return vouching.options(vouchPurpose(wantedBy(token, person), origin))
    },
    async vouch(token, origin, assertion) {
      const person = await personBehind(token)
      if (person === undefined) return { ok: false, why: GONE }
      const vouched = await vouching.check(wantedBy(token, person), origin, assertion)
      if (!vouched.ok) return vouched
      const { name, email } = person
      const kept = await store.changeTicket(sha256(token), JSON.stringify({ name, email, voucher: vouched.voucher }))
      return kept ? { ok: true } : { ok: false, why: GONE }
    },
    async options(token, origin) {
      const may = await ready(token)
      if (!may.ok) return may
      const options = await (await deps.passkeys()).askNew(registration(token, may.person, origin), may.person)
      return { ok: true, options }
    },
    async register(token, origin, attestation, name) {
      const may = await ready(token)
      if (!may.ok) return may
      const { person } = may
      const made = await (await deps.passkeys()).checkNew(registration(token, person, origin), attestation)
      if (!made.ok) return made
      // From here on the link is used up, whatever comes of it.
      if ((await store.takeTicket(sha256(token), 'enrolment', person.name, clock.now())) === undefined) {
        return { ok: false, why: GONE }
      }
      const passkey = { ...made, name: plainText(name, 60) || 'Passkey' }
      const enrolled = await approvers.enrolPasskey({ ...person, passkey, voucher: person.voucher })
      if (enrolled) return { ok: true, approver: person.name }
      const why = (await isTaken(person))
        ? `Nobody was enrolled: "${person.name}" is enrolled already, with another email.`
        : 'Nobody was enrolled: who vouched is not enrolled any more, or this passkey is known already.'
      return { ok: false, why }
    },
  }

  async function isTaken({ name, email }: Person): Promise<boolean> {
    const wanted = asciiLowerCase(name)
    return (await approvers.list()).some((other) => asciiLowerCase(other.name) === wanted && other.email !== email)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
