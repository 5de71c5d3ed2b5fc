/** PingOne's built-in roles with their ids, which are the same in every tenant. */
export const ROLE_IDS = {
  ORGANIZATION_ADMIN: '1813bc13-8d13-4e88-a825-d40bfe82777b',
  ENVIRONMENT_ADMIN: '29ddce68-cd7f-4b2a-b6fc-f7a19553b496',
  IDENTITY_DATA_ADMIN: '0bd9c966-7664-4ac1-b059-0ff9293908e2',
  IDENTITY_DATA_READ_ONLY: 'ce00e15f-f845-4df1-abf3-fdc4ff4e176c',
  CONFIGURATION_READ_ONLY: '7aba580c-5ec7-4b26-987d-85f462767455',
  CLIENT_APPLICATION_DEVELOPER: 'b5057d0d-7281-47f6-9398-8a7e4cb71397',
} as const

export type RoleName = keyof typeof ROLE_IDS
export const ROLE_NAMES = Object.keys(ROLE_IDS) as RoleName[]

export const ROLE_TITLES: Record<RoleName, string> = {
  ORGANIZATION_ADMIN: 'Organization Admin',
  ENVIRONMENT_ADMIN: 'Environment Admin',
  IDENTITY_DATA_ADMIN: 'Identity Data Admin',
  IDENTITY_DATA_READ_ONLY: 'Identity Data Read Only',
  CONFIGURATION_READ_ONLY: 'Configuration Read Only',
  CLIENT_APPLICATION_DEVELOPER: 'Client Application Developer',
}

export type Permission =
  | 'environment.read'
  | 'environment.write'
  | 'role.read'
  | 'population.read'
  | 'population.write'
  | 'user.read'
  | 'user.write'
  | 'group.read'
  | 'group.write'
  | 'roleAssignment.read'
  | 'roleAssignment.write'
  | 'application.read'
  | 'application.write'
  | 'applicationSecret.read'
  | 'configuration.read'
  | 'configuration.write'
  | 'device.read'
  | 'device.write'
  | 'mfaEnabled.write'
  | 'pairingKey.write'
  | 'mfaPolicy.read'
  | 'mfaPolicy.write'

const ALL = ROLE_NAMES
const IDENTITY_READERS: readonly RoleName[] = ['IDENTITY_DATA_ADMIN', 'IDENTITY_DATA_READ_ONLY']
const IDENTITY_WRITERS: readonly RoleName[] = ['IDENTITY_DATA_ADMIN']

const CONFIGURATION_READERS: readonly RoleName[] = ['ENVIRONMENT_ADMIN', 'CONFIGURATION_READ_ONLY']
const CONFIGURATION_WRITERS: readonly RoleName[] = ['ENVIRONMENT_ADMIN']

const GRANTS: Record<Permission, readonly RoleName[]> = {
  'environment.read': ALL,
  'environment.write': CONFIGURATION_WRITERS,
  'role.read': ALL,
  'population.read': ALL.filter((role) => role !== 'ORGANIZATION_ADMIN'),
  'population.write': ['ENVIRONMENT_ADMIN', 'IDENTITY_DATA_ADMIN'],
  'user.read': IDENTITY_READERS,
  'user.write': IDENTITY_WRITERS,
  'group.read': IDENTITY_READERS,
  'group.write': IDENTITY_WRITERS,
  'roleAssignment.read': IDENTITY_READERS,
  'roleAssignment.write': IDENTITY_WRITERS,
  'application.read': [...CONFIGURATION_READERS, 'CLIENT_APPLICATION_DEVELOPER'],
  'application.write': CONFIGURATION_WRITERS,
  'applicationSecret.read': CONFIGURATION_WRITERS,
  'configuration.read': CONFIGURATION_READERS,
  'configuration.write': CONFIGURATION_WRITERS,
  'device.read': IDENTITY_READERS,
  'device.write': IDENTITY_WRITERS,
  'mfaEnabled.write': IDENTITY_WRITERS,
  'pairingKey.write': IDENTITY_WRITERS,
  'mfaPolicy.read': CONFIGURATION_READERS,
  'mfaPolicy.write': CONFIGURATION_WRITERS,
}

export function isGranted(permission: Permission, role: RoleName): boolean {
  return GRANTS[permission].includes(role)
}
