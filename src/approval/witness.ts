import { sameEmail } from '../lib/text.ts'

interface WitnessDevice {
  id: string
  type: string
  status: string
  blocked: boolean
  updatedAt: string
  /** Masked; for telling a difference, not for finding one. */
  label: string
}

interface WitnessUser {
  id: string
  email: string
  enabled: boolean
}

/** The state of the world that a decision about a user's devices depends on. */
export interface DeviceWitness {
  user: WitnessUser
  devices: WitnessDevice[]
}

/** The state that a call to an endpoint depends on: the user in its path, and what the resource's own GET returns. */
export interface ResourceWitness {
  user?: WitnessUser
  resource?: WitnessResource
}

export interface WitnessResource {
  /** Of the GET that returns it. */
  path: string
  /** SHA-256 of all that it returns; absent where there is no such resource. */
  digest?: string
  /** Masked, by dotted name: for telling a difference, not for finding one. */
  fields: Record<string, string>
}

export type Witness = DeviceWitness | ResourceWitness

/** What differs between what the person saw and what is there now, a sentence each; empty where nothing does. */
export function differences(seen: Witness, now: Witness): string[] {
  const users = userDifferences(seen.user, now.user)
  if ('devices' in seen) return [...users, ...deviceDifferences(seen.devices, 'devices' in now ? now.devices : [])]
  return [...users, ...resourceDifferences(seen.resource, 'devices' in now ? undefined : now.resource)]
}

function userDifferences(seen: WitnessUser | undefined, now: WitnessUser | undefined): string[] {
  if (seen === undefined || now === undefined) return []
  const found: string[] = []
  if (!sameEmail(seen.email, now.email)) found.push(`The user's email is now ${now.email} (was ${seen.email}).`)
  if (seen.enabled !== now.enabled) found.push(`The user is now ${now.enabled ? 'enabled' : 'disabled'}.`)
  return found
}

function resourceDifferences(seen: WitnessResource | undefined, now: WitnessResource | undefined): string[] {
  if (seen === undefined || seen.digest === now?.digest) return []
  if (now?.digest === undefined) return ['The resource is gone.']
  if (seen.digest === undefined) return ['The resource exists now.']
  const lines = fieldDifferences(seen.fields, now.fields).slice(0, 10)
  return lines.length === 0 ? ['The resource was changed.'] : lines
}

/** `name: "Old" is now "New"`, for every field that differs. */
function fieldDifferences(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => {
    const [old, fresh] = [before[name], after[name]]
    if (old === fresh) return []
    if (old === undefined) return [`${name} is now ${fresh} (was not there).`]
    return fresh === undefined
      ? [`${name} is no longer there (was ${old}).`]
      : [`${name} is now ${fresh} (was ${old}).`]
  })
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
