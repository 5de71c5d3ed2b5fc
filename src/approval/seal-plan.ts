import { type Clock, isoTime } from '../lib/clock.ts'
import type { Principal } from './caller.ts'
import { type RandomBytes, sealKeyOf } from './claim.ts'
import type { Plan, PlanDraft } from './plan.ts'
import { seal, type SealedBox } from './seal.ts'

/** What the gate adds to a draft. */
export interface Sealing {
  id: string
  /** The claim token under which secrets are sealed. */
  token: string
  requester: string
  principal: Principal | undefined
  tenant: Plan['tenant']
  /** A factor of this user was removed here a short while ago. */
  recentRemoval: boolean
  clock: Clock
  randomBytes: RandomBytes
}

/** The plan that is stored: the draft with its secrets sealed. */
export function sealPlan(draft: PlanDraft, ids: Sealing): Plan {
  const { secrets = [], sameAs: _sameAs, reason, needsCode, ...rest } = draft
  const steps = draft.steps.map((step, index) => {
    const own = secrets.filter((secret) => secret.step === index)
    if (own.length === 0) return step
    const key = sealKeyOf(ids.token)
    const sealed: Record<string, SealedBox> = {}
    for (const { field, value } of own) {
      sealed[field] = seal(key, value.reveal(), `${ids.id}/${index}/${field}`, ids.randomBytes)
    }
    return { ...step, sealed }
  })
  const warnings = ids.recentRemoval
    ? [...draft.warnings, 'A factor of this user was removed here within the last 24 hours.']
    : draft.warnings
  return {
    version: 1,
    nonce: ids.randomBytes(16).toString('hex'),
    tenant: ids.tenant,
    ...rest,
    steps,
    warnings,
    requester: ids.requester,
    ...(ids.principal === undefined ? {} : { principal: ids.principal }),
    ...(reason === undefined ? {} : { reason }),
    ...(needsCode === undefined ? {} : { needsCode }),
    requestedAt: isoTime(ids.clock.now()),
  }
}
