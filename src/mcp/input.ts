import type { z } from 'zod'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'

/** Arguments as the tool or prompt takes them; INVALID_INPUT naming each one that is wrong, never its value. */
export function parseArguments<T>(input: z.ZodType<T>, given: unknown, of: 'tool' | 'prompt'): T {
  const parsed = input.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.slice(0, 10).flatMap((issue) => problemsOf(issue, of))
  throw new AppError('INVALID_INPUT', `${[...new Set(problems)].join('; ')}.`)
}

function problemsOf(issue: z.core.$ZodIssue, of: string): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, 5).map((key) => `"${plainText(key, 60)}" is not an argument of this ${of}`)
  }
  const path = issue.path.join('.')
  if (issue.code === 'invalid_type')
    return [`${path === '' ? 'the arguments' : path}: must be ${article(issue.expected)}`]
  return [`${path}: ${issue.message}`]
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}
