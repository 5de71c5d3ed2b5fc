import { sameEmail } from '../lib/text.ts'

export interface WitnessDevice {
  id: string
  type: string
  status: string
  blocked: boolean
  updatedAt: string
  /** Masked; for telling a difference, not for finding one. */
  label: string
}

/** The state of the world that a decision about a user's devices depends on. */
export interface Witness {
  user: { id: string; email: string; enabled: boolean }
  devices: WitnessDevice[]
}

/** What differs between what the person saw and what is there now, a sentence each; empty where nothing does. */
export function differences(seen: Witness, now: Witness): string[] {
  return [...userDifferences(seen.user, now.user), ...deviceDifferences(seen.devices, now.devices)]
}

function userDifferences(seen: Witness['user'], now: Witness['user']): string[] {
  const found: string[] = []
  if (!sameEmail(seen.email, now.email)) found.push(`The user's email is now ${now.email} (was ${seen.email}).`)
  if (seen.enabled !== now.enabled) found.push(`The user is now ${now.enabled ? 'enabled' : 'disabled'}.`)
  return found
}

function deviceDifferences(seen: WitnessDevice[], now: WitnessDevice[]): string[] {
  const present = new Map(now.map((device) => [device.id, device]))
  const known = new Set(seen.map((device) => device.id))
  const changed = seen.flatMap((device) => {
    const current = present.get(device.id)
    return current === undefined ? [`${device.label} is gone.`] : deviceChange(device, current)
  })
  const added = now.filter((device) => !known.has(device.id)).map((device) => `${device.label} was added.`)
  return [...changed, ...added]
}

function deviceChange(seen: WitnessDevice, now: WitnessDevice): string[] {
  if (seen.type !== now.type) return [`${seen.label} is now a device of type ${now.type}.`]
  if (seen.status !== now.status) return [`${seen.label} is now ${now.status} (was ${seen.status}).`]
  if (seen.blocked !== now.blocked) return [`${seen.label} is now ${now.blocked ? 'blocked' : 'unblocked'}.`]
  return seen.updatedAt === now.updatedAt ? [] : [`${seen.label} was changed at ${now.updatedAt}.`]
}
