import { AppError } from '../lib/errors.ts'
import { hasInvisible, visibleText } from '../lib/text.ts'

const PARAMETER = /\{([A-Za-z0-9]+)\}/g

/** The parameter names of a path template, in their order. */
export function pathParameters(template: string): string[] {
  return [...template.matchAll(PARAMETER)].map((match) => match[1] as string)
}

/**
 * The one place where paths are made. `template` is spelled as in the OpenAPI
 * (`/environments/{environmentID}/users/{userID}`); each value is encoded and cannot leave its segment.
 * INVALID_INPUT for a value that is missing, undeclared, blank, `.`, `..` or has invisible characters.
 */
export function buildPath(template: string, values: Readonly<Record<string, string>>): string {
  const declared = new Set(pathParameters(template))
  for (const name of Object.keys(values)) {
    if (!declared.has(name)) throw new AppError('INVALID_INPUT', `The path has no parameter ${visibleText(name)}`)
  }
  return template.replace(PARAMETER, (_, name: string) => encodeSegment(name, ownValue(values, name)))
}

function ownValue(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function encodeSegment(name: string, value: string | undefined): string {
  const problem = segmentProblem(value)
  if (problem !== undefined) throw new AppError('INVALID_INPUT', `The path parameter ${name} ${problem}`)
  return encodeURIComponent(value as string)
}

function segmentProblem(value: unknown): string | undefined {
  if (value === undefined) return 'is missing'
  if (typeof value !== 'string') return 'must be a string'
  if (value.trim() === '') return 'must not be empty'
  if (value === '.' || value === '..') return 'must not be a dot segment'
  if (hasInvisible(value)) return 'has characters that cannot be seen'
  return undefined
}

const SAFE_PATH = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@%]+)+$/
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=\/|$)/i

/** True for what `buildPath` can have made: no query, no dot segment, nothing that needs encoding. */
export function isBuiltPath(path: string): boolean {
  return SAFE_PATH.test(path) && !DOT_SEGMENT.test(path)
}

/** `a=1&b=two%20words`, without a question mark; undefined values are left out. */
export function buildQuery(query: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
    )
    .join('&')
}
