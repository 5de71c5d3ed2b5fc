import { sameEmail } from '../lib/text.ts'
import type { CredentialKind } from '../store/approver-rows.ts'
import type { ApprovalRow, Store } from '../store/store.ts'
import { digestOf } from './digest.ts'
import { type Decider, ownRequest } from './own-request.ts'
import type { Plan } from './plan.ts'
import { ruleFor } from './policy.ts'
import { policyInForce, type PolicySource } from './policy-file.ts'
import { parsePlan } from './stored-plan.ts'

/** What somebody shows in order to say yes. */
type Proving = CredentialKind | 'sign-in'

/** Why this person may not approve this plan in this way; undefined where nothing is in the way. */
export type Obstacle = (row: ApprovalRow, decider: Decider, proving: Proving) => Promise<string | undefined>

const OWN_ACCOUNT = 'Nobody approves a change to their own account. Another approver has to decide.'
const NEEDS_PASSKEY: Record<Exclude<Proving, 'passkey'>, string> = {
  passphrase: 'The policy asks for a passkey for this action; a passphrase does not do.',
  'sign-in': 'The policy asks for a passkey for this action; a sign-in does not do.',
}

/** Every way of approving asks here, so that a rule holds for all of them. */
export function createObstacle({ store, policy }: { store: Store; policy: PolicySource }): Obstacle {
  return async (row, decider, proving) => {
    if (row.state !== 'pending') return `This approval is ${row.state}; there is nothing left to approve.`
    if (digestOf(row.plan) !== row.digest)
      return 'The stored plan is not the one that was asked for. Deny it and look into the audit log.'
    const plan = parsePlan(row)
    if (isOwnAccount(row, plan, decider)) return OWN_ACCOUNT
    const own = ownRequest(plan.principal, decider)
    if (own !== undefined) return own
    const { policy: inForce } = await policyInForce(policy, (hash) => store.isPolicyAccepted(hash))
    if (ruleFor(inForce, plan).assurance === 'passkey' && proving !== 'passkey') return NEEDS_PASSKEY[proving]
    return undefined
  }
}

/** Often a user name is an address, and a user may have no other; PingOne's own sign-in names a user by id. */
function isOwnAccount(row: ApprovalRow, { target }: Plan, { email, identity }: Decider): boolean {
  if ([row.targetEmail, target?.username ?? ''].some((own) => sameEmail(email, own))) return true
  return target !== undefined && identity?.subject === target.id
}
