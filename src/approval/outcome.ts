import type { ErrorCode } from '../lib/errors.ts'
import type { ApprovalState } from '../store/approval-state.ts'
import type { Plan, StepSubject } from './plan.ts'

export type StepResultKind = 'removed' | 'already_gone' | 'created' | 'activated' | 'done' | 'failed' | 'unknown'

export interface StepError {
  code: ErrorCode
  message: string
  /** What PingOne's own refusal leads to. */
  next?: string
  correlationId?: string
}

/** How one step ended, as it is stored. */
export interface StepResult {
  result: StepResultKind
  subject: StepSubject
  /** What an endpoint answered, secrets masked. */
  response?: { status: number; data?: unknown }
  error?: StepError
}

/** What a caller gets of a run: the same from the call that ran it, from a replay and from `check_approval`. */
interface DeviceOutcome {
  user: { id: string; email: string }
  devices: { id?: string; type: string; label: string; result: StepResultKind; error?: string }[]
}

export interface EndpointOutcome {
  request: { method: string; path: string }
  /** PingOne's HTTP status; absent where there was no answer. */
  status?: number
  data?: unknown
  error?: string
}

export type Outcome = DeviceOutcome | EndpointOutcome

export interface StoredOutcome {
  user?: { id: string; email: string }
  /** Of a call to an endpoint. */
  request?: { method: string; path: string }
  steps: StepResult[]
}

/** How the steps of a plan ended, with what they were about. */
export function storedOutcome({ target, endpoint, steps: [first] }: Plan, steps: StepResult[]): StoredOutcome {
  const request = endpoint === undefined || first === undefined ? undefined : first.call
  return {
    ...(target === undefined ? {} : { user: { id: target.id, email: target.email } }),
    ...(request === undefined ? {} : { request: { method: request.method, path: request.path } }),
    steps,
  }
}

/** Of a step that a process did not come to before it ended. */
export function neverBegun(subject: StepSubject): StepResult {
  const message = 'This step was never begun: the process that ran the plan ended before it.'
  return { result: 'failed', subject, error: { code: 'INTERNAL_ERROR', message } }
}

export type FinalState = Extract<ApprovalState, 'succeeded' | 'partial' | 'failed' | 'uncertain'>

export function finalStateOf(steps: readonly StepResult[]): FinalState {
  if (steps.some((step) => step.result === 'unknown')) return 'uncertain'
  const failed = steps.filter((step) => step.result === 'failed').length
  if (failed === 0) return 'succeeded'
  return failed === steps.length ? 'failed' : 'partial'
}

/** `handout` is what only the call that carried it out gets: an answer with its secrets. */
export function publicOutcome({ user, request, steps }: StoredOutcome, handout?: unknown): Outcome {
  if (request !== undefined) return endpointOutcome(request, steps[0], handout)
  return {
    user: user ?? { id: '', email: '' },
    devices: steps.map(({ subject, result, error }) => ({
      ...subject,
      result,
      ...(error === undefined ? {} : { error: errorSentence(error) }),
    })),
  }
}

function endpointOutcome(
  request: EndpointOutcome['request'],
  step: StepResult | undefined,
  handout: unknown,
): EndpointOutcome {
  const data = handout ?? step?.response?.data
  return {
    request,
    ...(step?.response === undefined ? {} : { status: step.response.status }),
    ...(data === undefined ? {} : { data }),
    ...(step?.error === undefined ? {} : { error: errorSentence(step.error) }),
  }
}

export function errorSentence({ code, message, correlationId }: StepError): string {
  return `${code}: ${message}${correlationId === undefined ? '' : ` (correlation id ${correlationId})`}`
}

// Where PingOne refuses the only step for a reason with a code of its own, that code stands for the whole action.
const OWN_CODES: readonly ErrorCode[] = ['DEVICE_LIMIT_REACHED', 'OTP_REJECTED', 'RATE_LIMITED']

/** The code of a run that did not succeed. */
export function failureCode(state: Exclude<FinalState, 'succeeded'>, steps: readonly StepResult[]): ErrorCode {
  if (state === 'partial') return 'ACTION_PARTIAL'
  if (state === 'uncertain') return 'ACTION_UNCERTAIN'
  const code = steps.length === 1 ? steps[0]?.error?.code : undefined
  return code !== undefined && OWN_CODES.includes(code) ? code : 'ACTION_FAILED'
}
