import type { Clock } from '../lib/clock.ts'
import { AppError, type ErrorCode, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { observed, type Observer } from '../lib/observer.ts'
import { Secret } from '../lib/secret.ts'
import type { ApprovalRow, Store } from '../store/store.ts'
import { ActionError } from './action-error.ts'
import { parsePlan } from './stored-plan.ts'
import { codeKeyOf, hashClaimToken, type RandomBytes, sealKeyOf } from './claim.ts'
import type { Covers } from './covers.ts'
import { digestOf } from './digest.ts'
import { expireOverdue } from './expiry.ts'
import { LEASE_MS, reconcileRun, type Run, type RunEnd, runPlan } from './executor.ts'
import {
  errorSentence,
  failureCode,
  type Outcome,
  publicOutcome,
  type StepError,
  type StoredOutcome,
} from './outcome.ts'
import type { Action, Plan } from './plan.ts'
import { policyInForce, type PolicySource } from './policy-file.ts'
import { ruleFor } from './policy.ts'
import { blockedNow, notRunnable, requireEndpoint, tooManyExecutions } from './refusals.ts'
import { openLetter, type SealedLetter, unseal } from './seal.ts'
import { differences } from './witness.ts'
import type { World } from './world.ts'

export interface ExecuteOptions {
  /** Ends the reading before the start, and the waiting after it; what has started goes on. */
  signal: AbortSignal
  onStep?: (done: number, total: number) => void
}

export type Started = { kind: 'executing' } | { kind: 'completed'; action: Action; outcome: Outcome; replayed: boolean }

export interface RunnerDeps {
  store: Store
  world: World
  covers: Covers
  policy: PolicySource
  clock: Clock
  randomBytes: RandomBytes
  log: Log
  /** Is told of every run. */
  observer: Observer
}

const RUN_RESULT = { ended: (end: RunEnd) => (end === 'lost' ? end : end.state), thrown: () => 'broken' }

/** Starts what is approved, once; replays what has run; takes over what a dead process left. */
export function createRunner(deps: RunnerDeps) {
  const { store, clock, world } = deps
  const running = new Set<Promise<unknown>>()

  const start = async (row: ApprovalRow, token: string, options: ExecuteOptions): Promise<Started> => {
    if (row.outcome !== undefined) return replay(row)
    if (row.state === 'executing') return takeOver(row, token, options)
    if (row.state !== 'approved') throw notRunnable(row)

    if (digestOf(row.plan) !== row.digest) {
      throw new AppError('INTERNAL_ERROR', 'The stored plan is not the one that was approved, so nothing was done.')
    }
    const plan = parsePlan(row)
    await requireStillAllowed(row, plan)
    // Where another process was faster, what is read here may be what it has left: then its outcome counts.
    if (!(await isSameWorld(row, plan, options.signal))) return startAgain(row.id, token, options)
    const secrets = await openSecrets(row, plan, token)
    if (secrets === undefined) return startAgain(row.id, token, options)
    const leaseId = deps.randomBytes(16).toString('hex')
    const now = clock.now()
    const { policy } = await policyInForce(deps.policy, (hash) => store.isPolicyAccepted(hash))
    const result = await store.transition({
      id: row.id,
      from: 'approved',
      to: 'executing',
      set: { leaseId, leaseUntil: now + LEASE_MS, startedAt: now },
      executionLimit: { since: now - 3_600_000, max: policy.limits.executionsPerHour },
      audit: { at: now, kind: 'execution.started', approvalId: row.id, data: { digest: row.digest } },
    })
    if (result === 'limited') throw tooManyExecutions(policy.limits.executionsPerHour)
    if (result === 'lost') return startAgain(row.id, token, options)
    const run: Run = {
      row,
      plan,
      leaseId,
      secrets,
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    }
    return answer(
      row,
      token,
      asWork(row, () => runPlan(deps, run)),
      options,
    )
  }

  const startAgain = async (id: string, token: string, options: ExecuteOptions): Promise<Started> => {
    await expireOverdue(store, clock.now())
    const row = await store.approvalById(id)
    if (row === undefined) throw new AppError('APPROVAL_UNKNOWN', 'This approval is gone.')
    return start(row, token, options)
  }

  const takeOver = async (row: ApprovalRow, token: string, options: ExecuteOptions): Promise<Started> => {
    const now = clock.now()
    if ((row.leaseUntil ?? 0) >= now) return { kind: 'executing' }
    const leaseId = deps.randomBytes(16).toString('hex')
    const result = await store.transition({
      id: row.id,
      from: 'executing',
      to: 'executing',
      leaseBefore: now,
      set: { leaseId, leaseUntil: now + LEASE_MS },
      audit: { at: now, kind: 'execution.taken_over', approvalId: row.id, data: {} },
    })
    if (result !== 'done') return startAgain(row.id, token, options)
    const run: Run = { row, plan: parsePlan(row), leaseId, secrets: {} }
    return answer(
      row,
      token,
      asWork(row, () => reconcileRun(deps, run)),
      options,
    )
  }

  const asWork = ({ action }: ApprovalRow, body: () => Promise<RunEnd>): Promise<RunEnd> =>
    observed(deps.observer, { kind: 'execution', action }, body, RUN_RESULT)

  /** Waits for the run as long as a call may take; the run itself goes on. */
  const answer = async (
    row: ApprovalRow,
    token: string,
    ending: Promise<RunEnd>,
    options: ExecuteOptions,
  ): Promise<Started> => {
    const ended = ending.then(async (end) => {
      if (end !== 'lost' && row.action === 'add_sms_device') await deps.covers.openFor(row, end.outcome.steps)
      return end
    })
    running.add(ended)
    const forget = () => running.delete(ended)
    ended.then(forget, (error: unknown) => {
      forget()
      deps.log.error('execution.broken', { approval: row.id, error: messageOf(error) })
    })
    const end = await Promise.race([ended, whenAborted(options.signal)])
    if (end === 'executing') return { kind: 'executing' }
    if (end === 'lost') return startAgain(row.id, token, options)
    return report(parsePlan(row), end, false)
  }

  const requireStillAllowed = async (row: ApprovalRow, plan: Plan): Promise<void> => {
    const { policy } = await policyInForce(deps.policy, (hash) => store.isPolicyAccepted(hash))
    if (plan.endpoint !== undefined) requireEndpoint(policy, plan.endpoint.judgedAs)
    const rule = ruleFor(policy, plan)
    const how = row.decision?.how
    if (how === 'policy' && rule.approval !== 'none') throw blockedNow('asks for an approval now')
    if (how === 'passphrase' && rule.assurance === 'passkey') throw blockedNow('asks for a passkey now')
  }

  /** False where it differs but another process has started the plan; throws where the approval is stale by it. */
  const isSameWorld = async (row: ApprovalRow, plan: Plan, signal: AbortSignal): Promise<boolean> => {
    const changed = await differencesNow(plan, signal)
    if (changed.length === 0) return true
    const now = clock.now()
    const note = changed.join(' ')
    await store.transition({
      id: row.id,
      from: 'approved',
      to: 'stale',
      set: { finishedAt: now, note },
      audit: { at: now, kind: 'approval.stale', approvalId: row.id, data: { differences: changed } },
    })
    const current = await store.approvalById(row.id)
    if (current?.state === 'stale') throw notRunnable(current)
    return false
  }

  const differencesNow = async (plan: Plan, signal: AbortSignal): Promise<string[]> => {
    try {
      return differences(plan.witness, await world.readWitness(plan, signal))
    } catch (error) {
      const gone = error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'USER_NOT_FOUND')
      if (gone) return [plan.target === undefined ? 'The resource is gone.' : 'The user is gone.']
      throw error
    }
  }

  /** Undefined where another process has run the plan meanwhile, so that the code is wiped. */
  const openSecrets = async (row: ApprovalRow, plan: Plan, token: string): Promise<Run['secrets'] | undefined> => {
    const key = sealKeyOf(token)
    const secrets = plan.steps.map((step, index) => {
      const boxes = Object.entries(step.sealed ?? {})
      return boxes.map(([field, box]) => [field, new Secret(unseal(key, box, `${row.id}/${index}/${field}`))] as const)
    })
    if (plan.needsCode === true) {
      const claimed = await store.approvalByClaim(hashClaimToken(token))
      if (claimed !== undefined && claimed.row.state !== 'approved') return undefined
      const letter = claimed?.claim.letter
      if (letter === undefined) throw new AppError('INTERNAL_ERROR', 'The code that was typed is not there any more.')
      const code = openLetter(codeKeyOf(token), JSON.parse(letter) as SealedLetter, row.id)
      secrets[0]?.push(['otp', new Secret(code)])
    }
    return Object.fromEntries(secrets.map((fields, index) => [index, Object.fromEntries(fields)]))
  }

  const idle = async (): Promise<void> => {
    await Promise.allSettled(running)
  }

  return { start, idle }
}

