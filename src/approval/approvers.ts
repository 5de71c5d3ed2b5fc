import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import { asciiLowerCase, hasInvisible } from '../lib/text.ts'
import type { ApproverRow, CredentialRow, Enrolment } from '../store/approver-rows.ts'
import type { Store } from '../store/store.ts'
import type { RandomBytes } from './claim.ts'
import type { PasskeyEvidence } from './passkey-json.ts'
import { hashPassphrase, passphraseProblem, verifyPassphrase } from './passphrase.ts'

export interface ApproverDeps {
  store: Store
  clock: Clock
  randomBytes: RandomBytes
}

/** Who vouched, proven just now: by passphrase, or by the passkey whose signature is the evidence. */
export interface Voucher {
  name: string
  evidence?: VouchEvidence
}

/** What was signed: `subject` is JSON whose SHA-256 is the evidence's digest. */
export interface VouchEvidence extends PasskeyEvidence {
  subject: string
}

/** A passkey whose registration was verified just now. */
interface NewPasskey {
  id: string
  verifier: string
  publicKey: string
  counter: number
  /** As its owner calls it. */
  name: string
}

/** The people who may approve, and how one of them is known. */
export interface Approvers {
  list(): Promise<ApproverRow[]>
  /** By name, in any letter case; undefined where nobody has that name. */
  find(name: string): Promise<ApproverRow | undefined>
  /** The credential, where the passphrase is that approver's. A wrong one is noted in the audit log. */
  verify(approver: ApproverRow, passphrase: Secret, purpose: string): Promise<CredentialRow | undefined>
  /** Enrols; the first without a voucher, everybody later with one. */
  enrol(person: { name: string; email: string; passphrase: Secret; voucher: Voucher | undefined }): Promise<void>
  /** Enrols with a passkey, or gives who is enrolled under that name and email another one. False where neither may be. */
  enrolPasskey(person: {
    name: string
    email: string
    passkey: NewPasskey
    voucher: Voucher | undefined
  }): Promise<boolean>
  remove(name: string, voucher: Voucher): Promise<void>
  /** With the last one the approver goes, too. False where there is none such, or it is the only one of all. */
  removeCredential(name: string, credentialId: string, voucher: Voucher): Promise<boolean>
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._'-]{0,62}$/u
const EMAIL = /^[^\s@"<>()]+@[^\s@"<>()]+$/

export function createApprovers({ store, clock, randomBytes }: ApproverDeps): Approvers {
  const list = () => store.approvers()
  return {
    list,
    async find(name) {
      const wanted = asciiLowerCase(name.trim())
      return (await list()).find((approver) => asciiLowerCase(approver.name) === wanted)
    },
    async verify(approver, passphrase, purpose) {
      for (const credential of approver.credentials.filter(({ kind }) => kind === 'passphrase')) {
        if (!(await verifyPassphrase(passphrase, credential.verifier))) continue
        await store.useCredential({ id: credential.id, approver: approver.name, at: clock.now() })
        return credential
      }
      await store.audit({ at: clock.now(), kind: 'passphrase.rejected', data: { approver: approver.name, purpose } })
      return undefined
    },
    async enrol({ name, email, passphrase, voucher }) {
      requireIdentity(name, email)
      const problem = passphraseProblem(passphrase.reveal())
      if (problem !== undefined) throw new AppError('INVALID_INPUT', problem)
      const now = clock.now()
      const added = await store.addApprover(
        {
          name,
          email,
          createdAt: now,
          kind: 'passphrase',
          credential: await hashPassphrase(passphrase, randomBytes),
          ...(voucher === undefined ? {} : { vouchedBy: voucher.name }),
        },
        {
          at: now,
          kind: 'approver.added',
          data: { name, email, credential: 'passphrase', ...voucherData(voucher) },
        },
      )
      if (!added) {
        throw new AppError(
          'INVALID_INPUT',
          `Nobody was enrolled: the name "${name}" is taken, or who vouched is gone.`,
          {
            next: '`pingone-mfa-mcp approver list` shows who is enrolled.',
          },
        )
      }
    },
    async enrolPasskey({ name, email, passkey, voucher }) {
      requireIdentity(name, email)
      const now = clock.now()
      const enrolled = (await list()).find((approver) => asciiLowerCase(approver.name) === asciiLowerCase(name))
      const row: Enrolment = {
        name: enrolled?.name ?? name,
        email,
        createdAt: now,
        kind: 'passkey',
        credential: passkey.verifier,
        credentialId: passkey.id,
        credentialName: passkey.name,
        counter: passkey.counter,
        ...(voucher === undefined ? {} : { vouchedBy: voucher.name }),
      }
      const data = {
        name: row.name,
        email,
        credential: 'passkey',
        credentialId: passkey.id,
        publicKey: passkey.publicKey,
        ...voucherData(voucher),
      }
      return enrolled === undefined
        ? store.addApprover(row, { at: now, kind: 'approver.added', data })
        : store.addCredential(row, { at: now, kind: 'approver.credential_added', data })
    },
    async removeCredential(name, credentialId, voucher) {
      const data = { name, credentialId, ...voucherData(voucher) }
      const audit = { at: clock.now(), kind: 'approver.credential_removed', data }
      return store.removeCredential(name, credentialId, audit)
    },
    async remove(name, voucher) {
      const removed = await store.removeApprover(name, {
        at: clock.now(),
        kind: 'approver.removed',
        data: { name, ...voucherData(voucher) },
      })
      if (!removed) throw new AppError('INVALID_INPUT', `No approver is called "${name}".`)
    },
  }
}

function voucherData(voucher: Voucher | undefined): Record<string, unknown> {
  const evidence = voucher?.evidence === undefined ? {} : { evidence: voucher.evidence }
  return { vouchedBy: voucher?.name ?? null, ...evidence }
}

/** Throws INVALID_INPUT for a name or an email that could not be told from another, or is none. */
export function requireIdentity(name: string, email: string): void {
  if (!NAME.test(name) || hasInvisible(name)) {
    throw new AppError('INVALID_INPUT', 'A name has 1 to 63 letters, digits, spaces and . _ - characters.')
  }
  if (!EMAIL.test(email) || hasInvisible(email) || email.length > 254) {
    throw new AppError('INVALID_INPUT', 'That is not an email address.')
  }
}
