import type { CleanText } from './answer-text.ts'
import type { HttpAnswer } from './transport.ts'

const SAFE_ID = /^[\w.:=+/-]{1,100}$/
const IN_TEXT = /correlation id:?\s*([0-9a-f-]{8,64})/i

/**
 * PingOne's name for the exchange: the header `correlation-id`, else `x-amzn-requestid`, else what the body tells (an
 * OAuth error has it in its text, an API error as its `id`). What holds something that was sent, or contact data, is no
 * such name.
 */
export function correlationIdOf(answer: HttpAnswer, body: unknown, clean: CleanText): string | undefined {
  const { id, error_description: text } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  const inText = typeof text === 'string' ? IN_TEXT.exec(text.slice(0, 2_000))?.[1] : undefined
  const candidates = [answer.header('correlation-id'), answer.header('x-amzn-requestid'), inText, id]
  return candidates.find(
    (candidate): candidate is string =>
      typeof candidate === 'string' && SAFE_ID.test(candidate) && clean(candidate) === candidate,
  )
}
