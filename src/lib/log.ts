import type { Clock } from './clock.ts'
import { isoTime } from './clock.ts'
import { requestId } from './request-id.ts'
import { visibleJson } from './visible-json.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
type LogFields = Record<string, unknown>

/**
 * JSON lines on stderr, each with the id of the request that it was written for. What goes in is redacted at the sink,
 * so that a careless field cannot leak.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const SENSITIVE_KEY = /secret|token|otp|passphrase|password|authorization|phone|assertion/i
const SENSITIVE_VALUES: readonly [RegExp, string][] = [
  [/apv_[\w-]{8,}/g, 'apv_••••'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '[jwt]'],
  [/\b(Bearer|Basic) [\w+/=.~-]+/gi, '$1 ••••'],
  [/\+\d[\d .()-]{6,18}\d/g, '+•••••••'],
]

/** Text in which claim tokens, access tokens and phone numbers are replaced by bullets. */
export function redactText(text: string): string {
  return SENSITIVE_VALUES.reduce((redacted, [pattern, mask]) => redacted.replace(pattern, mask), text)
}

function redact(key: string, value: unknown): unknown {
  if (SENSITIVE_KEY.test(key) && value !== undefined && value !== null && typeof value !== 'boolean') return '••••'
  if (typeof value === 'string') return redactText(value)
  if (value instanceof Error) return redactText(value.message)
  return value
}

export function createLog(level: LogLevel, clock: Clock, writeLine: (line: string) => void): Log {
  const threshold = LOG_LEVELS.indexOf(level)
  const at =
    (own: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(own) < threshold) return
      const id = requestId()
      const about = { time: isoTime(clock.now()), level: own, event, ...(id === undefined ? {} : { requestId: id }) }
      writeLine(visibleJson({ ...about, ...fields }, { replacer: redact }))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
