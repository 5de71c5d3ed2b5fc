import { z } from 'zod'
import { methodOf, policyOf, startActivation } from './activation.ts'
import type { Call, Reply } from './call.ts'
import { parseBody } from './call.ts'
import { creationView, devicePath } from './device-view.ts'
import { href } from './hal.ts'
import { parsePhone } from './phone.ts'
import { invalidData, limitExceeded, requiredValue } from './problems.ts'
import type { DeviceType, SandboxDevice, SandboxUser } from './records.ts'
import { DEVICE_TYPES } from './records.ts'
import { BASE32 } from './totp.ts'
import type { World } from './world.ts'
import { devicesOf, joinOrder } from './world.ts'

const MOST_PENDING = 50
const SENT_BY_CODE: readonly DeviceType[] = ['SMS', 'VOICE', 'EMAIL', 'WHATSAPP']
const CREATABLE = DEVICE_TYPES.filter((type) => type !== 'MOBILE')

/** Unknown members are passed over, as PingOne does. */
const CreateBody = z.object({
  type: z.string(),
  phone: z.string().optional(),
  extension: z
    .string()
    .regex(/^[\d,#*]+$/)
    .optional(),
  email: z.string().max(256).optional(),
  nickname: z.string().max(100).optional(),
  status: z.enum(['ACTIVE', 'ACTIVATION_REQUIRED']).optional(),
  policy: z.object({ id: z.string() }).optional(),
  testMode: z.boolean().optional(),
  tokenType: z.enum(['HOTP', 'TOTP']).optional(),
  rp: z.object({ id: z.string(), name: z.string() }).optional(),
})
type CreateBody = z.output<typeof CreateBody>

function creatableType(world: World, body: CreateBody): { type: DeviceType; policyId: string } {
  const type = CREATABLE.find((known) => known === body.type)
  if (type === undefined) {
    throw invalidData('INVALID_VALUE', 'type', 'A device of this type cannot be created', { allowedValues: CREATABLE })
  }
  const policy = policyOf(world, body.policy?.id)
  if (policy === undefined) throw invalidData('INVALID_VALUE', 'policy.id', 'There is no such policy')
  const method = methodOf(policy, type)
  if (!method.enabled || method.pairingDisabled) {
    throw invalidData('INVALID_VALUE', 'type', 'The policy does not let devices of this type be paired')
  }
  return { type, policyId: policy.id }
}

function addressOf(world: World, user: SandboxUser, type: DeviceType, body: CreateBody): Partial<SandboxDevice> {
  if (type === 'EMAIL') {
    if (body.email === undefined) throw requiredValue('email')
    if (!/^[^\s@]+@[^\s@]+$/.test(body.email)) throw invalidData('INVALID_VALUE', 'email', 'email is no address')
    return { email: body.email }
  }
  if (type !== 'SMS' && type !== 'VOICE' && type !== 'WHATSAPP') return {}
  if (body.phone === undefined) throw requiredValue('phone')
  const phone = parsePhone(body.phone, type)
  if (phone === undefined) throw invalidData('INVALID_VALUE', 'phone', 'phone is no international number')
  if (body.extension !== undefined && !(type === 'VOICE' && world.mfaSettings.phoneExtensions.enabled)) {
    throw invalidData('INVALID_VALUE', 'extension', 'extension is not enabled')
  }
  const shown = world.knobs.normalisePhones ? phone : body.phone
  const isTaken = devicesOf(world, user.id).some((device) => device.type === type && device.phone === shown)
  if (isTaken && world.knobs.duplicatePhones === 'refused') {
    throw invalidData('UNIQUENESS_VIOLATION', 'phone', 'There is a device with this number already')
  }
  return { phone: shown, extension: body.extension }
}

/** Refuses what would exceed the limit on active (and blocked) devices, or on pending ones. */
export function checkDeviceLimit(world: World, userId: string): void {
  const { maxAllowedDevices } = world.mfaSettings.pairing
  const paired = devicesOf(world, userId).filter((device) => device.status === 'ACTIVE')
  if (paired.length >= maxAllowedDevices) {
    throw limitExceeded('Maximum allowed devices has been reached', maxAllowedDevices)
  }
}

function checkPendingLimit(world: World, userId: string): void {
  const pending = devicesOf(world, userId).filter((device) => device.status === 'ACTIVATION_REQUIRED')
  if (pending.length >= MOST_PENDING) {
    throw limitExceeded('Maximum devices that wait for activation has been reached', MOST_PENDING)
  }
}

/** Without a `status` in the body a device that is reached by a code is active at once, and no code is sent. */
function statusOf(world: World, type: DeviceType, body: CreateBody): SandboxDevice['status'] {
  if (!SENT_BY_CODE.includes(type) && world.knobs.registrationAlwaysPending) return 'ACTIVATION_REQUIRED'
  return body.status ?? 'ACTIVE'
}

/** PingOne: Create MFA User Device, for every type but MOBILE, which pairs by a key. */
export function createDevice(world: World, call: Call, user: SandboxUser): Reply {
  const body = parseBody(call, CreateBody)
  const { type, policyId } = creatableType(world, body)
  const address = addressOf(world, user, type, body)
  checkDeviceLimit(world, user.id)
  const status = statusOf(world, type, body)
  if (status === 'ACTIVATION_REQUIRED') checkPendingLimit(world, user.id)

  const now = world.now()
  const device: SandboxDevice = {
    id: world.ids.uuid(),
    userId: user.id,
    type,
    status,
    nickname: body.nickname === '' ? undefined : body.nickname,
    ...address,
    testMode: SENT_BY_CODE.includes(type) ? body.testMode : undefined,
    tokenType: type === 'OATH_TOKEN' ? (body.tokenType ?? 'TOTP') : undefined,
    rp: type === 'FIDO2' ? (body.rp ?? { id: 'sandbox.example', name: world.tenant.environmentName }) : undefined,
    secret: type === 'TOTP' ? world.ids.characters(32, BASE32) : undefined,
    policyId,
    createdAt: now,
    updatedAt: now,
  }
  world.devices.set(device.id, device)
  world.recordChange(call, 'device.create', { userId: user.id, deviceId: device.id })
  if (status === 'ACTIVE') joinOrder(world, device)
  else device.pending = startActivation(world, device)
  return {
    status: world.knobs.createStatus,
    body: creationView(world, call, device),
    headers: { location: href(call, devicePath(world, device)) },
  }
}
