import type { Sent } from '../approval/world.ts'
import type { StepResult } from '../approval/outcome.ts'
import type { Plan, PlanStep } from '../approval/plan.ts'
import type { DeviceWitness } from '../approval/witness.ts'
import type { Secret } from '../lib/secret.ts'
import { type Device, deviceSchema, listDevices } from '../pingone/devices.ts'
import { PingOneError } from '../pingone/errors.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { readUser } from '../pingone/users.ts'
import { NOT_DONE, stepError } from './step-error.ts'
import { witnessOf } from './subject.ts'

export async function readDeviceWitness(
  client: PingOneClient,
  seen: DeviceWitness,
  signal: AbortSignal | undefined,
): Promise<DeviceWitness> {
  const [user, devices] = await Promise.all([
    readUser(client, seen.user.id, signal),
    listDevices(client, seen.user.id, signal),
  ])
  return witnessOf(user, devices)
}

/** Sends a step about a device; `unknown` where it may have been carried out. */
export async function sendDeviceStep(
  client: PingOneClient,
  step: PlanStep,
  secrets: Readonly<Record<string, Secret>>,
): Promise<Sent> {
  try {
    return await send(client, step, secrets)
  } catch (error) {
    if (!(error instanceof PingOneError)) throw error
    const { subject } = step
    if (step.kind === 'device.remove' && error.status === 404) return { result: 'already_gone', subject }
    return { result: error.delivery === 'unknown' ? 'unknown' : 'failed', subject, error: stepError(error) }
  }
}

async function send(
  client: PingOneClient,
  step: PlanStep,
  secrets: Readonly<Record<string, Secret>>,
): Promise<StepResult> {
  const { body, ...call } = step.call
  if (step.kind === 'device.remove') {
    await client.request(call)
    return { result: 'removed', subject: step.subject }
  }
  const whole: Record<string, unknown> = { ...(body as Record<string, unknown> | undefined) }
  for (const [field, secret] of Object.entries(secrets)) whole[field] = secret.reveal()
  const { data } = await client.request({ ...call, body: whole, schema: deviceSchema() })
  return step.kind === 'device.create' ? createdResult(data) : activatedResult(step, data)
}

function createdResult(created: Device): StepResult {
  const subject = { id: created.id, type: created.type, label: created.label }
  if (created.status === 'ACTIVATION_REQUIRED') return { result: 'created', subject }
  const message = `PingOne created the device as ${created.status} instead of ACTIVATION_REQUIRED.`
  return { result: 'created', subject, error: { code: 'PINGONE_UNEXPECTED_RESPONSE', message } }
}

function activatedResult({ subject }: PlanStep, device: Device): StepResult {
  if (device.status === 'ACTIVE') return { result: 'activated', subject }
  const message = `PingOne answered, but the device is ${device.status}.`
  return { result: 'failed', subject, error: { code: 'PINGONE_UNEXPECTED_RESPONSE', message } }
}

/** What the devices that are there now say about a step whose answer was lost. */
export async function deviceFate(client: PingOneClient, step: PlanStep, plan: Plan): Promise<StepResult> {
  const { subject } = step
  const { witness } = plan
  if (!('devices' in witness)) return { result: 'unknown', subject }
  const devices = await listDevices(client, witness.user.id)
  if (step.kind === 'device.create') {
    const phone = (step.call.body as { phone?: string } | undefined)?.phone
    const known = new Set(witness.devices.map(({ id }) => id))
    const created = devices.find((candidate) => candidate.phone === phone && !known.has(candidate.id))
    return created === undefined ? { result: 'failed', subject, error: NOT_DONE } : createdResult(created)
  }
  const current = devices.find(({ id }) => id === subject.id)
  if (step.kind === 'device.remove') {
    return current === undefined ? { result: 'removed', subject } : { result: 'failed', subject, error: NOT_DONE }
  }
  return current?.status === 'ACTIVE'
    ? { result: 'activated', subject }
    : { result: 'failed', subject, error: NOT_DONE }
}
