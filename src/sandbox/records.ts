import type { PairingKeyFormat } from './settings.ts'
import type { RoleName } from './roles.ts'

export interface SandboxTenant {
  readonly environmentId: string
  readonly environmentName: string
  readonly environmentType: 'PRODUCTION' | 'SANDBOX'
  readonly environmentDescription: string
  readonly region: string
  readonly organizationId: string
  readonly licenseId: string
  /** The environment that holds the worker application; often the same one. */
  readonly workerEnvironmentId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly tokenAuthMethod: 'basic' | 'post'
  readonly applicationEnabled: boolean
  readonly grantTypes: readonly string[]
  readonly workerRoles: readonly WorkerRole[]
}

export interface WorkerRole {
  role: RoleName
  /** Where it holds: this population alone, else the whole environment. */
  populationId?: string | undefined
}

export interface SandboxPopulation {
  id: string
  sequence: number
  name: string
  description?: string | undefined
  isDefault: boolean
  createdAt: number
  updatedAt: number
}

export interface SandboxRoleAssignment {
  id: string
  role: RoleName
  scope: { id: string; type: 'ENVIRONMENT' | 'ORGANIZATION' | 'POPULATION' }
}

/** Parts of a name; an empty one is none. */
interface SandboxName {
  given: string
  family: string
  middle?: string | undefined
  formatted?: string | undefined
  honorificPrefix?: string | undefined
  honorificSuffix?: string | undefined
}

export interface SandboxUser {
  id: string
  /** Grows with each user: lists and their cursors go by it. */
  sequence: number
  email: string
  username: string
  name: SandboxName
  populationId: string
  enabled: boolean
  mfaEnabled: boolean
  mobilePhone?: string | undefined
  /** The rest of what a profile may hold: title, address, locale … */
  profile: Record<string, unknown>
  createdAt: number
  updatedAt: number
  lastSignOnAt?: number | undefined
  bypassUntil?: number | undefined
  /** The account is locked until then. */
  lockedUntil?: number | undefined
  roleAssignments: SandboxRoleAssignment[]
}

export const DEVICE_TYPES = ['SMS', 'VOICE', 'EMAIL', 'WHATSAPP', 'TOTP', 'FIDO2', 'MOBILE', 'OATH_TOKEN'] as const
export type DeviceType = (typeof DEVICE_TYPES)[number]

export interface SandboxDevice {
  id: string
  userId: string
  type: DeviceType
  status: 'ACTIVE' | 'ACTIVATION_REQUIRED'
  nickname?: string | undefined
  phone?: string | undefined
  extension?: string | undefined
  email?: string | undefined
  tokenType?: 'HOTP' | 'TOTP' | undefined
  rp?: { id: string; name: string } | undefined
  testMode?: boolean | undefined
  policyId: string
  blockedAt?: number | undefined
  lock?: { reason: 'OTP' | 'PUSH'; expiresAt: number } | undefined
  /** Base32; of TOTP devices alone. */
  secret?: string | undefined
  /** What stands between a pending device and its activation. */
  pending?: PendingActivation | undefined
  createdAt: number
  updatedAt: number
}

export interface PendingActivation {
  /** The code that the phone or inbox shows; none for TOTP and FIDO2. */
  otp?: string | undefined
  sentAt: number
  attemptsLeft: number
  exhaustedAt?: number | undefined
  /** An OATH token asked for a resynchronisation wants a second code. */
  resyncStarted?: boolean | undefined
}

export interface SandboxPairingKey {
  id: string
  userId: string
  code: string
  applications: { id: string }[]
  format: PairingKeyFormat
  createdAt: number
  expiresAt: number
}

export type ChangeAction =
  | 'device.create'
  | 'device.activate'
  | 'device.remove'
  | 'device.block'
  | 'device.unblock'
  | 'device.unlock'
  | 'device.resend'
  | 'device.nickname'
  | 'device.logs'
  | 'order.set'
  | 'order.remove'
  | 'user.mfaEnabled'
  | 'user.bypass'
  | 'pairingKey.create'
  | 'pairingKey.remove'
  | 'mfaSettings.update'
  | 'mfaSettings.reset'
  | 'policy.create'
  | 'policy.update'
  | 'policy.remove'
  | 'environment.update'
  | 'population.create'
  | 'population.update'
  | 'population.remove'
  | 'user.create'
  | 'user.update'
  | 'user.remove'
  | 'user.enabled'
  | 'user.population'
  | 'user.lock'
  | 'user.unlock'
  | 'password.set'
  | 'password.forceChange'
  | 'password.unlock'
  | 'password.check'
  | 'role.grant'
  | 'role.revoke'
  | 'group.create'
  | 'group.update'
  | 'group.remove'
  | 'membership.add'
  | 'membership.remove'
  | 'application.create'
  | 'application.update'
  | 'application.remove'
  | 'secret.rotate'
  | 'secret.removePrevious'
  | 'gatewayCredential.create'
  | 'gatewayCredential.remove'

/** Whom or what a request changed. */
export interface ChangeSubject {
  readonly userId?: string | undefined
  readonly deviceId?: string | undefined
  readonly groupId?: string | undefined
  readonly applicationId?: string | undefined
  /** Whatever else it was: a population, a policy, a credential. */
  readonly resourceId?: string | undefined
}

/** A request that changed the tenant. Written in the same step as the change itself, before any answer leaves. */
export interface Change extends ChangeSubject {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly action: ChangeAction
  readonly correlationId: string
}

/** What a phone or an inbox would show. */
export interface PhoneMessage {
  readonly to: string
  readonly channel: 'SMS' | 'VOICE' | 'EMAIL' | 'WHATSAPP'
  readonly userId: string
  readonly deviceId: string
  readonly text: string
  readonly otp: string
}

/** A request as it came in. Without bodies: those of the token endpoint hold the secret. */
export interface RequestRecord {
  readonly at: string
  readonly host: 'auth' | 'api'
  readonly method: string
  readonly path: string
  readonly query: string
  readonly contentType: string
  readonly correlationId: string
  readonly externalTransactionId?: string | undefined
  /** Lower-case; what they carry is nobody's business. */
  readonly headerNames: readonly string[]
  /** Kind of the fault that met this request. */
  readonly fault?: string | undefined
  /** Missing while the request is under way, and where no answer was given at all. */
  readonly status?: number | undefined
}
