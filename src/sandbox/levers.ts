import type { DirectoryLevers } from './directory-levers.ts'
import { createDirectoryLevers } from './directory-levers.ts'
import { existing, findUser } from './lookup.ts'
import { roleAssignmentsOf, createDeviceRecord, createUserRecord } from './new-records.ts'
import type { NewDevice, NewUser } from './new-records.ts'
import type { SandboxKnobs } from './knobs.ts'
import type { SandboxDevice, SandboxTenant, SandboxUser, WorkerRole } from './records.ts'
import type { RoleName } from './roles.ts'
import type { MfaSettings, PolicyMethod, PolicyMethodName } from './settings.ts'
import { totpCode } from './totp.ts'
import { dropUser } from './user-record.ts'
import type { World } from './world.ts'
import { dropDevice } from './world.ts'

type UserChange = Partial<Omit<SandboxUser, 'id' | 'sequence' | 'roleAssignments'>> & { roles?: RoleName[] }
type DeviceChange = Partial<Omit<SandboxDevice, 'id' | 'userId'>>

/** What happens in a tenant without this program's doing. Nothing of it is recorded as a change. */
export interface Levers extends DirectoryLevers {
  addUser(user: NewUser): SandboxUser
  /** A user is named by id or, where it is not shared, by email. */
  changeUser(who: string, change: UserChange): void
  removeUser(who: string): void
  addDevice(who: string, device: NewDevice): SandboxDevice
  changeDevice(id: string, change: DeviceChange): void
  removeDevice(id: string): void
  /** Another device in the place of this one. */
  replaceDevice(id: string, device: NewDevice): SandboxDevice
  /** What the phone, the inbox or the authenticator app shows for a device now. */
  otpOf(deviceId: string): string | undefined
  setWorkerRoles(roles: readonly (RoleName | WorkerRole)[]): void
  changeTenant(change: Partial<Omit<SandboxTenant, 'environmentId' | 'workerEnvironmentId'>>): void
  changeSettings(change: Partial<Omit<MfaSettings, 'updatedAt'>>): void
  /** Of the default device authentication policy. */
  changePolicy(method: PolicyMethodName, change: Partial<PolicyMethod>): void
  setKnobs(knobs: Partial<SandboxKnobs>): void
  revokeTokens(): void
  /** Moves the tenant's clock forward. */
  advance(ms: number): void
}

export function createLevers(world: World): Levers {
  const userOf = (who: string) => existing(findUser(world, who), `user ${who}`)
  const deviceOf = (id: string) => existing(world.devices.get(id), `device ${id}`)
  const addDevice = (who: string, device: NewDevice) => createDeviceRecord(world, userOf(who), device)
  return {
    ...createDirectoryLevers(world),
    addUser: (user) => structuredClone(createUserRecord(world, user)),
    changeUser: (who, { roles, ...change }) => {
      const user = userOf(who)
      Object.assign(user, { updatedAt: world.now() }, change)
      if (roles !== undefined) user.roleAssignments = roleAssignmentsOf(world, roles)
    },
    removeUser: (who) => {
      dropUser(world, userOf(who))
    },
    addDevice: (who, device) => structuredClone(addDevice(who, device)),
    changeDevice: (id, change) => {
      Object.assign(deviceOf(id), { updatedAt: world.now() }, change)
    },
    removeDevice: (id) => dropDevice(world, deviceOf(id)),
    replaceDevice: (id, device) => {
      const old = deviceOf(id)
      dropDevice(world, old)
      return structuredClone(addDevice(old.userId, device))
    },
    otpOf: (deviceId) => {
      const { secret, pending } = deviceOf(deviceId)
      return secret === undefined ? pending?.otp : totpCode(secret, world.now())
    },
    setWorkerRoles: (roles) => {
      const workerRoles = roles.map((role) => (typeof role === 'string' ? { role } : role))
      world.tenant = { ...world.tenant, workerRoles }
    },
    changeTenant: (change) => {
      const worker = world.applications.get(world.tenant.clientId)
      world.tenant = { ...world.tenant, ...change }
      // The worker's id is its client id.
      if (worker !== undefined && change.clientId !== undefined) {
        world.applications.delete(worker.id)
        world.applications.set(change.clientId, { ...worker, id: change.clientId })
      }
    },
    changeSettings: (change) => {
      world.mfaSettings = { ...world.mfaSettings, ...change, updatedAt: world.now() }
    },
    changePolicy: (method, change) => {
      const policy = existing(
        world.policies.find((candidate) => candidate.default),
        'default policy',
      )
      policy.methods[method] = { ...policy.methods[method], ...change }
    },
    setKnobs: (knobs) => {
      world.knobs = { ...world.knobs, ...knobs }
    },
    revokeTokens: () => world.tokens.clear(),
    advance: (ms) => world.advance(ms),
  }
}
