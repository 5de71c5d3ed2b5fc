import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import type { ApproverRow } from '../store/approver-rows.ts'
import type { ApprovalRow } from '../store/store.ts'
import type { PlanDraft } from './plan.ts'
import { type Assurance, endpointDenial, type Policy } from './policy.ts'

/** Why a caller's request is not taken, or what was asked for does not run: code, sentence, next step. */

/** Nobody enrolled, nothing changes: not even what a policy opens, since a person once stood behind that. */
export function requireApprover(approvers: readonly ApproverRow[]): void {
  if (approvers.length > 0) return
  throw new AppError('NO_APPROVER', 'Nobody is enrolled who could approve this, so nothing can be changed.', {
    next: 'A person runs `pingone-mfa-mcp approver add --name NAME --email EMAIL` in a terminal.',
  })
}

export function requireAssurance(approvers: readonly ApproverRow[], assurance: Assurance): void {
  if (assurance === 'any' || approvers.some(({ credentials }) => credentials.some(({ kind }) => kind === 'passkey')))
    return
  throw new AppError('NO_APPROVER', 'The policy asks for a passkey for this action, and no approver has one.')
}

/** BLOCKED_BY_POLICY where the policy does not let an endpoint be called. */
export function requireEndpoint(policy: Policy, judgedAs: readonly (readonly string[])[]): void {
  const denial = judgedAs.map((names) => endpointDenial(policy, names)).find((found) => found !== undefined)
  if (denial === undefined) return
  throw new AppError('BLOCKED_BY_POLICY', denial, {
    next: 'A person decides about the policy file; `pingone-mfa-mcp policy` shows what it says.',
  })
}

export function unknownApproval(): AppError {
  return new AppError('APPROVAL_UNKNOWN', 'There is no approval with this token in this environment.', {
    next: 'Use the token exactly as the changing tool returned it, or ask for the action again.',
  })
}

export function deniedRecently(row: ApprovalRow): AppError {
  return new AppError('APPROVAL_DENIED', `A person denied this same request a moment ago${because(row)}.`, {
    next: 'Do not ask for it again; tell the user what the person said.',
  })
}

export function tooManyPending(draft: PlanDraft, pending: number): AppError {
  return new AppError(
    'TOO_MANY_PENDING',
    `${pending} requests for ${plainText(draft.target?.email ?? draft.summary)} wait for a person already.`,
    {
      next: 'Wait until a person has decided on them; check_approval tells.',
    },
  )
}

export function blockedNow(what: string): AppError {
  return new AppError('BLOCKED_BY_POLICY', `The policy has become stricter since the approval: it ${what}.`, {
    next: 'Ask for the action again.',
  })
}

export function tooManyExecutions(max: number): AppError {
  return new AppError('RATE_LIMITED', `${max} actions were started within the last hour; the policy allows no more.`, {
    next: 'Wait, then call execute_approved_action again while the approval is valid.',
  })
}

/** `, saying: "…"`, where the person gave a reason. */
function because(row: ApprovalRow): string {
  const reason = row.decision?.reason
  return reason === undefined ? '' : `, saying: "${plainText(reason, 300)}"`
}

/** The error for an approval that will not run any more. */
export function notRunnable(row: ApprovalRow): AppError {
  switch (row.state) {
    case 'denied':
      return new AppError('APPROVAL_DENIED', `A person denied this action${because(row)}. Nothing was changed.`)
    case 'cancelled':
      return new AppError(
        'APPROVAL_CANCELLED',
        `A person took the approval back before it started${because(row)}. Nothing was changed.`,
      )
    case 'expired':
      return new AppError('APPROVAL_EXPIRED', 'The time for this approval has run out. Nothing was changed.', {
        next: 'Ask for the action again if it is still wanted.',
      })
    default:
      return new AppError(
        'APPROVAL_STALE',
        `What the person approved is not what is there now. ${row.note ?? ''} Nothing was done.`,
        {
          next: 'Ask for the action again: the new plan will fit what is there now.',
        },
      )
  }
}
