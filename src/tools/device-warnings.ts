import { sameEmail, visibleText } from '../lib/text.ts'
import type { Device } from '../pingone/devices.ts'
import type { User } from '../pingone/users.ts'
import type { PhoneNumber } from './phone.ts'

/** What the person who decides must know of a number that is to be paired. */
export function numberWarnings(number: PhoneNumber, user: User, devices: readonly Device[]): string[] {
  const inProfile = [user.mobilePhone, user.primaryPhone].some((known) => known !== undefined && number.isSame(known))
  return [
    ...(inProfile
      ? []
      : [
          `The number ${number.e164} is not in the user's PingOne profile. Call the user back on a number that you know.`,
        ]),
    ...(number.isValid ? [] : [`The number ${number.e164} does not exist in its country's numbering plan.`]),
    ...(devices.some((device) => device.phone === number.e164)
      ? ['The user has a device with this number already.']
      : []),
  ]
}

// PingOne: without a status these are ACTIVE at once where a worker application creates them.
const REACHED_BY_A_CODE = new Set(['SMS', 'VOICE', 'EMAIL', 'WHATSAPP'])

/** The same for the body of PingOne's own "create device", whatever kind of device it is. */
export async function newDeviceWarnings(body: unknown, user: User, devices: readonly Device[]): Promise<string[]> {
  if (typeof body !== 'object' || body === null) return []
  const { type, status, phone, email } = body as Record<string, unknown>
  const isUnproved = REACHED_BY_A_CODE.has(String(type)) && status !== 'ACTIVATION_REQUIRED'
  return [
    ...(typeof phone === 'string' ? await phoneWarnings(phone, user, devices) : []),
    ...(typeof email === 'string' && !sameEmail(email, user.email)
      ? [`The address ${visibleText(email)} is not the user's primary email in PingOne.`]
      : []),
    ...(isUnproved ? ['The device is active at once: nobody has to prove with a code that it is the user’s own.'] : []),
  ]
}

async function phoneWarnings(phone: string, user: User, devices: readonly Device[]): Promise<string[]> {
  const { parsePhone } = await import('./phone.ts')
  try {
    return numberWarnings(parsePhone(phone), user, devices)
  } catch {
    return [`Whether the number ${visibleText(phone)} is in the user's PingOne profile could not be told.`]
  }
}
