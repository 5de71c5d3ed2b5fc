import type { Clock } from '../lib/clock.ts'
import { isoTime } from '../lib/clock.ts'
import type { Call } from './call.ts'
import type { SandboxKnobs } from './knobs.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type {
  Change,
  ChangeAction,
  ChangeSubject,
  PhoneMessage,
  SandboxDevice,
  SandboxPairingKey,
  SandboxPopulation,
  SandboxTenant,
  SandboxUser,
} from './records.ts'
import type { DevicePolicy, MfaSettings } from './settings.ts'
import { createPolicy, defaultMfaSettings } from './settings.ts'
import type { Directory } from './directory.ts'
import { createDirectory, settleDirectory } from './directory.ts'

interface AccessToken {
  clientId: string
  expiresAt: number
}

/** Everything that the tenant knows, as plain mutable data: what the routes read and change. */
export interface World extends Directory {
  tenant: SandboxTenant
  environmentUpdatedAt: number
  knobs: SandboxKnobs
  mfaSettings: MfaSettings
  readonly policies: DevicePolicy[]
  readonly populations: SandboxPopulation[]
  readonly users: Map<string, SandboxUser>
  readonly devices: Map<string, SandboxDevice>
  /** Per user the ids of the activated devices; the first one is the default. */
  readonly orders: Map<string, string[]>
  readonly pairingKeys: Map<string, SandboxPairingKey>
  /** Ids of devices that once were, for the knob about a second DELETE. */
  readonly removedDevices: Set<string>
  readonly tokens: Map<string, AccessToken>
  readonly changes: Change[]
  readonly messages: PhoneMessage[]
  readonly ids: Random
  readonly codes: Random
  /** The tenant's own time. */
  now(): number
  /** The time that callers live by too, without what the tenant's clock was moved forward. */
  sharedNow(): number
  /** Moves the tenant's own clock forward. */
  advance(ms: number): void
  nextSequence(): number
  recordChange(call: Call, action: ChangeAction, subject?: ChangeSubject): void
  send(message: PhoneMessage): void
}

export interface WorldOptions {
  seed: number
  clock: Clock
  tenant: SandboxTenant
  knobs: SandboxKnobs
  onMessage: (message: PhoneMessage) => void
}

const KEPT_MESSAGES = 200

export function createWorld({ seed, clock, tenant, knobs, onMessage }: WorldOptions): World {
  const ids = createRandom(seed, 'ids')
  const seeded = createRandom(seed, 'policies')
  const changes: Change[] = []
  const messages: PhoneMessage[] = []
  let advancedMs = 0
  let sequence = 0
  const now = () => clock.now() + advancedMs
  return {
    tenant,
    environmentUpdatedAt: Date.parse('2026-06-18T14:40:12.000Z'),
    knobs,
    ...createDirectory(),
    mfaSettings: defaultMfaSettings(now()),
    policies: [
      createPolicy(seeded.uuid(), 'Default MFA Policy', true, now()),
      createPolicy(seeded.uuid(), 'Contractors', false, now()),
    ],
    populations: [],
    users: new Map(),
    devices: new Map(),
    orders: new Map(),
    pairingKeys: new Map(),
    removedDevices: new Set(),
    tokens: new Map(),
    changes,
    messages,
    ids,
    codes: createRandom(seed, 'codes'),
    now,
    sharedNow: () => clock.now(),
    advance: (ms) => {
      advancedMs += ms
    },
    nextSequence: () => (sequence += 1),
    recordChange: ({ method, path, correlationId }, action, subject = {}) => {
      changes.push({ at: isoTime(now()), method, path, action, correlationId, ...subject })
    },
    send: (message) => {
      messages.push(message)
      if (messages.length > KEPT_MESSAGES) messages.shift()
      onMessage(message)
    },
  }
}

export function devicesOf(world: World, userId: string): SandboxDevice[] {
  return [...world.devices.values()].filter((device) => device.userId === userId)
}

export function orderOf(world: World, userId: string): string[] {
  return world.orders.get(userId) ?? []
}

/** Active devices in their order, then the pending ones, which have none. */
export function devicesInOrder(world: World, userId: string): SandboxDevice[] {
  const order = orderOf(world, userId)
  const rank = (device: SandboxDevice): number => {
    const index = order.indexOf(device.id)
    return index < 0 ? order.length : index
  }
  return devicesOf(world, userId).toSorted((a, b) => rank(a) - rank(b))
}

export function joinOrder(world: World, device: SandboxDevice): void {
  world.orders.set(device.userId, [...orderOf(world, device.userId), device.id])
}

/** Takes the device away; the next in order becomes the default. */
export function dropDevice(world: World, device: SandboxDevice): void {
  world.devices.delete(device.id)
  world.removedDevices.add(device.id)
  const order = orderOf(world, device.userId)
  world.orders.set(
    device.userId,
    order.filter((id) => id !== device.id),
  )
}

/** Lets time have its effect: old pending devices vanish, locks open. */
export function settleTime(world: World): void {
  const now = world.now()
  for (const device of world.devices.values()) {
    if (device.status === 'ACTIVATION_REQUIRED' && device.createdAt + world.knobs.pendingLifetimeMs <= now) {
      dropDevice(world, device)
    }
    if (device.lock !== undefined && device.lock.expiresAt <= now) device.lock = undefined
  }
  settleDirectory(world, now)
}
