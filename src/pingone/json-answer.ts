import type { HttpAnswer } from './transport.ts'

/** The body as JSON, nothing at all, or a clause that tells what is wrong with it. */
export type JsonBody = { value: unknown } | { isEmpty: true } | { problem: string }

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

export function readJson(answer: HttpAnswer): JsonBody {
  if (answer.shortfall === 'cut_off') return { problem: 'was cut off' }
  if (answer.shortfall === 'timed_out') return { problem: 'did not arrive in time' }
  if (answer.shortfall === 'too_long') return { problem: 'is too long' }
  if (answer.body.length === 0) return { isEmpty: true }
  const type = answer.header('content-type')
  if (type !== undefined && !JSON_TYPE.test(type)) {
    return { problem: /html/i.test(type) ? 'is a web page, not JSON' : 'is not JSON' }
  }
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) as unknown }
  } catch {
    // The parser's own words quote the text.
    return { problem: 'is not valid JSON' }
  }
}
