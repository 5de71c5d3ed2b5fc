import type { StepError } from '../approval/outcome.ts'
import { AppError } from '../lib/errors.ts'

/** Where an answer was lost and reading shows that nothing happened. */
export const NOT_DONE: StepError = {
  code: 'PINGONE_UNAVAILABLE',
  message: "PingOne's answer was lost; reading again shows that it was not done.",
}

/** An error as an outcome keeps it. */
export function stepError(error: unknown): StepError {
  if (!(error instanceof AppError)) {
    return { code: 'INTERNAL_ERROR', message: 'Something went wrong inside this program.' }
  }
  const { code, message, next, correlationId } = error
  return {
    code,
    message,
    ...(next === undefined ? {} : { next }),
    ...(correlationId === undefined ? {} : { correlationId }),
  }
}
