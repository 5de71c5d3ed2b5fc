import { isoTime } from '../lib/clock.ts'
import type { Call } from './call.ts'
import { environmentPath, link, userPath } from './hal.ts'
import type { SandboxDevice } from './records.ts'
import { keyUri } from './totp.ts'
import type { World } from './world.ts'

export function devicePath(world: World, device: SandboxDevice): string {
  return `${userPath(world, device.userId)}/devices/${device.id}`
}

/** A device as every read shows it. */
export function deviceView(world: World, call: Call, device: SandboxDevice) {
  const path = devicePath(world, device)
  const isPending = device.status === 'ACTIVATION_REQUIRED'
  return {
    _links: {
      self: link(call, path),
      environment: link(call, environmentPath(world)),
      user: link(call, userPath(world, device.userId)),
      ...(isPending && { [world.knobs.activateLinkName]: link(call, path) }),
    },
    id: device.id,
    environment: { id: world.tenant.environmentId },
    user: { id: device.userId },
    type: device.type,
    lock:
      device.lock === undefined
        ? { status: 'UNLOCKED' }
        : { status: 'LOCKED', expiresAt: isoTime(device.lock.expiresAt), reason: device.lock.reason },
    block:
      device.blockedAt === undefined
        ? { status: 'UNBLOCKED' }
        : { status: 'BLOCKED', blockedAt: isoTime(device.blockedAt) },
    status: device.status,
    ...(device.nickname !== undefined && { nickname: device.nickname }),
    createdAt: isoTime(device.createdAt),
    updatedAt: isoTime(device.updatedAt),
    ...(device.phone !== undefined && { phone: device.phone }),
    ...(device.extension !== undefined && { extension: device.extension }),
    ...(device.email !== undefined && { email: device.email }),
    ...(device.tokenType !== undefined && { tokenType: device.tokenType }),
    ...(device.rp !== undefined && { rp: device.rp }),
    ...(device.testMode === true && { testMode: true }),
  }
}

/** What only the answer to the creation tells: secrets of an authenticator app, options for a security key, a test code. */
export function creationView(world: World, call: Call, device: SandboxDevice) {
  const otp = device.testMode === true ? device.pending?.otp : undefined
  return {
    ...deviceView(world, call, device),
    ...(device.secret !== undefined && {
      secret: device.secret,
      keyUri: keyUri(device.secret, world.users.get(device.userId)?.username ?? device.userId),
    }),
    ...(device.rp !== undefined && {
      publicKeyCredentialCreationOptions: JSON.stringify({
        rp: device.rp,
        user: { id: [...device.userId].slice(0, 8).map((letter) => letter.codePointAt(0)) },
        challenge: Array.from({ length: 32 }, () => world.ids.below(256) - 128),
        pubKeyCredParams: [{ type: 'public-key', alg: '-7' }],
        timeout: 120_000,
        attestation: 'none',
      }),
    }),
    ...(otp !== undefined && { test: { otp: world.knobs.testOtp === 'number' ? Number(otp) : otp } }),
  }
}
