import { z } from 'zod'
import { attemptsOf, otpRulesOf, startActivation } from './activation.ts'
import type { Call, Reply } from './call.ts'
import { parseBody, tolerateBody, VENDOR } from './call.ts'
import { checkDeviceLimit } from './device-create.ts'
import { deviceView } from './device-view.ts'
import { ok } from './hal.ts'
import { invalidData, requiredValue, unsupportedMediaType } from './problems.ts'
import type { ChangeAction, PendingActivation, SandboxDevice } from './records.ts'
import { spanMs } from './settings.ts'
import { isTotpCode } from './totp.ts'
import type { World } from './world.ts'
import { joinOrder } from './world.ts'

const ActivateBody = z.object({
  otp: z.string().optional(),
  oathResync: z.boolean().optional(),
  origin: z.string().optional(),
  attestation: z.string().optional(),
})
type ActivateBody = z.output<typeof ActivateBody>

function notPending() {
  return invalidData('INVALID_VALUE', 'status', 'The device does not wait for an activation')
}

function rejectedOtp(world: World, message: string, attemptsRemaining: number) {
  const innerError = world.knobs.showAttemptsRemaining ? { attemptsRemaining } : undefined
  return invalidData(world.knobs.wrongOtpDetail, 'otp', message, innerError)
}

/** Attempts come back after the cool-down that the policy names. */
function settleAttempts(world: World, device: SandboxDevice, pending: PendingActivation): void {
  const coolDown = otpRulesOf(world, device)?.failure.coolDown
  if (pending.exhaustedAt === undefined || coolDown === undefined) return
  if (pending.exhaustedAt + spanMs(coolDown) > world.now()) return
  pending.exhaustedAt = undefined
  pending.attemptsLeft = attemptsOf(world, device)
}

function checkOtp(world: World, device: SandboxDevice, pending: PendingActivation, otp: string | undefined): void {
  if (otp === undefined || otp === '') throw requiredValue('otp')
  settleAttempts(world, device, pending)
  if (pending.attemptsLeft === 0) throw rejectedOtp(world, 'Too many wrong codes.', 0)
  const lifeTime = otpRulesOf(world, device)?.lifeTime
  if (lifeTime !== undefined && pending.sentAt + spanMs(lifeTime) <= world.now()) {
    throw rejectedOtp(world, 'The code has expired.', pending.attemptsLeft)
  }
  const isRight = device.secret === undefined ? otp === pending.otp : isTotpCode(device.secret, otp, world.now())
  if (isRight) return
  pending.attemptsLeft -= 1
  if (pending.attemptsLeft === 0) pending.exhaustedAt = world.now()
  throw rejectedOtp(world, 'Invalid OTP.', pending.attemptsLeft)
}

function checkAttestation({ origin, attestation }: ActivateBody): void {
  if (origin === undefined) throw requiredValue('origin')
  if (attestation === undefined) throw requiredValue('attestation')
  try {
    JSON.parse(attestation)
  } catch {
    throw invalidData('INVALID_VALUE', 'attestation', 'attestation is not JSON')
  }
}

function activate(world: World, call: Call, device: SandboxDevice): void {
  const body = parseBody(call, ActivateBody)
  const { pending } = device
  if (device.status === 'ACTIVE' || pending === undefined) throw notPending()
  if (world.knobs.limitAtActivation) checkDeviceLimit(world, device.userId)
  if (device.type === 'FIDO2') checkAttestation(body)
  else checkOtp(world, device, pending, body.otp)
  if (body.oathResync === true && device.type === 'OATH_TOKEN' && pending.resyncStarted !== true) {
    pending.resyncStarted = true
    throw invalidData('EXTRA_OTP_REQUIRED', 'otp', 'An extra OTP is required')
  }
  device.status = 'ACTIVE'
  device.pending = undefined
  joinOrder(world, device)
}

function resend(world: World, call: Call, device: SandboxDevice): void {
  tolerateBody(call)
  if (device.pending?.otp === undefined || device.type === 'OATH_TOKEN') throw notPending()
  device.pending = startActivation(world, device)
}

interface DeviceAction {
  name: ChangeAction
  run(world: World, call: Call, device: SandboxDevice): void
}

const ACTIONS: Readonly<Record<string, DeviceAction>> = {
  [`${VENDOR}device.activate+json`]: { name: 'device.activate', run: activate },
  [`${VENDOR}device.sendactivationcode+json`]: { name: 'device.resend', run: resend },
  [`${VENDOR}device.block+json`]: {
    name: 'device.block',
    run: (world, call, device) => {
      tolerateBody(call)
      device.blockedAt ??= world.now()
    },
  },
  [`${VENDOR}device.unblock+json`]: {
    name: 'device.unblock',
    run: (_world, call, device) => {
      tolerateBody(call)
      device.blockedAt = undefined
    },
  },
  [`${VENDOR}device.unlock+json`]: {
    name: 'device.unlock',
    run: (_world, call, device) => {
      tolerateBody(call)
      device.lock = undefined
    },
  },
}

/** `POST /devices/{id}`: the media type alone says what is to be done. JSON as such means nothing here. */
export function actOnDevice(world: World, call: Call, device: SandboxDevice): Reply {
  const action = Object.hasOwn(ACTIONS, call.contentType) ? ACTIONS[call.contentType] : undefined
  if (action === undefined) throw unsupportedMediaType()
  action.run(world, call, device)
  device.updatedAt = world.now()
  world.recordChange(call, action.name, { userId: device.userId, deviceId: device.id })
  return ok(deviceView(world, call, device))
}
