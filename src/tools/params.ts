import { z } from 'zod'
import { METHODS, SERVICES } from '../catalog/record.ts'
import { hasInvisible } from '../lib/text.ts'
import { optional, required } from './input.ts'

const VISIBLE = 'must not contain control, bidirectional or zero-width characters'

function visibleText() {
  return z.string().refine((text) => !hasInvisible(text), VISIBLE)
}

/** The target user's primary email, as it is compared: exactly, but for ASCII letter case. */
export const email = required({ type: 'string', description: 'Primary email of the user in PingOne' }, () =>
  visibleText()
    .max(320, 'is too long for an email address')
    .refine((text) => /^[^\s@]+@[^\s@]+$/.test(text), 'must be an email address'),
)

/** An id as `list_mfa_devices` gives it. */
export const deviceId = required({ type: 'string', description: 'Device id from list_mfa_devices' }, () =>
  visibleText()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a device id (a UUID) from list_mfa_devices')
    .transform((text) => text.toLowerCase()),
)

/** PingOne: Create MFA User Device (SMS): international form. What is possible is judged by `parsePhone`. */
export const phone = required({ type: 'string', description: 'International form: +12125550150' }, () =>
  z.string().max(40, 'is too long for a phone number'),
)

/** Shown to the person who decides, marked as the model's own words. */
export const reason = optional({ type: 'string', description: 'Why, for the person who approves' }, () =>
  z.string().max(500, 'has at most 500 characters'),
)

/** PingOne: nicknames have up to 100 characters. What cannot be seen would lie to whoever reads it. */
export const nickname = optional({ type: 'string', description: 'Name of the device' }, () =>
  visibleText().min(1, 'must not be empty').max(100, 'has at most 100 characters'),
)

export const otp = optional(
  {
    type: 'string',
    description: 'Code that the user received. Better leave it out: the approver then types it and you never see it',
  },
  () => z.string().regex(/^\d{6,10}$/, 'must be 6 to 10 digits'),
)

export const token = required({ type: 'string', description: 'Claim token (apv_…) from the changing tool' }, () =>
  visibleText().max(200, 'is not a claim token'),
)

export const waitSeconds = optional({ type: 'number', description: '0 to 50' }, () =>
  z.number().min(0, 'is 0 to 50').max(50, 'is 0 to 50'),
)

/** Spelled as the search gives it, or as the API documentation does. */
export const endpoint = required({ type: 'string', description: 'Id from search_endpoints, or METHOD /path' }, () =>
  visibleText().min(1, 'must not be empty').max(400, 'is too long for an endpoint'),
)

const name = () => z.string().max(100)

/** `{"userID":"…"}`; the environment is filled in. */
export const pathValues = optional(
  { type: 'object', description: 'Path parameters: {"userID":"…"}. The environment is filled in' },
  () => z.record(name(), z.string().max(500, 'is too long for an id')),
)

export const queryValues = optional({ type: 'object', description: 'Query parameters' }, () =>
  z.record(name(), z.union([z.string().max(6000), z.number(), z.boolean()])),
)

export const fields = optional(
  { type: 'array', items: { type: 'string' }, description: 'Dotted names to keep, of each item in a list' },
  () => z.array(z.string().min(1).max(200)).max(50),
)

export const limit = optional({ type: 'integer', description: 'Most items to return' }, () =>
  z.int('must be a whole number').min(1, 'is 1 to 200').max(200, 'is 1 to 200'),
)

/** Whatever JSON the endpoint takes; what is in it is judged by the catalogue. */
export const body = optional({ description: 'JSON body, as describe_endpoint says' }, () => z.unknown())

export const query = required({ type: 'string', description: 'What it does, in plain words' }, () => z.string())

export const service = optional({ type: 'string', enum: SERVICES }, () => z.enum(SERVICES))

export const method = optional({ type: 'string', enum: METHODS }, () => z.enum(METHODS))

export const resultLimit = optional({ type: 'integer', description: '1 to 10, default 5' }, () =>
  z.int('must be a whole number').min(1, 'is 1 to 10').max(10, 'is 1 to 10'),
)
