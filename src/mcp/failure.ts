import { ActionError } from '../approval/action-error.ts'
import { AppError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { plainText } from '../lib/text.ts'

export interface FailureResult {
  content: { type: 'text'; text: string }[]
  isError: true
  [key: string]: unknown
}

/**
 * Every failure as a client gets it: text alone, because an error with structured content that misses the output schema
 * makes older clients throw. What was not expected says nothing of what happened inside.
 */
export function failureResult(error: unknown, log: Log): FailureResult {
  return { content: [{ type: 'text', text: failureText(toAppError(error, log)) }], isError: true }
}

export function toAppError(error: unknown, log: Log): AppError {
  if (error instanceof AppError) return error
  log.error('call.broken', { error: messageOf(error), stack: error instanceof Error ? error.stack : undefined })
  return new AppError('INTERNAL_ERROR', 'Something went wrong inside this program.', {
    next: 'Look at its log on stderr. If a change was under way, call list_mfa_devices before you ask for it again.',
  })
}

/** `CODE: sentence`, and below it what to do and what became of each part. */
export function failureText(error: AppError): string {
  const { code, message, next, correlationId } = error
  const said = plainText(message, 2000)
  const named =
    correlationId === undefined || said.includes(correlationId)
      ? said
      : `${said.replace(/\.$/, '')} (correlation id ${correlationId})`
  const replayed =
    error instanceof ActionError && error.replayed ? ' This is the recorded outcome; nothing was sent again.' : ''
  const lines = error instanceof ActionError ? error.lines : []
  return [
    `${code}: ${sentence(named)}${replayed}`,
    ...(next === undefined ? [] : [`Next: ${next}`]),
    ...lines.map((line) => plainText(line, 1000)),
  ].join('\n')
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
