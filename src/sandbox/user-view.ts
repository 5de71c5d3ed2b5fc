import { isoTime } from '../lib/clock.ts'
import type { Call } from './call.ts'
import { membershipsOf } from './groups.ts'
import { environmentPath, link, userPath } from './hal.ts'
import type { SandboxUser } from './records.ts'
import { fieldsOf } from './user-record.ts'
import type { World } from './world.ts'

function accountView(user: SandboxUser) {
  const { enabled, lockedUntil } = user
  return lockedUntil === undefined
    ? { canAuthenticate: enabled, status: 'OK' }
    : { canAuthenticate: false, status: 'LOCKED', unlockAt: isoTime(lockedUntil) }
}

/** A user as every read shows one. */
export function userView(world: World, call: Call, user: SandboxUser) {
  const path = userPath(world, user.id)
  return {
    _links: {
      self: link(call, path),
      environment: link(call, environmentPath(world)),
      population: link(call, `${environmentPath(world)}/populations/${user.populationId}`),
      devices: link(call, `${path}/devices`),
      roleAssignments: link(call, `${path}/roleAssignments`),
      password: link(call, `${path}/password`),
      'account.sendVerificationCode': link(call, path),
      linkedAccounts: link(call, `${path}/linkedAccounts`),
    },
    id: user.id,
    environment: { id: world.tenant.environmentId },
    account: accountView(user),
    createdAt: isoTime(user.createdAt),
    enabled: user.enabled,
    identityProvider: { type: 'PING_ONE' },
    ...(user.lastSignOnAt !== undefined && { lastSignOn: { at: isoTime(user.lastSignOnAt), remoteIp: '192.0.2.17' } }),
    lifecycle: { status: 'ACCOUNT_OK' },
    mfaEnabled: user.mfaEnabled,
    population: { id: user.populationId },
    updatedAt: isoTime(user.updatedAt),
    verifyStatus: 'NOT_INITIATED',
    ...fieldsOf(user),
  }
}

/** The groups that `include` asks for, besides. */
export function includedGroups(world: World, call: Call, user: SandboxUser) {
  const wanted = (call.query.get('include') ?? '').split(',')
  const groups = membershipsOf(world, user.id).map(({ group }) => group)
  return {
    ...(wanted.includes('memberOfGroupIDs') && { memberOfGroupIDs: groups.map(({ id }) => id) }),
    ...(wanted.includes('memberOfGroupNames') && { memberOfGroupNames: groups.map(({ name }) => name) }),
  }
}
