import type { z } from 'zod'
import { invalidData, invalidRequest, unsupportedMediaType } from './problems.ts'
import type { Permission } from './roles.ts'

/** One request, read to its end: handlers are plain functions of it, so that nothing comes between a check and a change. */
export interface Call {
  readonly host: 'auth' | 'api'
  readonly method: string
  readonly origin: string
  readonly path: string
  /** As it was sent, with its question mark; empty where there is none. */
  readonly rawQuery: string
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  /** Media type in lower case, without parameters; empty where there is none. */
  readonly contentType: string
  readonly authorization: string
  readonly body: string
  readonly correlationId: string
  /** Set by a fault: this page repeats the last item of the one before, as if the list had moved. */
  readonly overlapsPage: boolean
}

export interface Reply {
  status: number
  /** JSON unless it is a string; nothing where there is none. */
  body?: unknown
  headers?: Readonly<Record<string, string>>
  contentType?: string
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/v1`. */
  path: string
  need: Permission
  handle(call: Call, access: Access): Reply
}

/** Where the worker's roles let it do what the route needs: everywhere, or in these populations. */
export interface Access {
  /** What belongs to no population is reached only from everywhere. */
  reaches(populationId: string | undefined): boolean
}

export const VENDOR = 'application/vnd.pingidentity.'

/** The body as a JSON object, whatever its media type was. */
export function jsonObject(call: Call): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(call.body)
  } catch {
    throw invalidRequest('The body is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest('The body is not a JSON object.')
  }
  return value as Record<string, unknown>
}

/** The body of an `application/json` request, through a schema; the first thing that is wrong becomes the answer. */
export function parseJson<T extends z.ZodType>(call: Call, schema: T): z.output<T> {
  if (call.contentType !== 'application/json') throw unsupportedMediaType()
  return parseBody(call, schema)
}

export function parseBody<T extends z.ZodType>(call: Call, schema: T): z.output<T> {
  return parseValue(jsonObject(call), schema)
}

export function parseValue<T extends z.ZodType>(value: unknown, schema: T): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue === undefined) throw invalidRequest('The body is not acceptable.')
  throw refusalOf(issue, isMissing(value, issue.path))
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return true
    found = (found as Record<PropertyKey, unknown>)[key]
  }
  return found === undefined
}

function refusalOf(issue: z.core.$ZodIssue, isAbsent: boolean) {
  const target = issue.path.map(String).join('.')
  if (isAbsent) return invalidData('REQUIRED_VALUE', target, `${target} must be given`)
  if (issue.code === 'invalid_value') {
    return invalidData('INVALID_VALUE', target, `${target} has a value that is not allowed`, {
      allowedValues: issue.values,
    })
  }
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return invalidData('SIZE_LIMIT_EXCEEDED', target, `${target} is too long`, { maximumValue: Number(issue.maximum) })
  }
  if (issue.code === 'too_big' || issue.code === 'too_small') {
    return invalidData('OUT_OF_RANGE', target, `${target} is out of range`)
  }
  return invalidData('INVALID_VALUE', target, `${target} is not acceptable`)
}

/** A body that may be left out, but must be JSON where it is there. */
export function tolerateBody(call: Call): void {
  if (call.body.trim() !== '') jsonObject(call)
}
