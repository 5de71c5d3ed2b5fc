import { visibleText } from '../lib/text.ts'
import type { ApprovalRow, Decision } from '../store/store.ts'
import { parsePlan } from './stored-plan.ts'
import { type Outcome, publicOutcome, type StoredOutcome } from './outcome.ts'
import { maskNumbers } from './mask-plan.ts'
import type { Plan, ShownRequest } from './plan.ts'

/**
 * What a person reads before deciding, and afterwards. Every text is plain and shows what is sent: characters that
 * cannot be seen stand there as code points. Terminal and page render the same sheet.
 */
export interface Sheet {
  id: string
  state: ApprovalRow['state']
  /** Of the plan: what an approval of this sheet is for. */
  digest: string
  action: string
  summary: string
  /** Whose account; undefined where it is about no user. */
  account: { email: string; username: string; id: string } | undefined
  /** What is typed to go on: the account's email, or its user name where it has none; else the endpoint's id. */
  confirmation: string
  /** Where. */
  environment: { name: string; type: string; isProduction: boolean; id: string; apiUrl: string }
  warnings: string[]
  effects: string[]
  /** What is left afterwards, a factor each; undefined where it is not about factors. */
  remaining: string[] | undefined
  /** What is sent to an endpoint, and what it changes. */
  request: ShownRequest | undefined
  /** What else the approval allows. */
  alsoCovers: string | undefined
  needsCode: boolean
  requester: string
  /** The model's own words, which nobody has verified. */
  reason: string | undefined
  requestedAt: number
  expiresAt: number
  decision: Decision | undefined
  outcome: Outcome | undefined
  note: string | undefined
}

/** `full` shows a number that is to be paired in full: only where the approval is given. */
export function sheetOf(row: ApprovalRow, { full }: { full: boolean }): Sheet {
  const plan = parsePlan(row)
  const shown = (texts: string[]) => texts.map((text) => visibleText(full ? text : maskNumbers(text)))
  return {
    id: row.id,
    state: row.state,
    digest: row.digest,
    action: row.action,
    summary: visibleText(plan.summary),
    account: accountOf(plan),
    confirmation: confirmationOf(plan),
    environment: environmentOf(plan),
    warnings: shown(plan.warnings),
    effects: shown(full ? plan.shown : plan.effects),
    remaining: plan.remaining === undefined ? undefined : shown(plan.remaining),
    request: requestOf(plan, shown),
    alsoCovers: plan.action === 'add_sms_device' ? COVER_SENTENCE : undefined,
    needsCode: plan.needsCode === true,
    requester: visibleText(plan.requester),
    reason: plan.reason === undefined ? undefined : visibleText(plan.reason),
    requestedAt: row.createdAt,
    expiresAt: row.expiresAt,
    decision: row.decision,
    outcome: row.outcome === undefined ? undefined : publicOutcome(JSON.parse(row.outcome) as StoredOutcome),
    note: row.note === undefined ? undefined : visibleText(row.note),
  }
}

function confirmationOf({ target, endpoint }: Plan): string {
  if (target === undefined) return endpoint?.id ?? ''
  return target.email === '' ? target.username : target.email
}

function accountOf({ target }: Plan): Sheet['account'] {
  if (target === undefined) return undefined
  return { email: visibleText(target.email), username: visibleText(target.username), id: target.id }
}

function requestOf({ request }: Plan, shown: (texts: string[]) => string[]): ShownRequest | undefined {
  if (request === undefined) return undefined
  return { ...request, path: visibleText(request.path), body: shown(request.body), changes: shown(request.changes) }
}

const COVER_SENTENCE =
  'Your approval also lets the same caller activate this one device with the code that it receives (3 tries, 30 minutes).'

function environmentOf({ environment, tenant }: Plan): Sheet['environment'] {
  const type = environment.type ?? 'of unknown type'
  return {
    name: visibleText(environment.name ?? 'name not readable'),
    type: visibleText(type),
    // Where it cannot be told, it is treated as production.
    isProduction: environment.type === undefined || environment.type === 'PRODUCTION',
    id: environment.id,
    apiUrl: tenant.apiUrl,
  }
}
