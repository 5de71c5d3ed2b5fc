import type { PendingActivation, SandboxDevice } from './records.ts'
import type { DevicePolicy, PolicyMethodName } from './settings.ts'
import type { World } from './world.ts'

const METHOD_OF_TYPE = {
  SMS: 'sms',
  VOICE: 'voice',
  EMAIL: 'email',
  WHATSAPP: 'whatsApp',
  TOTP: 'totp',
  FIDO2: 'fido2',
  MOBILE: 'mobile',
  OATH_TOKEN: 'oathToken',
} as const satisfies Record<SandboxDevice['type'], PolicyMethodName>

const DEFAULT_ATTEMPTS = 3

export function methodOf(policy: DevicePolicy, type: SandboxDevice['type']) {
  return policy.methods[METHOD_OF_TYPE[type]]
}

export function policyOf(world: World, id: string | undefined): DevicePolicy | undefined {
  return world.policies.find((policy) => (id === undefined ? policy.default : policy.id === id))
}

export function otpRulesOf(world: World, device: SandboxDevice) {
  const policy = policyOf(world, device.policyId)
  return policy === undefined ? undefined : methodOf(policy, device.type).otp
}

export function attemptsOf(world: World, device: SandboxDevice): number {
  return otpRulesOf(world, device)?.failure.count ?? DEFAULT_ATTEMPTS
}

function addressOf(device: SandboxDevice): { channel: 'SMS' | 'VOICE' | 'EMAIL' | 'WHATSAPP'; to: string } | undefined {
  const { type } = device
  if (type === 'EMAIL') return { channel: type, to: device.email ?? '' }
  if (type === 'SMS' || type === 'VOICE' || type === 'WHATSAPP') return { channel: type, to: device.phone ?? '' }
  return undefined
}

/** A fresh code with fresh attempts. It goes to the phone or inbox, except in test mode. */
export function startActivation(world: World, device: SandboxDevice): PendingActivation {
  const sentAt = world.now()
  const attemptsLeft = attemptsOf(world, device)
  const address = addressOf(device)
  if (address === undefined) {
    const otp = device.type === 'OATH_TOKEN' ? world.codes.digits(8) : undefined
    return { otp, sentAt, attemptsLeft }
  }
  const otp = world.codes.digits(otpRulesOf(world, device)?.otpLength ?? 6)
  if (device.testMode !== true) {
    const text = `${otp} is your code to pair this device with ${world.tenant.environmentName}.`
    world.send({ ...address, userId: device.userId, deviceId: device.id, text, otp })
  }
  return { otp, sentAt, attemptsLeft }
}
