import { z } from 'zod'
import type { CleanText } from './answer-text.ts'
import type { ErrorDetail } from './errors.ts'

/** What an error body tells, cleaned for display. Everything may be missing: gateways answer in shapes of their own. */
export interface ErrorBody {
  code?: string
  message?: string
  details: ErrorDetail[]
}

const text = z.string().optional().catch(undefined)

// PingOne's own shape, and the gateway's `{message}` (`{Message}` on some paths).
const errorBody = z.looseObject({
  code: text,
  message: text,
  Message: text,
  details: z.array(z.unknown()).optional().catch(undefined),
})

const errorDetail = z.looseObject({
  code: text,
  target: text,
  message: text,
  innerError: z.record(z.string(), z.unknown()).optional().catch(undefined),
})

const MOST_DETAILS = 10

export function parseErrorBody(value: unknown, clean: CleanText): ErrorBody {
  const body = errorBody.safeParse(value)
  if (!body.success) return { details: [] }
  const message = body.data.message ?? body.data.Message
  return {
    ...(body.data.code === undefined ? {} : { code: clean(body.data.code, 60) }),
    ...(message === undefined ? {} : { message: clean(message, 300) }),
    details: (body.data.details ?? []).slice(0, MOST_DETAILS).flatMap((detail) => parseDetail(detail, clean)),
  }
}

function parseDetail(value: unknown, clean: CleanText): ErrorDetail[] {
  const detail = errorDetail.safeParse(value)
  if (!detail.success) return []
  const { code, target, message, innerError } = detail.data
  const inner = innerError === undefined ? {} : parseInner(innerError, clean)
  return [
    {
      code: clean(code ?? 'UNKNOWN', 60),
      ...(target === undefined ? {} : { target: clean(target, 100) }),
      ...(message === undefined ? {} : { message: clean(message) }),
      ...(Object.keys(inner).length === 0 ? {} : { inner }),
    },
  ]
}

function parseInner(innerError: Record<string, unknown>, clean: CleanText): Record<string, string | number> {
  const known: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(innerError).slice(0, MOST_DETAILS)) {
    if (!/^[A-Za-z]{1,40}$/.test(name)) continue
    if (typeof value === 'number') known[name] = value
    if (typeof value === 'string') known[name] = clean(value)
    if (Array.isArray(value)) known[name] = clean(value.filter((item) => typeof item === 'string').join(', '))
  }
  return known
}

/** `INVALID_DATA; UNIQUENESS_VIOLATION on username: "…"`, or the message, or an empty string. */
export function describeErrorBody(body: ErrorBody): string {
  const details = body.details.map(describeDetail)
  const head =
    details.length === 0 && body.message !== undefined ? [quoted(body.code, body.message)] : [body.code ?? '']
  return [...head, ...details].filter((part) => part !== '').join('; ')
}

function describeDetail({ code, target, message, inner }: ErrorDetail): string {
  const where = target === undefined ? code : `${code} on ${target}`
  const values = Object.entries(inner ?? {}).map(([name, value]) => `${name}: ${value}`)
  const all = values.length === 0 ? '' : ` (${values.join(', ')})`
  return `${message === undefined ? where : quoted(where, message)}${all}`
}

function quoted(label: string | undefined, message: string): string {
  return label === undefined ? `"${message}"` : `${label}: "${message}"`
}
