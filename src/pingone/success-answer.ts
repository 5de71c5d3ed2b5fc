import type { z } from 'zod'
import { plainText } from '../lib/text.ts'
import type { CleanText } from './answer-text.ts'
import type { PingOneRequest, PingOneResponse } from './request.ts'
import { correlationIdOf } from './correlation.ts'
import { PingOneError } from './errors.ts'
import { readJson } from './json-answer.ts'
import type { Failure } from './retry.ts'
import type { HttpAnswer } from './transport.ts'

/** A 2xx answer, parsed; where it cannot be read, what it was about may have been carried out all the same. */
export function readSuccess<T>(
  request: PingOneRequest<T>,
  answer: HttpAnswer,
  clean: CleanText,
): { response: PingOneResponse<T> } | Failure {
  const json = readJson(answer)
  const correlationId = correlationIdOf(answer, undefined, clean)
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  const unexpected = (sentence: string): Failure => {
    const isLost = answer.shortfall === 'cut_off' || answer.shortfall === 'timed_out'
    const error = new PingOneError(
      answer.shortfall === 'timed_out' ? 'PINGONE_UNAVAILABLE' : 'PINGONE_UNEXPECTED_RESPONSE',
      sentence,
      { delivery: 'unknown', status: answer.status, correlationId, next: nextFor(answer) },
    )
    return { error, retry: isLost && isReading ? 'later' : 'never' }
  }

  if ('problem' in json) return unexpected(`PingOne's answer (HTTP ${answer.status}) ${json.problem}`)
  const value = 'value' in json ? json.value : undefined
  if (value === undefined && request.method === 'GET' && answer.status !== 204) {
    return unexpected(`PingOne's answer (HTTP ${answer.status}) is empty`)
  }
  const parsed = request.schema?.safeParse(value)
  if (parsed?.success === false) {
    return unexpected(`PingOne's answer is not as documented: ${describeIssue(parsed.error, clean)}`)
  }
  const location = answer.header('location')
  return {
    response: {
      status: answer.status,
      data: parsed === undefined ? (value as T) : parsed.data,
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(location === undefined ? {} : { location: plainText(location, 500) }),
    },
  }
}

function nextFor(answer: HttpAnswer): string | undefined {
  if (answer.shortfall !== undefined) return answer.shortfall === 'too_long' ? undefined : 'Try again in a moment.'
  return 'Check PINGONE_API_URL (or PINGONE_REGION), and whether a proxy answers in place of PingOne.'
}

// The path of the field, never its value.
function describeIssue(error: z.ZodError, clean: CleanText): string {
  const [issue] = error.issues
  if (issue === undefined || issue.path.length === 0) return 'it has another shape'
  return `the field ${clean(issue.path.map(String).join('.'), 100)} is missing or of another kind`
}
