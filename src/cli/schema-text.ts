import { wrap } from './wrap.ts'

type Schema = Readonly<Record<string, unknown>>

const DEEPEST = 4

/** A body's fields as an indented list: name, whether it may be left out, type, what is allowed. */
export function schemaLines(schema: Schema, width: number): string[] {
  const definitions = (schema['$defs'] ?? {}) as Readonly<Record<string, Schema>>
  return linesOf(schema, { definitions, width, depth: 1, seen: [] })
}

interface Place {
  definitions: Readonly<Record<string, Schema>>
  width: number
  depth: number
  /** What is open already: a schema may refer to itself. */
  seen: readonly string[]
}

function linesOf(raw: Schema, place: Place): string[] {
  const { schema, seen } = resolved(raw, place)
  const inside = { ...place, seen }
  const alternatives = (schema['oneOf'] ?? schema['anyOf']) as Schema[] | undefined
  const parts = ((schema['allOf'] as Schema[] | undefined) ?? []).flatMap((part) => linesOf(part, inside))
  const branches = (alternatives ?? []).flatMap((branch, index) => [
    indent(`${index === 0 ? 'either' : 'or'}${nameOf(branch)}`, place),
    ...linesOf(branch, { ...inside, depth: place.depth + 1 }),
  ])
  const items = schema['items'] as Schema | undefined
  if (schema['type'] === 'array' && items !== undefined) {
    return [indent('a list, of each:', place), ...linesOf(items, { ...inside, depth: place.depth + 1 })]
  }
  return [...parts, ...fieldLines(schema, inside), ...branches]
}

function fieldLines(schema: Schema, place: Place): string[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
  const required = new Set((schema['required'] ?? []) as string[])
  return Object.entries(properties).flatMap(([name, raw]) => {
    const { schema: field, seen } = resolved(raw, place)
    const head = `${name}${required.has(name) ? '' : '?'}: ${typeText(field, place)}`
    const below = inner(field)
    const isOpen = below !== undefined && place.depth < DEEPEST
    const lines = isOpen ? linesOf(below, { ...place, seen, depth: place.depth + 1 }) : []
    return [...wrapped(head, place), ...lines]
  })
}

/** What stands inside of a field: its own fields, or those of each item. */
function inner(field: Schema): Schema | undefined {
  const items = field['items'] as Schema | undefined
  const below = items ?? field
  const hasFields = ['properties', 'oneOf', 'anyOf', 'allOf', '$ref'].some((key) => below[key] !== undefined)
  return hasFields ? below : undefined
}

function typeText(schema: Schema, place: Place): string {
  const { type, format, enum: allowed, const: only, items, default: usual } = schema as Record<string, never>
  if (only !== undefined) return JSON.stringify(only)
  const tail = usual === undefined ? '' : `, by default ${JSON.stringify(usual)}`
  if (allowed !== undefined) return `${(allowed as unknown[]).map(String).join(' | ')}${tail}`
  const names = type === undefined ? 'object' : [type].flat().join(' | ')
  if (items !== undefined) return `list of ${typeText(resolved(items, place).schema, place)}${tail}`
  return `${names}${format === undefined ? '' : ` (${String(format)})`}${tail}`
}

function nameOf({ $ref, title }: Schema): string {
  const name = typeof $ref === 'string' ? $ref.replace('#/$defs/', '') : title
  return typeof name === 'string' ? ` ${name}:` : ':'
}

function resolved(schema: Schema, { definitions, seen }: Place): { schema: Schema; seen: readonly string[] } {
  const { $ref, ...own } = schema
  if (typeof $ref !== 'string') return { schema, seen }
  if (seen.includes($ref)) return { schema: own, seen }
  return { schema: { ...definitions[$ref.replace('#/$defs/', '')], ...own }, seen: [...seen, $ref] }
}

function indent(text: string, { depth }: Place): string {
  return `${'  '.repeat(depth)}${text}`
}

function wrapped(text: string, place: Place): string[] {
  const left = '  '.repeat(place.depth)
  return wrap(text, Math.max(20, place.width - left.length - 4)).map(
    (line, index) => `${left}${index === 0 ? '' : '    '}${line}`,
  )
}
