import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import { asciiLowerCase, hasInvisible } from '../lib/text.ts'
import type { ApproverRow, Store } from '../store/store.ts'
import type { RandomBytes } from './claim.ts'
import { hashPassphrase, passphraseProblem, verifyPassphrase } from './passphrase.ts'

export interface ApproverDeps {
  store: Store
  clock: Clock
  randomBytes: RandomBytes
}

/** Who vouched, proven by passphrase just now. */
export interface Voucher {
  name: string
}

/** The people who may approve, and how one of them is known. */
export interface Approvers {
  list(): Promise<ApproverRow[]>
  /** By name, in any letter case; undefined where nobody has that name. */
  find(name: string): Promise<ApproverRow | undefined>
  /** True where the passphrase is that approver's. A wrong one is noted in the audit log. */
  verify(approver: ApproverRow, passphrase: Secret, purpose: string): Promise<boolean>
  /** Enrols; the first without a voucher, everybody later with one. */
  enrol(person: { name: string; email: string; passphrase: Secret; voucher: Voucher | undefined }): Promise<void>
  remove(name: string, voucher: Voucher): Promise<void>
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
      const right = await verifyPassphrase(passphrase, approver.credential)
      if (right) await store.touchApprover(approver.name, clock.now())
      else
        await store.audit({ at: clock.now(), kind: 'passphrase.rejected', data: { approver: approver.name, purpose } })
      return right
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
          data: { name, email, credential: 'passphrase', vouchedBy: voucher?.name ?? null },
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
    async remove(name, voucher) {
      const removed = await store.removeApprover(name, {
        at: clock.now(),
        kind: 'approver.removed',
        data: { name, vouchedBy: voucher.name },
      })
      if (!removed) throw new AppError('INVALID_INPUT', `No approver is called "${name}".`)
    },
  }
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
