import { z } from 'zod'

/** PingOne: User, as far as a caller may write it. What is not here is ignored. */

const PRINTABLE = /^[\p{L}\p{M}\p{Zs}\p{S}\p{N}\p{P}]*$/u
const PLAIN_NAME = /^[\p{L}\p{M}\p{N}' .-]*$/u
const EMAIL = /^[^\s@]+@[^\s@]+$/

const text = (max = 256) => z.string().min(1).max(max).regex(PRINTABLE).optional()
const phone = z.string().max(32).regex(/\d/).optional()

const NameBody = z.object({
  given: text(),
  middle: text(),
  family: z.string().min(1).max(256).regex(PLAIN_NAME).optional(),
  formatted: z.string().min(1).max(256).regex(PLAIN_NAME).optional(),
  honorificPrefix: z.string().optional(),
  honorificSuffix: z.string().optional(),
})

const AddressBody = z.object({
  streetAddress: z.string().min(1).max(256).optional(),
  locality: text(),
  region: text(),
  postalCode: text(40),
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
})

/** What PUT replaces and PATCH changes. */
export const UserFields = z.object({
  email: z.string().regex(EMAIL),
  username: z.string().min(1).max(128).regex(PRINTABLE),
  name: NameBody.optional(),
  mobilePhone: phone,
  primaryPhone: phone,
  nickname: text(),
  title: text(),
  type: text(),
  externalId: z.string().min(1).max(1024).optional(),
  locale: text(),
  preferredLanguage: z.string().optional(),
  timezone: z
    .string()
    .regex(/^\w+\/\w+$/)
    .optional(),
  address: AddressBody.optional(),
  photo: z.object({ href: z.string() }).optional(),
})
export type UserFields = z.output<typeof UserFields>

export const CreationBody = UserFields.extend({
  population: z.object({ id: z.string() }).optional(),
  enabled: z.boolean().optional(),
  mfaEnabled: z.boolean().optional(),
})

export const ImportBody = CreationBody.extend({
  password: z.object({ value: z.string().min(1).optional(), forceChange: z.boolean().default(false) }).optional(),
})

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A PATCH: only what is sent changes, null clears, and name and address are changed part by part. */
export function patched(present: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(patch).map(([key, value]): [string, unknown] => {
    const before = Object.hasOwn(present, key) ? present[key] : undefined
    return [key, isObject(value) ? patched(isObject(before) ? before : {}, value) : value]
  })
  const merged = Object.entries({ ...present, ...Object.fromEntries(entries) })
  return Object.fromEntries(merged.filter(([, value]) => value !== null))
}
