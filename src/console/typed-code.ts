import { z } from 'zod'

/** The code that a user's device received, as a person types it. */
export const Code = z
  .string()
  .trim()
  .regex(/^\d{6,10}$/)

export const NOT_A_CODE = 'A code has 6 to 10 digits.'
