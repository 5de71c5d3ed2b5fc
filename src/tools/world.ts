import type { StepError, StepResult } from '../approval/outcome.ts'
import type { Plan, PlanStep } from '../approval/plan.ts'
import type { World } from '../approval/world.ts'
import { AppError } from '../lib/errors.ts'
import type { Secret } from '../lib/secret.ts'
import { type Device, deviceSchema, listDevices } from '../pingone/devices.ts'
import { PingOneError } from '../pingone/errors.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { readUser } from '../pingone/users.ts'
import { witnessOf } from './subject.ts'

/** PingOne as the executor sees it. */
export function createWorld(pingone: () => Promise<PingOneClient>): World {
  return {
    async readWitness(plan, signal) {
      const client = await pingone()
      const [user, devices] = await Promise.all([
        readUser(client, plan.target.id, signal),
        listDevices(client, plan.target.id, signal),
      ])
      return witnessOf(user, devices)
    },

    async carryOut(step, _plan, secrets) {
      try {
        return await send(await pingone(), step, secrets)
      } catch (error) {
        return toResult(step, error)
      }
    },

    async reconcile(step, plan) {
      try {
        return fateOf(step, plan, await listDevices(await pingone(), plan.target.id))
      } catch (error) {
        return { result: 'unknown', device: step.device, error: stepError(error) }
      }
    },
  }
}

async function send(
  client: PingOneClient,
  step: PlanStep,
  secrets: Readonly<Record<string, Secret>>,
): Promise<StepResult> {
  const { device } = step
  const { body, ...call } = step.call
  if (step.kind === 'device.remove') {
    await client.request(call)
    return { result: 'removed', device }
  }
  const whole: Record<string, unknown> = { ...(body as Record<string, unknown> | undefined) }
  for (const [field, secret] of Object.entries(secrets)) whole[field] = secret.reveal()
  const { data } = await client.request({ ...call, body: whole, schema: deviceSchema() })
  return step.kind === 'device.create' ? createdResult(data) : activatedResult(step, data)
}

function createdResult(created: Device): StepResult {
  const device = { id: created.id, type: created.type, label: created.label }
  if (created.status === 'ACTIVATION_REQUIRED') return { result: 'created', device }
  const message = `PingOne created the device as ${created.status} instead of ACTIVATION_REQUIRED.`
  return { result: 'created', device, error: { code: 'PINGONE_UNEXPECTED_RESPONSE', message } }
}

function activatedResult(step: PlanStep, device: Device): StepResult {
  if (device.status === 'ACTIVE') return { result: 'activated', device: step.device }
  const message = `PingOne answered, but the device is ${device.status}.`
  return { result: 'failed', device: step.device, error: { code: 'PINGONE_UNEXPECTED_RESPONSE', message } }
}

function toResult(step: PlanStep, error: unknown): StepResult {
  const { device } = step
  if (!(error instanceof PingOneError)) return { result: 'failed', device, error: stepError(error) }
  if (step.kind === 'device.remove' && error.status === 404) return { result: 'already_gone', device }
  return { result: error.delivery === 'unknown' ? 'unknown' : 'failed', device, error: stepError(error) }
}

function stepError(error: unknown): StepError {
  if (!(error instanceof AppError))
    return { code: 'INTERNAL_ERROR', message: 'Something went wrong inside this program.' }
  const { code, message, next, correlationId } = error
  return {
    code,
    message,
    ...(next === undefined ? {} : { next }),
    ...(correlationId === undefined ? {} : { correlationId }),
  }
}

const NOT_DONE: StepError = {
  code: 'PINGONE_UNAVAILABLE',
  message: "PingOne's answer was lost; reading again shows that it was not done.",
}

/** What the devices that are there now say about a step whose answer was lost. */
function fateOf(step: PlanStep, plan: Plan, devices: readonly Device[]): StepResult {
  const { device } = step
  if (step.kind === 'device.create') {
    const phone = (step.call.body as { phone?: string } | undefined)?.phone
    const known = new Set(plan.witness.devices.map(({ id }) => id))
    const created = devices.find((candidate) => candidate.phone === phone && !known.has(candidate.id))
    return created === undefined ? { result: 'failed', device, error: NOT_DONE } : createdResult(created)
  }
  const current = devices.find(({ id }) => id === device.id)
  if (step.kind === 'device.remove') {
    return current === undefined ? { result: 'removed', device } : { result: 'failed', device, error: NOT_DONE }
  }
  return current?.status === 'ACTIVE' ? { result: 'activated', device } : { result: 'failed', device, error: NOT_DONE }
}
