import { directGroupsOf } from './groups.ts'
import type { SandboxUser } from './records.ts'
import type { UserFields } from './user-body.ts'
import type { World } from './world.ts'
import { devicesOf, dropDevice } from './world.ts'

/** What a PUT replaces, as it is now. */
export function fieldsOf(user: SandboxUser): Record<string, unknown> {
  const { email, username, mobilePhone, profile } = user
  const name = Object.fromEntries(Object.entries(user.name).filter(([, part]) => part !== '' && part !== undefined))
  return {
    email,
    username,
    ...(Object.keys(name).length > 0 && { name }),
    ...(mobilePhone !== undefined && { mobilePhone }),
    ...profile,
  }
}

/** Everything in the place of what was: what is left out is gone. */
export function setFields(world: World, user: SandboxUser, fields: UserFields): void {
  const { email, username, mobilePhone, name, ...profile } = fields
  Object.assign(user, {
    email,
    username,
    mobilePhone,
    name: { ...name, given: name?.given ?? '', family: name?.family ?? '' },
    profile: Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined)),
    updatedAt: world.now(),
  } satisfies Partial<SandboxUser>)
}

/** The user goes, with everything that hangs on one. */
export function dropUser(world: World, user: SandboxUser): void {
  for (const device of devicesOf(world, user.id)) dropDevice(world, device)
  for (const group of directGroupsOf(world, user.id)) group.userIds = group.userIds.filter((id) => id !== user.id)
  for (const key of world.pairingKeys.values()) if (key.userId === user.id) world.pairingKeys.delete(key.id)
  world.passwords.delete(user.id)
  world.users.delete(user.id)
  world.orders.delete(user.id)
}

export function isUsernameTaken(world: World, username: string, besides?: SandboxUser): boolean {
  const wanted = username.toLowerCase()
  return [...world.users.values()].some((user) => user !== besides && user.username.toLowerCase() === wanted)
}
