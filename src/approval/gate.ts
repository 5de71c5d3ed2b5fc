import type { Clock } from '../lib/clock.ts'
import { AppError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Observer } from '../lib/observer.ts'
import type { ApprovalRow, Decision, Store } from '../store/store.ts'
import { parsePlan } from './stored-plan.ts'
import type { Caller } from './caller.ts'
import {
  codePublicKeyOf,
  hashClaimToken,
  isClaimToken,
  mintApprovalId,
  mintClaimToken,
  type RandomBytes,
} from './claim.ts'
import { createCovers } from './covers.ts'
import { digestOf, requestKeyOf, shareKeyOf, tenantKey } from './digest.ts'
import { DENIAL_MS, expireOverdue, PENDING_MS, RECENT_REMOVAL_MS, START_MS } from './expiry.ts'
import { type Outcome, publicOutcome, type StoredOutcome } from './outcome.ts'
import { maskPlan, maskReason } from './mask-plan.ts'
import type { Action, PlanDraft, PlanEndpoint } from './plan.ts'
import { type Policy, ruleFor } from './policy.ts'
import { policyInForce, type PolicySource } from './policy-file.ts'
import {
  deniedRecently,
  notRunnable,
  requireApprover,
  requireAssurance,
  requireEndpoint,
  tooManyPending,
  unknownApproval,
} from './refusals.ts'
import { requestedEvent } from './requested.ts'
import { createRunner, type ExecuteOptions } from './runner.ts'
import { sealPlan } from './seal-plan.ts'
import { createWakeUps } from './wake-ups.ts'
import type { World } from './world.ts'

export interface GateDeps {
  store: Store
  world: World
  policy: PolicySource
  clock: Clock
  randomBytes: RandomBytes
  log: Log
  observer: Observer
  tenant: { apiUrl: string; authUrl: string; environmentId: string }
  /** Whether people may approve by signing in, whoever is enrolled. */
  canSignIn: boolean
  /** The page of one approval, or undefined where no console can be served. */
  approveAt(id: string): Promise<string | undefined>
  /** A person has something new to decide on, on this page. */
  announce(page: string): void
}

/** An approval as its caller sees it. */
export interface ApprovalView {
  token: string
  id: string
  action: string
  summary: string
  effects: string[]
  approveAt?: string
  expiresAt: number
  /** What the person said when declining. */
  denialReason?: string
}

export type Asked =
  | { kind: 'approval_required'; approval: ApprovalView }
  | { kind: 'completed'; action: Action; outcome: Outcome }

export interface Checked {
  state: ApprovalRow['state']
  approval: ApprovalView
  outcome?: Outcome
}

/** The caller's side of approvals: asking, looking, and starting what a person approved. Nothing here can approve. */
export interface Gate {
  /** BLOCKED_BY_POLICY where the policy does not let this endpoint be called, by reading neither. */
  requireAllowed(judgedAs: PlanEndpoint['judgedAs']): Promise<void>
  /** `signal` ends the waiting for what runs at once; what has started goes on. */
  ask(draft: PlanDraft, caller: Caller, signal: AbortSignal): Promise<Asked>
  check(token: string, caller: Caller): Promise<Checked>
  /** Like `check`, but answers when somebody decided, the action ended or `waitMs` passed. */
  waitForDecision(token: string, caller: Caller, waitMs: number, signal: AbortSignal): Promise<Checked>
  execute(token: string, caller: Caller, options: ExecuteOptions): Promise<Executed>
  /** Resolves when nothing that was started here is running any more. */
  idle(): Promise<void>
}

/** What a call to execute is answered with; a run that did not succeed is an `ActionError`. */
export type Executed =
  | { kind: 'pending' | 'executing'; approval: ApprovalView }
  | { kind: 'completed'; action: Action; outcome: Outcome; replayed: boolean }

