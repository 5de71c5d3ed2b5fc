import type { WitnessResource } from '../approval/witness.ts'
import { isNotFound } from '../pingone/errors.ts'
import { maskAnswer } from '../pingone/mask-answer.ts'
import type { PingOneClient } from '../pingone/request.ts'

const MAX_FIELDS = 80
const MAX_VALUE = 160

/** What a resource's own GET returns, as a witness. A resource that is not there has no digest. */
export async function readResource(
  client: PingOneClient,
  path: string,
  signal?: AbortSignal,
): Promise<WitnessResource & { value?: unknown }> {
  try {
    const { data } = await client.request({ method: 'GET', path, signal })
    const value = withoutLinks(data)
    // Loaded here, because a start does not need it.
    const { createHash } = await import('node:crypto')
    const digest = createHash('sha256').update(canonical(value)).digest('hex')
    return { path, digest, fields: fieldsOf(maskAnswer(value, { path })), value }
  } catch (error) {
    if (isNotFound(error)) return { path, fields: {} }
    throw error
  }
}

/** The texts and numbers of a value by dotted name, each as JSON: what differs is told by them. */
export function fieldsOf(value: unknown): Record<string, string> {
  const found: [string, string][] = []
  collect(value, '', found)
  return Object.fromEntries(found.slice(0, MAX_FIELDS))
}

function collect(value: unknown, name: string, found: [string, string][]): void {
  if (found.length >= MAX_FIELDS) return
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isObject) {
    for (const [key, inner] of Object.entries(value)) collect(inner, name === '' ? key : `${name}.${key}`, found)
    return
  }
  const text = JSON.stringify(value) ?? 'undefined'
  found.push([name, text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`])
}

// The API's own navigation says nothing of the resource.
function withoutLinks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLinks)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== '_links')
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutLinks(inner)]))
}

/** JSON with the names in order, so that equal resources have equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}
