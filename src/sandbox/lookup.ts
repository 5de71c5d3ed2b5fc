import type { SandboxUser } from './records.ts'
import type { World } from './world.ts'

/** By id, or the first one with this email. */
export function findUser(world: World, who: string): SandboxUser | undefined {
  return world.users.get(who) ?? [...world.users.values()].find((user) => user.email === who)
}

export function existing<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`the sandbox has no ${what}`)
  return thing
}
