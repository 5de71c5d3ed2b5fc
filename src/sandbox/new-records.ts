import { attemptsOf, policyOf } from './activation.ts'
import type { SandboxApplication, SandboxGroup } from './directory.ts'
import type { DeviceType, SandboxDevice, SandboxUser } from './records.ts'
import type { RoleName } from './roles.ts'
import { BASE32 } from './totp.ts'
import type { World } from './world.ts'
import { joinOrder } from './world.ts'

export interface NewUser {
  email: string
  id?: string | undefined
  username?: string | undefined
  name?: { given: string; family: string } | undefined
  populationId?: string | undefined
  enabled?: boolean | undefined
  mfaEnabled?: boolean | undefined
  mobilePhone?: string | undefined
  roles?: readonly RoleName[] | undefined
  createdAt?: number | undefined
  lastSignOnAt?: number | undefined
}

export interface NewDevice {
  type: DeviceType
  id?: string | undefined
  status?: SandboxDevice['status'] | undefined
  nickname?: string | undefined
  phone?: string | undefined
  email?: string | undefined
  createdAt?: number | undefined
}

export function roleAssignmentsOf(world: World, roles: readonly RoleName[]): SandboxUser['roleAssignments'] {
  const scope = { id: world.tenant.environmentId, type: 'ENVIRONMENT' as const }
  return roles.map((role) => ({ id: world.ids.uuid(), role, scope }))
}

/** A user who simply is there: nothing is recorded as a change. */
export function createUserRecord(world: World, given: NewUser): SandboxUser {
  const createdAt = given.createdAt ?? world.now()
  const user: SandboxUser = {
    id: given.id ?? world.ids.uuid(),
    sequence: world.nextSequence(),
    email: given.email,
    username: given.username ?? given.email.split('@', 1)[0] ?? given.email,
    name: given.name ?? { given: 'Sample', family: 'Person' },
    profile: {},
    populationId: given.populationId ?? world.populations.find(({ isDefault }) => isDefault)?.id ?? '',
    enabled: given.enabled ?? true,
    mfaEnabled: given.mfaEnabled ?? true,
    mobilePhone: given.mobilePhone,
    createdAt,
    updatedAt: createdAt,
    lastSignOnAt: given.lastSignOnAt,
    roleAssignments: roleAssignmentsOf(world, given.roles ?? []),
  }
  world.users.set(user.id, user)
  return user
}

export interface NewGroup extends Partial<Omit<SandboxGroup, 'sequence' | 'updatedAt'>> {
  name: string
}

/** A group that simply is there. */
export function createGroupRecord(world: World, given: NewGroup): SandboxGroup {
  const createdAt = given.createdAt ?? world.now()
  const group: SandboxGroup = {
    userIds: [],
    memberOfGroups: [],
    roleAssignments: [],
    ...given,
    id: given.id ?? world.ids.uuid(),
    sequence: world.nextSequence(),
    createdAt,
    updatedAt: createdAt,
  }
  world.groups.set(group.id, group)
  return group
}

export interface NewApplication extends Partial<Omit<SandboxApplication, 'config' | 'updatedAt'>> {
  config: SandboxApplication['config']
}

/** An application that simply is there. */
export function createApplicationRecord(world: World, given: NewApplication): SandboxApplication {
  const createdAt = given.createdAt ?? world.now()
  const application: SandboxApplication = {
    roleAssignments: [],
    ...given,
    id: given.id ?? world.ids.uuid(),
    createdAt,
    updatedAt: createdAt,
  }
  world.applications.set(application.id, application)
  return application
}

/** A device that simply is there. A pending one has a code, which no phone was sent. */
export function createDeviceRecord(world: World, user: SandboxUser, given: NewDevice): SandboxDevice {
  const createdAt = given.createdAt ?? world.now()
  const device: SandboxDevice = {
    id: given.id ?? world.ids.uuid(),
    userId: user.id,
    type: given.type,
    status: given.status ?? 'ACTIVE',
    nickname: given.nickname,
    phone: given.phone,
    email: given.email,
    tokenType: given.type === 'OATH_TOKEN' ? 'TOTP' : undefined,
    rp: given.type === 'FIDO2' ? { id: 'sandbox.example', name: world.tenant.environmentName } : undefined,
    secret: given.type === 'TOTP' ? world.ids.characters(32, BASE32) : undefined,
    policyId: policyOf(world, undefined)?.id ?? '',
    createdAt,
    updatedAt: createdAt,
  }
  world.devices.set(device.id, device)
  if (device.status === 'ACTIVE') joinOrder(world, device)
  else {
    const otp = device.secret === undefined ? world.codes.digits(6) : undefined
    device.pending = { otp, sentAt: createdAt, attemptsLeft: attemptsOf(world, device) }
  }
  return device
}
