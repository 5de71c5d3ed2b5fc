import type { PingOneCall } from '../lib/call.ts'
import { maskPhone } from '../lib/text.ts'
import type { Plan, PlanDraft, PlanStep, ShownRequest } from './plan.ts'

/** What of a plan may stand at rest, in the log, and once it can no longer run. */

/** Numbers masked, nothing sealed, nothing to guess from. */
export function maskPlan(plan: Plan): Plan {
  const numbers = numbersOf(plan.steps)
  return {
    ...plan,
    nonce: '',
    shown: plan.effects,
    steps: plan.steps.map(({ sealed: _sealed, ...step }) => ({ ...step, call: maskCall(step.call, numbers) })),
    warnings: plan.warnings.map(maskNumbers),
    ...(plan.request === undefined ? {} : { request: maskRequest(plan.request, numbers) }),
  }
}

/** What the model says why, without the codes and the number that the plan keeps apart. */
export function maskReason({ reason, secrets = [], steps }: PlanDraft): string | undefined {
  let text = reason
  for (const { value } of secrets) text = text?.replaceAll(value.reveal(), '••••')
  return text === undefined ? undefined : maskText(text, numbersOf(steps))
}

/** Replaces every E.164 number in a text by its masked form. */
export function maskNumbers(text: string): string {
  return text.replace(/\+\d{8,15}/g, maskPhone)
}

const SHORTEST_NUMBER = 7
const WRITTEN_NUMBER = /\+?\d(?:[\s()./\u2010-\u2015-]{0,3}\d){6,18}/g

/** Masks these numbers, however they are written: with blanks, or without their country code. */
function maskText(text: string, numbers: readonly string[]): string {
  const isOneOf = (found: string) => {
    const digits = found.replace(/\D/g, '').replace(/^0+/, '')
    return digits.length >= SHORTEST_NUMBER && numbers.some((number) => number.endsWith(digits))
  }
  return maskNumbers(text).replace(WRITTEN_NUMBER, (found) => (isOneOf(found) ? maskPhone(found) : found))
}

/** Digits of the numbers that the steps send. */
function numbersOf(steps: readonly PlanStep[]): string[] {
  const bodies = steps.map(({ call }) => JSON.stringify(call.body ?? null)).join('\n')
  return [...bodies.matchAll(/\+(\d{8,15})/g)].map(([, digits = '']) => digits)
}

function maskRequest(request: ShownRequest, numbers: readonly string[]): ShownRequest {
  const masked = (lines: readonly string[]) => lines.map((line) => maskText(line, numbers))
  return { ...request, body: masked(request.body), changes: masked(request.changes) }
}

function maskCall(call: PingOneCall, numbers: readonly string[]): PingOneCall {
  return call.body === undefined ? call : { ...call, body: maskValue(call.body, numbers) }
}

function maskValue(value: unknown, numbers: readonly string[]): unknown {
  if (typeof value === 'string') return maskText(value, numbers)
  if (Array.isArray(value)) return value.map((inner) => maskValue(inner, numbers))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskValue(inner, numbers)]))
}
