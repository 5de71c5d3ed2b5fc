import { z } from 'zod'
import { hasInvisible } from '../lib/text.ts'
import { required } from '../tools/input.ts'

export const MAX_GOAL = 300

/** One line in plain words. A line break is a control character, so that nothing can look like a step of the workflow. */
export const goal = required(
  { type: 'string', description: 'What is to be done in PingOne, in plain words: unlock a locked user' },
  () =>
    z
      .string()
      .max(MAX_GOAL, `has at most ${MAX_GOAL} characters`)
      .refine((text) => !hasInvisible(text), 'must not contain control, bidirectional or zero-width characters')
      .refine((text) => text.trim() !== '', 'must not be empty'),
)