function replay(row: ApprovalRow): Started {
  const outcome = JSON.parse(row.outcome ?? '{}') as StoredOutcome
  return report(parsePlan(row), { state: row.state as Exclude<RunEnd, 'lost'>['state'], outcome }, true)
}

function report(plan: Plan, { state, outcome, handout }: Exclude<RunEnd, 'lost'>, replayed: boolean): Started {
  if (state === 'succeeded') {
    return { kind: 'completed', action: plan.action, outcome: publicOutcome(outcome, handout), replayed }
  }
  const { steps } = outcome
  const done = steps.filter((step) => step.result !== 'failed' && step.result !== 'unknown').length
  const code = failureCode(state, steps)
  const first = steps.length === 1 ? steps[0]?.error : undefined
  const only = first?.code === code ? first : undefined
  const sentences = {
    partial: `${done} of ${steps.length} steps of "${plan.summary}" were carried out.`,
    failed: only?.message ?? `"${plan.summary}" was not carried out.`,
    uncertain: `Whether all of "${plan.summary}" was carried out is not known.`,
  }
  const lines = steps.map(({ subject, result, error }) => {
    const why = error === undefined || error.message === sentences[state] ? '' : `: ${errorSentence(error)}`
    return `- ${subject.label}${subject.id === undefined ? '' : ` (${subject.id})`}: ${result}${why}`
  })
  throw new ActionError(code, sentences[state], {
    next: nextAfter(code, only, plan),
    correlationId: only?.correlationId,
    lines,
    replayed,
  })
}

function nextAfter(code: ErrorCode, only: StepError | undefined, { endpoint }: Plan): string {
  // PingOne tells whether an attempt is left.
  if (code === 'OTP_REJECTED' && only?.next !== undefined) return only.next
  if (code === 'DEVICE_LIMIT_REACHED') return 'Unpair a device that is no longer used, then ask for the addition again.'
  if (code === 'RATE_LIMITED') return 'Wait a minute, then ask for the action again.'
  if (endpoint !== undefined) return 'Read the resource with read_endpoint, and ask again for what is still wanted.'
  return "Call list_mfa_devices to see the user's devices, and ask again for what is still wanted."
}

function whenAborted(signal: AbortSignal): Promise<'executing'> {
  return new Promise((resolve) => {
    const leave = () => resolve('executing')
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
  })
}
