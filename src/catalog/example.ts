import type { Definitions, JsonSchema } from './record.ts'

/**
 * An example that a schema accepts: what is required, and where nothing is, the first few fields. Deterministic. Values
 * are made up; `$ref` is resolved in `$defs`, and what refers to itself ends where it may.
 */
export function exampleOf(schema: JsonSchema, definitions: Definitions): unknown {
  return build(schema, { definitions, depth: 0, name: '' })
}

interface Place {
  definitions: Definitions
  depth: number
  /** The field's name, for a value that fits it. */
  name: string
}

const PLAIN = new Set(['string', 'boolean', 'integer', 'number'])
const MAX_DEPTH = 8
const SHOWN_OPTIONAL = 3

function build(raw: JsonSchema, place: Place): unknown {
  const schema = flatten(raw, place.definitions)
  if (schema['const'] !== undefined) return schema['const']
  if (Array.isArray(schema['enum'])) return (schema['enum'] as unknown[])[0]
  if (schema['default'] !== undefined) return schema['default']
  switch (typeOf(schema)) {
    case 'object':
      return objectExample(schema, place)
    case 'array':
      return arrayExample(schema, place)
    case 'integer':
    case 'number':
      return numberExample(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return stringExample(schema, place.name)
  }
}

/** The schema with its references, `allOf` and first alternatives put together. */
function flatten(raw: JsonSchema, definitions: Definitions, seen: readonly string[] = []): JsonSchema {
  const { $ref, allOf, oneOf, anyOf, ...own } = raw as Record<string, unknown>
  const parts: JsonSchema[] = []
  if (typeof $ref === 'string' && !seen.includes($ref)) {
    const target = definitions[$ref.replace('#/$defs/', '')]
    if (target !== undefined) parts.push(flatten(target, definitions, [...seen, $ref]))
  }
  for (const part of (allOf as JsonSchema[] | undefined) ?? []) parts.push(flatten(part, definitions, seen))
  const [first] = ((oneOf ?? anyOf) as JsonSchema[] | undefined) ?? []
  if (first !== undefined) parts.push(flatten(first, definitions, seen))
  return [...parts, own].reduce<Record<string, unknown>>(merge, {})
}

function merge(into: Record<string, unknown>, part: JsonSchema): Record<string, unknown> {
  const properties = mergedProperties(
    into['properties'] as Properties | undefined,
    part['properties'] as Properties | undefined,
  )
  const required = [...new Set([...((into['required'] as string[]) ?? []), ...((part['required'] as string[]) ?? [])])]
  return {
    ...into,
    ...part,
    ...(properties === undefined ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  }
}

type Properties = Record<string, JsonSchema>

// A property that two parts describe keeps what each says of it: one has the type, another the one value it may have.
function mergedProperties(a: Properties | undefined, b: Properties | undefined): Properties | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const merged = { ...a }
  for (const [name, schema] of Object.entries(b)) merged[name] = { ...merged[name], ...schema }
  return merged
}

function typeOf(schema: JsonSchema): string {
  const type = schema['type']
  if (Array.isArray(type)) return (type as string[]).find((one) => one !== 'null') ?? 'null'
  if (typeof type === 'string') return type
  return schema['properties'] === undefined ? 'string' : 'object'
}

function objectExample(schema: JsonSchema, place: Place): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Properties
  const required = (schema['required'] ?? []) as string[]
  const mayBeSent = Object.keys(properties).filter((name) => properties[name]?.['readOnly'] !== true)
  // What is plain says most, and does least where somebody sends it as it stands.
  const isPlain = (name: string) => PLAIN.has(typeOf(flatten(properties[name] ?? {}, place.definitions)))
  const writable = [...mayBeSent.filter(isPlain), ...mayBeSent.filter((name) => !isPlain(name))]
  const names = required.length > 0 ? required : writable.slice(0, place.depth === 0 ? SHOWN_OPTIONAL : 1)
  if (place.depth >= MAX_DEPTH) return {}
  const shown = names.filter((name) => properties[name] !== undefined)
  return Object.fromEntries(
    shown.map((name) => [name, build(properties[name] ?? {}, { ...place, depth: place.depth + 1, name })]),
  )
}

function arrayExample(schema: JsonSchema, place: Place): unknown[] {
  const items = schema['items'] as JsonSchema | undefined
  const count = Math.max(1, Number(schema['minItems'] ?? 1))
  if (items === undefined || place.depth >= MAX_DEPTH) return []
  return Array.from({ length: count }, () => build(items, { ...place, depth: place.depth + 1 }))
}

function numberExample(schema: JsonSchema): number {
  const minimum = Number(schema['minimum'] ?? 1)
  const maximum = Number(schema['maximum'] ?? Number.POSITIVE_INFINITY)
  return Math.min(Math.max(minimum, 1), maximum)
}

const ID = '00000000-0000-4000-8000-000000000001'
const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-11-30T00:00:00.000Z',
  date: '2026-11-30',
  email: 'alice@example.com',
  uri: 'https://example.com',
  url: 'https://example.com',
  uuid: ID,
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  hostname: 'example.com',
}
const BY_NAME: readonly [RegExp, string][] = [
  [/id$/i, ID],
  [/email|from|replyto/i, 'alice@example.com'],
  [/phone|number/i, '+12125550150'],
  [/url|uri|href|endpoint/i, 'https://example.com'],
  [/otp|passcode/i, '123456'],
  [/locale|language/i, 'en'],
  [/username/i, 'alice'],
  [/given/i, 'Alice'],
  [/family/i, 'Ferreira'],
  [/domain/i, 'example.com'],
  [/name/i, 'Example'],
  [/description/i, 'What it is for'],
]

function stringExample(schema: JsonSchema, name: string): string {
  const byFormat = BY_FORMAT[String(schema['format'])]
  const byName = BY_NAME.find(([pattern]) => pattern.test(name))?.[1]
  const text = byFormat ?? byName ?? 'example'
  const pattern = schema['pattern']
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(text)) return matching(pattern) ?? text
  const minLength = Number(schema['minLength'] ?? 0)
  const maxLength = Number(schema['maxLength'] ?? Number.POSITIVE_INFINITY)
  return text.padEnd(minLength, 'x').slice(0, maxLength)
}

const CANDIDATES = [
  'example',
  'Example',
  'example.com',
  '1',
  '123456',
  '+12125550150',
  '#1a73e8',
  ID,
  'A',
  'a',
  'EXAMPLE_1',
  'https://example.com',
  '192.0.2.0/24',
  'en',
  'en-US',
  '1.0.0',
]

function matching(pattern: string): string | undefined {
  const expression = new RegExp(pattern, 'u')
  return CANDIDATES.find((candidate) => expression.test(candidate))
}
