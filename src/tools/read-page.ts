import { z } from 'zod'
import { AppError } from '../lib/errors.ts'
import { lazy } from '../lib/lazy.ts'

/** Never more data than this in one answer, in bytes of JSON. */
const MAX_DATA_BYTES = 20_000

/** Where a list goes on: the query of PingOne's page, and how many of its items were shown. */
export interface Cursor {
  search: string
  skip: number
}

const cursorShape = lazy(() => z.strictObject({ search: z.string().max(4000), skip: z.int().min(0).max(100_000) }))

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** What PingOne's own links to the next page add to a query. */
const PAGING = ['cursor', 'limit', 'offset', 'after', 'skip', 'page']

/** INVALID_INPUT for what this program has not made. `parameters` are those that the endpoint has. */
export function decodeCursor(text: string, parameters: readonly string[]): Cursor {
  const known = new Set([...parameters, ...PAGING])
  try {
    const cursor = cursorShape().parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    const names = [...new URLSearchParams(cursor.search).keys()]
    if (names.every((name) => known.has(name))) return cursor
  } catch {
    // Said below.
  }
  throw new AppError('INVALID_INPUT', 'query.cursor: is not a cursor of an earlier answer.', {
    next: 'Pass page.next of the answer before, unchanged, or leave it out to begin at the start.',
  })
}

/** The list in a HAL answer, or undefined where the answer is one thing. */
export function listIn(data: unknown): unknown[] | undefined {
  if (typeof data !== 'object' || data === null || !('_embedded' in data)) return undefined
  const lists = Object.values((data as { _embedded: object })._embedded ?? {}).filter(Array.isArray)
  return lists.length === 1 ? (lists[0] as unknown[]) : undefined
}

/** Only the dotted names; of every element where a name leads through a list. */
export function pickFields(value: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0) return value
  if (Array.isArray(value)) return value.map((item) => pickFields(item, fields))
  if (typeof value !== 'object' || value === null) return value
  const picked: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (fields.includes(name)) {
      picked[name] = inner
      continue
    }
    const below = fields.filter((field) => field.startsWith(`${name}.`)).map((field) => field.slice(name.length + 1))
    if (below.length > 0) picked[name] = pickFields(inner, below)
  }
  return picked
}

/** As many items as fit, from the first one on; where the first alone is too large, what fits of it. */
export function fittingItems(items: readonly unknown[], max = MAX_DATA_BYTES): FittingFields & { data: unknown[] } {
  let bytes = 2
  const data: unknown[] = []
  for (const item of items) {
    bytes += sizeOf(item) + 1
    if (bytes > max) break
    data.push(item)
  }
  if (data.length === 0 && items.length > 0) {
    const { data: first, left } = fittingFields(items[0], max - 4)
    return { data: [first], isCut: true, left }
  }
  return { data, isCut: data.length < items.length, left: [] }
}

export interface FittingFields {
  data: unknown
  isCut: boolean
  /** The names of what did not fit. */
  left: string[]
}

/** The thing itself where it fits; else its fields, from the first one on, that do. */
export function fittingFields(value: unknown, max = MAX_DATA_BYTES): FittingFields {
  if (sizeOf(value) <= max) return { data: value, isCut: false, left: [] }
  if (Array.isArray(value)) return { data: fittingItems(value, max).data, isCut: true, left: [] }
  if (typeof value !== 'object' || value === null) return { data: null, isCut: true, left: [] }
  let bytes = 2
  const data: Record<string, unknown> = {}
  const left: string[] = []
  for (const [name, inner] of Object.entries(value)) {
    const size = sizeOf(inner) + Buffer.byteLength(name) + 4
    if (bytes + size > max) {
      left.push(name)
      continue
    }
    bytes += size
    data[name] = inner
  }
  return { data, isCut: true, left }
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}
