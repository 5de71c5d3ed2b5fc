import { z } from 'zod'
import { hasInvisible } from '../lib/text.ts'

const VISIBLE = 'must not contain control, bidirectional or zero-width characters'

/** The target user's primary email, as it is compared: exactly, but for ASCII letter case. */
export const email = z
  .string()
  .max(320, 'is too long for an email address')
  .refine((text) => !hasInvisible(text), VISIBLE)
  .refine((text) => /^[^\s@]+@[^\s@]+$/.test(text), 'must be an email address')
  .describe('Primary email of the user in PingOne')

/** An id as `list_mfa_devices` gives it. */
export const deviceId = z
  .string()
  .refine((text) => !hasInvisible(text), VISIBLE)
  .refine(
    (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
    'must be a device id (a UUID) from list_mfa_devices',
  )
  .transform((text) => text.toLowerCase())
  .describe('Device id from list_mfa_devices')

/** Shown to the person who decides, marked as the model's own words. */
export const reason = z
  .string()
  .max(500, 'has at most 500 characters')
  .optional()
  .describe('Why, for the person who approves')

/** PingOne: nicknames have up to 100 characters. Control and bidirectional characters would lie to whoever reads it. */
export const nickname = z
  .string()
  .min(1, 'must not be empty')
  .max(100, 'has at most 100 characters')
  .refine((text) => !hasInvisible(text), VISIBLE)
  .optional()
  .describe('Name of the device')

export const otp = z
  .string()
  .regex(/^\d{6,10}$/, 'must be 6 to 10 digits')
  .optional()
  .describe('Code that the user received. Better leave it out: the approver then types it and you never see it')

export const token = z
  .string()
  .max(200, 'is not a claim token')
  .refine((text) => !hasInvisible(text), VISIBLE)
  .describe('Claim token (apv_…) from the changing tool')
