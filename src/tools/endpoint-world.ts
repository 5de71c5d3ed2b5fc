import type { StepResult } from '../approval/outcome.ts'
import type { Plan, PlanStep } from '../approval/plan.ts'
import type { ResourceWitness } from '../approval/witness.ts'
import type { Sent } from '../approval/world.ts'
import type { Secret } from '../lib/secret.ts'
import { PingOneError } from '../pingone/errors.ts'
import { maskAnswer } from '../pingone/mask-answer.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { readUser } from '../pingone/users.ts'
import { withSecrets } from './body-secrets.ts'
import { fittingFields } from './read-page.ts'
import { fieldsOf, readResource } from './resource.ts'
import { NOT_DONE, stepError } from './step-error.ts'

export async function readResourceWitness(
  client: PingOneClient,
  seen: ResourceWitness,
  signal: AbortSignal | undefined,
): Promise<ResourceWitness> {
  const [user, resource] = await Promise.all([
    seen.user === undefined ? undefined : readUser(client, seen.user.id, signal),
    seen.resource === undefined ? undefined : readResource(client, seen.resource.path, signal),
  ])
  return {
    ...(user === undefined ? {} : { user: { id: user.id, email: user.email, enabled: user.enabled } }),
    ...(resource === undefined ? {} : { resource: withoutValue(resource) }),
  }
}

function withoutValue({ value: _value, ...resource }: Awaited<ReturnType<typeof readResource>>) {
  return resource
}

/** Sends a call to an endpoint. The answer is kept masked; with its secrets only the waiting call gets it. */
export async function sendEndpointStep(
  client: PingOneClient,
  step: PlanStep,
  { secrets, isSensitive }: { secrets: Readonly<Record<string, Secret>>; isSensitive: boolean },
): Promise<Sent> {
  const { subject, call } = step
  try {
    const body = call.body === undefined ? undefined : withSecrets(call.body, secrets)
    const { status, data } = await client.request({ ...call, ...(body === undefined ? {} : { body }) })
    if (data === undefined || data === null) return { result: 'done', subject, response: { status } }
    const options = { path: call.path, isSensitive }
    const shaped = (keepSecrets: boolean) => fittingFields(maskAnswer(data, { ...options, keepSecrets })).data
    return { result: 'done', subject, response: { status, data: shaped(false) }, handout: shaped(true) }
  } catch (error) {
    if (!(error instanceof PingOneError)) throw error
    const isUnknown = error.delivery === 'unknown' && call.method !== 'GET'
    const response = error.status === undefined ? {} : { response: { status: error.status } }
    return { result: isUnknown ? 'unknown' : 'failed', subject, ...response, error: stepError(error) }
  }
}

/** What the resource's own GET says about a call whose answer was lost. */
export async function endpointFate(client: PingOneClient, step: PlanStep, plan: Plan): Promise<StepResult> {
  const { subject, call } = step
  if (call.method === 'GET') return { result: 'failed', subject, error: NOT_DONE }
  const seen = 'devices' in plan.witness ? undefined : plan.witness.resource
  if (seen === undefined) return { result: 'unknown', subject }
  const now = await readResource(client, seen.path)
  if (call.method === 'DELETE') {
    return now.digest === undefined ? { result: 'done', subject } : { result: 'failed', subject, error: NOT_DONE }
  }
  if (now.digest === seen.digest) return { result: 'failed', subject, error: NOT_DONE }
  return isAsSent(maskAnswer(call.body, { path: seen.path }), now.fields)
    ? { result: 'done', subject }
    : { result: 'unknown', subject }
}

/** True where every value that was sent stands there now. */
function isAsSent(body: unknown, now: Record<string, string>): boolean {
  const sent = Object.entries(fieldsOf(body))
  return sent.length > 0 && sent.every(([name, value]) => now[name] === value)
}
