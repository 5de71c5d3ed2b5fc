import type { ApprovalView, Asked, Checked, Executed } from '../approval/gate.ts'
import type { EndpointOutcome, Outcome } from '../approval/outcome.ts'
import type { NothingToDo } from '../approval/plan.ts'
import { isoTime } from '../lib/clock.ts'
import type { Answer } from './tool.ts'

/** How approvals and outcomes are told to a caller: in structure and in text, each of them complete. */

export function nothingToDoAnswer({ action, summary }: NothingToDo): Answer {
  return {
    structured: { status: 'nothing_to_do', action, summary },
    text: `Nothing to do: ${summary}. Nobody was asked and nothing was changed.`,
  }
}

export function askedAnswer(asked: Asked): Answer {
  if (asked.kind === 'completed') return completedAnswer(asked.action, asked.outcome, false)
  const { approval } = asked
  const next = `${howToApprove(approval)} Then call check_approval with this token (waitSeconds up to 50), and execute_approved_action once it is approved.`
  return {
    structured: { status: 'approval_required', approval: shown(approval), next },
    text: [
      `Approval required: ${approval.summary}`,
      'Nothing has been changed yet.',
      ...details(approval),
      `Next: ${next}`,
    ].join('\n'),
  }
}

export function checkedAnswer({ state, approval, outcome }: Checked): Answer {
  const sentences: Record<Checked['state'], string> = {
    pending: `Waiting for a person. ${howToApprove(approval)}`,
    approved: `Approved. Next: call execute_approved_action with this token before ${isoTime(approval.expiresAt)}.`,
    denied: `Denied by a person${because(approval)}. Nothing was changed.`,
    cancelled: `The approval was taken back${because(approval)}. Nothing was changed.`,
    expired: 'The time for this approval has run out. Nothing was changed.',
    stale: 'What was approved is not what is there now. Nothing was done; ask for the action again.',
    executing: 'Being carried out now. Next: call check_approval again.',
    succeeded: 'Carried out.',
    partial: 'Carried out in part.',
    failed: 'Not carried out.',
    uncertain: 'It is not known whether all of it was carried out.',
  }
  const structured = { status: state, approval: shown(approval), ...(outcome === undefined ? {} : { outcome }) }
  const text = [
    `${state}: ${approval.summary}`,
    sentences[state],
    ...details(approval),
    ...(outcome === undefined ? [] : fates(outcome)),
  ]
  return { structured, text: text.join('\n') }
}

export function executedAnswer(executed: Executed): Answer {
  if (executed.kind === 'completed') return completedAnswer(executed.action, executed.outcome, executed.replayed)
  const { kind, approval } = executed
  const structured = { status: kind === 'pending' ? 'approval_pending' : 'executing', approval: shown(approval) }
  const head =
    kind === 'pending'
      ? ['Not approved yet: nothing was done.', `Next: ${howToApprove(approval)}`]
      : ['Being carried out now.', 'Next: call execute_approved_action or check_approval again in a moment.']
  return { structured, text: [...head, ...details(approval)].join('\n') }
}

function completedAnswer(action: string, outcome: Outcome, replayed: boolean): Answer {
  const about = 'devices' in outcome ? ` for ${outcome.user.email}` : ''
  const head = replayed
    ? 'Completed earlier; this is the recorded outcome, and nothing was sent again.'
    : `Completed: ${action}${about}.`
  const created = 'devices' in outcome ? outcome.devices.find((device) => device.result === 'created') : undefined
  const next =
    created === undefined
      ? []
      : [`Next: when the user has the code, call activate_mfa_device with deviceId ${created.id}.`]
  return {
    structured: { status: 'completed', action, outcome, replayed },
    text: [head, ...fates(outcome), ...next].join('\n'),
  }
}

function shown(approval: ApprovalView): Record<string, unknown> {
  return { ...approval, expiresAt: isoTime(approval.expiresAt) }
}

function details(approval: ApprovalView): string[] {
  return [
    ...approval.effects.map((effect) => `- ${effect}`),
    `Token: ${approval.token}`,
    `Approval id: ${approval.id}, valid until ${isoTime(approval.expiresAt)}`,
  ]
}

function howToApprove({ id, approveAt }: ApprovalView): string {
  const page = approveAt === undefined ? '' : ` at ${approveAt}, or`
  return `Ask the person to decide${page} in a terminal: pingone-mfa-mcp approvals approve ${id}.`
}

function because(approval: ApprovalView): string {
  return approval.denialReason === undefined ? '' : `, saying: "${approval.denialReason}"`
}

function fates(outcome: Outcome): string[] {
  if (!('devices' in outcome)) return endpointFate(outcome)
  return outcome.devices.map((device) => {
    const id = device.id === undefined ? '' : ` (id ${device.id})`
    const error = device.error === undefined ? '' : `: ${device.error}`
    return `- ${device.label}${id}: ${device.result}${error}`
  })
}

function endpointFate({ request, status, data, error }: EndpointOutcome): string[] {
  const answered = status === undefined ? 'no answer' : `HTTP ${status}`
  const why = error === undefined ? '' : `: ${error}`
  const line = `- ${request.method} ${request.path}: ${answered}${why}`
  return data === undefined ? [line] : [line, JSON.stringify(data)]
}