export function createGate(deps: GateDeps): Gate {
  const { store, clock, randomBytes, log } = deps
  const tenant = tenantKey(deps.tenant)
  const covers = createCovers({ store, clock, tenant })
  const runner = createRunner({ ...deps, covers })
  const wakeUps = createWakeUps({ store, clock, randomBytes })

  const view = async (row: ApprovalRow, token: string): Promise<ApprovalView> => {
    const plan = parsePlan(row)
    const approveAt = row.state === 'pending' ? await deps.approveAt(row.id) : undefined
    return {
      token,
      id: row.id,
      action: row.action,
      summary: plan.summary,
      effects: plan.effects,
      ...(approveAt === undefined ? {} : { approveAt }),
      expiresAt: row.expiresAt,
      ...(isRefusal(row) && row.decision?.reason !== undefined ? { denialReason: row.decision.reason } : {}),
    }
  }

  const claimed = async (token: string, caller: Caller): Promise<ApprovalRow> => {
    await expireOverdue(store, clock.now())
    const found = isClaimToken(token) ? await store.approvalByClaim(hashClaimToken(token)) : undefined
    if (found === undefined || found.row.tenant !== tenant || found.row.caller !== caller.id) throw unknownApproval()
    return found.row
  }

  const check = async (token: string, caller: Caller): Promise<Checked> => {
    const row = await claimed(token, caller)
    const outcome = row.outcome === undefined ? undefined : publicOutcome(JSON.parse(row.outcome) as StoredOutcome)
    return { state: row.state, approval: await view(row, token), ...(outcome === undefined ? {} : { outcome }) }
  }

  /** Everything that goes into the store, and the token that goes to the caller. */
  const prepare = async (draft: PlanDraft, caller: Caller) => {
    const now = clock.now()
    const token = mintClaimToken(randomBytes)
    const id = mintApprovalId(randomBytes)
    const recent = await store.wasFactorRemoved(tenant, draft.target?.id ?? '', now - RECENT_REMOVAL_MS)
    const plan = sealPlan(draft, {
      id,
      token,
      requester: caller.description,
      principal: caller.principal,
      tenant: deps.tenant,
      recentRemoval: recent,
      clock,
      randomBytes,
    })
    const json = JSON.stringify(plan)
    const pepper = await store.pepper()
    const row: ApprovalRow = {
      id,
      tenant,
      caller: caller.id,
      action: draft.action,
      targetUserId: draft.target?.id ?? '',
      targetEmail: draft.target?.email ?? '',
      state: 'pending',
      plan: json,
      digest: digestOf(json),
      requestKey: requestKeyOf(draft, pepper),
      createdAt: now,
      expiresAt: now + PENDING_MS,
      failedAttempts: 0,
    }
    const claim = { tokenHash: hashClaimToken(token), approvalId: id, createdAt: now, codeKey: codePublicKeyOf(token) }
    return { token, row, claim, maskedPlan: JSON.stringify(maskPlan(plan)), shareKey: shareKeyOf(draft, pepper) }
  }

  const open = async (draft: PlanDraft, caller: Caller, policy: Policy): Promise<Asked> => {
    const { token, row, claim, maskedPlan, shareKey } = await prepare(draft, caller)
    const opened = await store.openApproval({
      row,
      claim,
      maskedPlan,
      ...(draft.secrets === undefined ? { shareKey } : {}),
      deniedSince: row.createdAt - DENIAL_MS,
      pendingPerUser: policy.limits.pendingPerUser,
      audit: requestedEvent(row, draft, caller),
    })
    if (opened.kind === 'denied') throw deniedRecently(opened.row)
    if (opened.kind === 'too_many') throw tooManyPending(draft, opened.pending)
    scheduleExpiry()
    const approval = await view(opened.kind === 'shared' ? opened.row : row, token)
    if (opened.kind === 'opened' && approval.approveAt !== undefined) deps.announce(approval.approveAt)
    return { kind: 'approval_required', approval }
  }

  /** For what nobody has to be asked about: stored, audited and run like everything else. */
  const runAtOnce = async (
    draft: PlanDraft,
    caller: Caller,
    decision: Decision,
    signal: AbortSignal,
  ): Promise<Asked> => {
    const { token, row, maskedPlan } = await prepare(draft, caller)
    const approved: ApprovalRow = { ...row, state: 'approved', decision, expiresAt: decision.at + START_MS }
    await store.insertApproved(approved, maskedPlan, {
      ...requestedEvent(row, draft, caller),
      kind: 'approval.not_needed',
      data: { ...requestedEvent(row, draft, caller).data, how: decision.how, by: decision.by },
    })
    const executed = await runner.start(approved, token, { signal })
    if (executed.kind === 'completed') return { kind: 'completed', action: draft.action, outcome: executed.outcome }
    throw new AppError(
      'ACTION_UNCERTAIN',
      'PingOne has not answered yet; whether the action was carried out is not known.',
      {
        next: "Call list_mfa_devices to see the user's devices.",
      },
    )
  }

  const scheduleExpiry = () => {
    const sweep = () => {
      expireOverdue(store, clock.now()).catch((error: unknown) => log.warn('sweep.failed', { error: messageOf(error) }))
    }
    setTimeout(sweep, PENDING_MS + 1000).unref()
  }

  return {
    async requireAllowed(judgedAs) {
      const { policy } = await policyInForce(deps.policy, (hash) => store.isPolicyAccepted(hash))
      requireEndpoint(policy, judgedAs)
    },

    async ask(given, caller, signal) {
      const said = maskReason(given)
      const draft: PlanDraft = { ...given, ...(said === undefined ? {} : { reason: said }) }
      await expireOverdue(store, clock.now())
      const { policy } = await policyInForce(deps.policy, (hash) => store.isPolicyAccepted(hash))
      if (draft.endpoint !== undefined) requireEndpoint(policy, draft.endpoint.judgedAs)
      const rule = ruleFor(policy, draft)
      const approvers = await store.approvers()
      if (!deps.canSignIn) requireApprover(approvers)
      const now = clock.now()
      // A code that is not there is typed by a person while approving, so somebody is asked whatever is open.
      if (rule.approval === 'none' && draft.needsCode !== true) {
        const reason = 'the accepted policy asks for no approval'
        return runAtOnce(draft, caller, { at: now, by: 'policy', how: 'policy', reason }, signal)
      }
      const cover = await covers.take(draft, caller, rule.assurance)
      if (cover !== undefined) {
        const decision: Decision = { at: now, by: `approval ${cover.approvalId}`, how: 'cover' }
        return covers.use(cover, () => runAtOnce(draft, caller, decision, signal))
      }
      requireAssurance(approvers, rule.assurance)
      return open(draft, caller, policy)
    },

    check,

    async waitForDecision(token, caller, waitMs, signal) {
      const until = clock.now() + waitMs
      const { id, state } = await claimed(token, caller)
      const sleeper = wakeUps.sleep(id)
      try {
        for (;;) {
          sleeper.again()
          const latest = await check(token, caller)
          const now = clock.now()
          if (!isUndecided(latest.state) || latest.state !== state || now >= until || signal.aborted) return latest
          const expiresAt = latest.state === 'pending' ? latest.approval.expiresAt : until
          await sleeper.rest(Math.min(until, Math.max(expiresAt, now + 1)), signal)
        }
      } finally {
        sleeper.leave()
      }
    },

    async execute(token, caller, options) {
      const row = await claimed(token, caller)
      if (row.state === 'pending') return { kind: 'pending', approval: await view(row, token) }
      if (isRefusal(row) || row.state === 'expired' || row.state === 'stale') throw notRunnable(row)
      const executed = await runner.start(row, token, options)
      return executed.kind === 'executing' ? { kind: 'executing', approval: await view(row, token) } : executed
    },

    idle: runner.idle,
  }
}

function isUndecided(state: ApprovalRow['state']): boolean {
  return state === 'pending' || state === 'executing'
}

function isRefusal(row: ApprovalRow): boolean {
  return row.state === 'denied' || row.state === 'cancelled'
}
