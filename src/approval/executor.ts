import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { messageOf } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import type { ApprovalRow, Store } from '../store/store.ts'
import {
  type FinalState,
  finalStateOf,
  neverBegun,
  type StepResult,
  type StoredOutcome,
  storedOutcome,
} from './outcome.ts'
import type { Plan, PlanStep } from './plan.ts'
import type { World } from './world.ts'

/** A lease is renewed while its process lives; when it has run out, anybody may reconcile. */
export const LEASE_MS = 10_000
const RENEW_EVERY_MS = 3_000
const STEPS_AT_ONCE = 5

export interface ExecutorDeps {
  store: Store
  world: World
  clock: Clock
  log: Log
}

/** A run that holds its lease. `secrets` by step, by body field. */
export interface Run {
  row: ApprovalRow
  plan: Plan
  leaseId: string
  secrets: Readonly<Record<number, Readonly<Record<string, Secret>>>>
  onStep?: (done: number, total: number) => void
  /** What an endpoint answered, secrets and all: in memory, until the waiting call has it. */
  handout?: unknown
}

/** How a run ended; `lost` where another process has taken over the lease. */
export type RunEnd = { state: FinalState; outcome: StoredOutcome; handout?: unknown } | 'lost'

/** Carries out a plan: for each step an intent, the call, an outcome; five at a time, as all steps are independent. */
export async function runPlan(deps: ExecutorDeps, run: Run): Promise<RunEnd> {
  const stopRenewing = keepLease(deps, run)
  try {
    let done = 0
    run.onStep?.(done, run.plan.steps.length)
    const queue = run.plan.steps.entries()
    const work = async () => {
      for (const [index, step] of queue) {
        await carryOut(deps, run, index, step)
        run.onStep?.(++done, run.plan.steps.length)
      }
    }
    const workers = Array.from({ length: Math.min(STEPS_AT_ONCE, run.plan.steps.length) }, work)
    await Promise.all(workers)
    return await finish(deps, run)
  } finally {
    stopRenewing()
  }
}

/** Closes a run whose process died: what has no outcome is looked up, nothing is sent again. */
export async function reconcileRun(deps: ExecutorDeps, run: Run): Promise<RunEnd> {
  const stopRenewing = keepLease(deps, run)
  try {
    const rows = new Map((await deps.store.steps(run.row.id)).map((row) => [row.step, row]))
    for (const [index, step] of run.plan.steps.entries()) {
      const row = rows.get(index)
      if (row?.outcome !== undefined) continue
      const result = row === undefined ? neverBegun(step.subject) : await deps.world.reconcile(step, run.plan)
      await recordOutcome(deps, run, index, result)
    }
    return await finish(deps, run)
  } finally {
    stopRenewing()
  }
}

async function carryOut(deps: ExecutorDeps, run: Run, index: number, step: PlanStep): Promise<void> {
  const { store, world, clock } = deps
  const begun = await store.beginStep(run.row.id, run.leaseId, index, {
    at: clock.now(),
    kind: 'step.begun',
    approvalId: run.row.id,
    data: { step: index, effect: step.effect, method: step.call.method, path: step.call.path },
  })
  if (!begun) return
  const { handout, ...sent } = await world.carryOut(step, run.plan, run.secrets[index] ?? {})
  if (handout !== undefined) run.handout = handout
  const result = sent.result === 'unknown' ? await world.reconcile(step, run.plan) : sent
  await recordOutcome(deps, run, index, result)
}

async function recordOutcome(
  { store, clock }: ExecutorDeps,
  run: Run,
  index: number,
  result: StepResult,
): Promise<void> {
  const removed =
    result.result === 'removed' || (result.result === 'done' && run.plan.steps[index]?.removesFactor === true)
  await store.endStep({
    approvalId: run.row.id,
    leaseId: run.leaseId,
    step: index,
    outcome: JSON.stringify(result),
    ...(removed ? { removedFrom: { tenant: run.row.tenant, userId: run.row.targetUserId } } : {}),
    audit: {
      at: clock.now(),
      kind: 'step.ended',
      approvalId: run.row.id,
      data: {
        step: index,
        result: result.result,
        subject: result.subject,
        ...(result.error && { error: result.error }),
      },
    },
  })
}

async function finish({ store, clock }: ExecutorDeps, run: Run): Promise<RunEnd> {
  const rows = await store.steps(run.row.id)
  const steps = run.plan.steps.map((step, index): StepResult => {
    const outcome = rows.find((row) => row.step === index)?.outcome
    return outcome === undefined ? { result: 'unknown', subject: step.subject } : (JSON.parse(outcome) as StepResult)
  })
  const outcome = storedOutcome(run.plan, steps)
  const state = finalStateOf(steps)
  const now = clock.now()
  const result = await store.transition({
    id: run.row.id,
    from: 'executing',
    to: state,
    leaseId: run.leaseId,
    set: { finishedAt: now, outcome: JSON.stringify(outcome) },
    audit: {
      at: now,
      kind: 'execution.finished',
      approvalId: run.row.id,
      data: { state, results: steps.map((step) => step.result) },
    },
  })
  return result === 'done' ? { state, outcome, handout: run.handout } : 'lost'
}

function keepLease({ store, clock, log }: ExecutorDeps, run: Run): () => void {
  const renew = () => {
    store.renewLease(run.row.id, run.leaseId, clock.now() + LEASE_MS).catch((error: unknown) => {
      log.warn('lease.not_renewed', { approval: run.row.id, error: messageOf(error) })
    })
  }
  const timer = setInterval(renew, RENEW_EVERY_MS)
  return () => clearInterval(timer)
}
