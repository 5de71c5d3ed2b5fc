import type { SandboxRoleAssignment, SandboxUser } from './records.ts'

export interface SandboxGroup {
  id: string
  sequence: number
  name: string
  description?: string | undefined
  externalId?: string | undefined
  customData?: Record<string, unknown> | undefined
  /** Kept and shown, but nobody becomes a member by it here. */
  userFilter?: string | undefined
  /** Its members are of this population; without one, of any. */
  populationId?: string | undefined
  /** Who was put into it, and not by way of another group. */
  userIds: string[]
  /** Groups that it is itself a member of. */
  memberOfGroups: string[]
  roleAssignments: SandboxRoleAssignment[]
  createdAt: number
  updatedAt: number
}

export interface SandboxApplication {
  id: string
  /** Everything that a PUT replaces. */
  config: Record<string, unknown> & { name: string; protocol: string; type: string; enabled: boolean }
  /** None where the application does not authenticate by one. */
  secret?: string | undefined
  previousSecret?: { value: string; expiresAt: number } | undefined
  roleAssignments: SandboxRoleAssignment[]
  createdAt: number
  updatedAt: number
}

/** A piece of configuration that is for reading here, as PingOne would show it. */
export interface ConfigurationRecord {
  id: string
  fields: Record<string, unknown>
  createdAt: number
}

export interface GatewayCredential {
  id: string
  gatewayId: string
  credential: string
  createdAt: number
}

export interface SandboxPassword {
  value: string
  mustChange: boolean
  failures: number
  changedAt: number
}

/** What a tenant holds besides people's factors. */
export interface Directory {
  readonly groups: Map<string, SandboxGroup>
  readonly applications: Map<string, SandboxApplication>
  readonly passwords: Map<string, SandboxPassword>
  readonly identityProviders: ConfigurationRecord[]
  readonly signOnPolicies: ConfigurationRecord[]
  readonly gateways: ConfigurationRecord[]
  readonly gatewayCredentials: Map<string, GatewayCredential>
  readonly keys: ConfigurationRecord[]
}

export function createDirectory(): Directory {
  return {
    groups: new Map(),
    applications: new Map(),
    passwords: new Map(),
    identityProviders: [],
    signOnPolicies: [],
    gateways: [],
    gatewayCredentials: new Map(),
    keys: [],
  }
}

/** Accounts open again, and old secrets end, when their time has come. */
export function settleDirectory(tenant: Directory & { users: Map<string, SandboxUser> }, now: number): void {
  for (const user of tenant.users.values()) {
    if (user.lockedUntil !== undefined && user.lockedUntil <= now) user.lockedUntil = undefined
  }
  for (const application of tenant.applications.values()) {
    const { previousSecret } = application
    if (previousSecret !== undefined && previousSecret.expiresAt <= now) application.previousSecret = undefined
  }
}
