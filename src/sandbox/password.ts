import { invalidData } from './problems.ts'
import type { SandboxUser } from './records.ts'
import type { World } from './world.ts'

const SHORTEST = 8
const FAILURES_UNTIL_LOCKED = 5

/** The names of the states are inferred; none of the public sources lists them. */
export function passwordStatus(world: World, user: SandboxUser): string {
  const password = world.passwords.get(user.id)
  if (password === undefined) return 'NO_PASSWORD'
  if (password.failures >= FAILURES_UNTIL_LOCKED) return 'PASSWORD_LOCKED_OUT'
  return password.mustChange ? 'MUST_CHANGE_PASSWORD' : 'OK'
}

export function setPassword(world: World, user: SandboxUser, given: { value: string; mustChange: boolean }): void {
  world.passwords.set(user.id, { ...given, failures: 0, changedAt: world.now() })
}

/** The policy: long enough, where the value can be read at all (an encoded one begins with its scheme). */
export function requireStrength(value: string, target: string): void {
  if (value.length >= SHORTEST || /^\{[\w-]+\}/.test(value)) return
  throw invalidData('INVALID_VALUE', target, 'The password does not satisfy the password policy', {
    unsatisfiedRequirements: ['length'],
  })
}

/** Counts a wrong one: enough of them lock the password. */
export function isPassword(world: World, user: SandboxUser, value: string): boolean {
  const password = world.passwords.get(user.id)
  if (password === undefined || passwordStatus(world, user) === 'PASSWORD_LOCKED_OUT') return false
  const isRight = password.value === value
  password.failures = isRight ? 0 : password.failures + 1
  return isRight
}
