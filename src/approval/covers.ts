import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { ApprovalRow, Cover, Store } from '../store/store.ts'
import { COVER_MS } from './expiry.ts'
import type { StepResult } from './outcome.ts'
import type { PlanDraft } from './plan.ts'
import type { Assurance } from './policy.ts'

/** Approving an addition also covers activating that very device: three codes, thirty minutes, once. */
export interface Covers {
  /** Takes one try of the cover for this activation, where there is one. */
  take(draft: PlanDraft, caller: { id: string }, assurance: Assurance): Promise<Cover | undefined>
  /** Runs the activation and settles the try by how it went. */
  use<T>(cover: Cover, activate: () => Promise<T>): Promise<T>
  /** Opens the cover of an addition that a person approved and that has just succeeded. */
  openFor(row: ApprovalRow, steps: readonly StepResult[]): Promise<void>
}

export function createCovers({ store, clock, tenant }: { store: Store; clock: Clock; tenant: string }): Covers {
  return {
    async take(draft, caller, assurance) {
      const [step] = draft.steps
      const deviceId = step?.subject.id
      // Without a code there is nothing to send: a person has to type it, and so is asked.
      if (
        step?.kind !== 'device.activate' ||
        deviceId === undefined ||
        draft.secrets === undefined ||
        draft.target === undefined
      )
        return undefined
      const wanted = { tenant, caller: caller.id, userId: draft.target.id, deviceId, now: clock.now() }
      const cover = await store.takeCover(wanted)
      if (cover === undefined) return undefined
      const addition = await store.approvalById(cover.approvalId)
      if (assurance === 'any' || addition?.decision?.how === 'passkey') return cover
      await store.settleCover(cover.id, 'released')
      return undefined
    },

    async use(cover, activate) {
      try {
        const result = await activate()
        await store.settleCover(cover.id, 'ended')
        return result
      } catch (error) {
        const tried = error instanceof AppError && ['OTP_REJECTED', 'ACTION_UNCERTAIN'].includes(error.code)
        await store.settleCover(cover.id, tried ? 'rejected' : 'released')
        throw error
      }
    },

    async openFor(row, steps) {
      const how = row.decision?.how
      const created = steps.find((step) => step.result === 'created')?.subject.id
      if (created === undefined || (how !== 'passphrase' && how !== 'passkey' && how !== 'sign-in')) return
      await store.openCover({
        id: row.id,
        tenant: row.tenant,
        caller: row.caller,
        userId: row.targetUserId,
        deviceId: created,
        approvalId: row.id,
        expiresAt: clock.now() + COVER_MS,
      })
    },
  }
}
