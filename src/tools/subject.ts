import type { PlanEnvironment, PlanTarget } from '../approval/plan.ts'
import type { DeviceWitness } from '../approval/witness.ts'
import type { Device } from '../pingone/devices.ts'
import { listDevices, readDevice } from '../pingone/devices.ts'
import { readEnvironment } from '../pingone/environments.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { listRoleAssignments } from '../pingone/role-assignments.ts'
import { findUserByEmail, type User } from '../pingone/users.ts'

/** Everything that a plan about one user's devices is made of. */
export interface Subject {
  user: User
  devices: Device[]
  target: PlanTarget
  environment: PlanEnvironment
  witness: DeviceWitness
  /** What the person who decides must know of this user. */
  warnings: string[]
}

/** Finds the user by email, then reads devices, roles and environment side by side. */
export async function readSubject(client: PingOneClient, email: string, signal: AbortSignal): Promise<Subject> {
  const user = await findUserByEmail(client, email, signal)
  const [devices, warnings, environment] = await Promise.all([
    listDevices(client, user.id, signal),
    roleWarnings(client, user.id, signal),
    describeEnvironment(client, signal),
  ])
  return {
    user,
    devices,
    target: { id: user.id, email: user.email, username: user.username },
    environment,
    witness: witnessOf(user, devices),
    warnings,
  }
}

/** The device that is meant. Where it is not in the list PingOne is asked for it, and says DEVICE_NOT_FOUND itself. */
export async function requireDevice(
  client: PingOneClient,
  subject: Subject,
  deviceId: string,
  signal: AbortSignal,
): Promise<Device> {
  const device = subject.devices.find((candidate) => candidate.id.toLowerCase() === deviceId)
  return device ?? readDevice(client, subject.user.id, deviceId, signal)
}

export function witnessOf(user: Pick<User, 'id' | 'email' | 'enabled'>, devices: readonly Device[]): DeviceWitness {
  const seen = devices.map((device) => ({
    id: device.id,
    type: device.type,
    status: device.status,
    blocked: device.blocked,
    updatedAt: device.updatedAt ?? '',
    label: nameOf(device),
  }))
  return {
    user: { id: user.id, email: user.email, enabled: user.enabled },
    devices: seen.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

/** `SMS +1•••••••0150 (Work phone)`. */
export function nameOf(device: Pick<Device, 'label' | 'nickname'>): string {
  return device.nickname === undefined ? device.label : `${device.label} (${device.nickname})`
}

/** The factors that are left when `gone` are gone, and a warning where none of them works. */
export function whatRemains(
  subject: Pick<Subject, 'user' | 'devices'>,
  gone: readonly Device[],
): { remaining: string[]; warnings: string[] } {
  const left = subject.devices.filter((device) => !gone.includes(device))
  const remaining = left.map(
    (device) =>
      `${nameOf(device)}${device.status === 'ACTIVE' ? '' : ', not active yet'}${device.blocked ? ', blocked' : ''}`,
  )
  const works = left.some((device) => device.status === 'ACTIVE' && !device.blocked)
  if (works) return { remaining, warnings: [] }
  const warning = `No factor remains: ${subject.user.email} cannot complete multi-factor sign-in until a new one is enrolled.`
  return { remaining, warnings: [warning] }
}

export async function roleWarnings(client: PingOneClient, userId: string, signal: AbortSignal): Promise<string[]> {
  try {
    const roles = await listRoleAssignments(client, { userId }, signal)
    if (roles.length === 0) return []
    const names = [...new Set(roles.map((role) => role.roleName ?? 'a custom role'))].join(', ')
    return [`This user holds admin roles in PingOne: ${names}.`]
  } catch (error) {
    if (signal.aborted) throw error
    return ['Whether this user holds admin roles could not be read.']
  }
}

/** Who joins a group gets the roles that it holds. */
export async function groupWarnings(client: PingOneClient, groupId: string, signal: AbortSignal): Promise<string[]> {
  try {
    const roles = await listRoleAssignments(client, { groupId }, signal)
    if (roles.length === 0) return []
    const names = [...new Set(roles.map((role) => role.roleName ?? 'a custom role'))].join(', ')
    return [`The group that is joined holds admin roles in PingOne: ${names}.`]
  } catch (error) {
    if (signal.aborted) throw error
    return ['Whether the group that is joined holds admin roles could not be read.']
  }
}

export async function describeEnvironment(client: PingOneClient, signal: AbortSignal): Promise<PlanEnvironment> {
  try {
    return await readEnvironment(client, { signal })
  } catch (error) {
    if (signal.aborted) throw error
    return { id: client.connection.environmentId }
  }
}
