import type { JsonSchema } from '../../src/catalog/record.ts'
import type { Schema } from './specification.ts'

/**
 * What is known of a body that the specification leaves open: the names and types in its example, of which nothing is
 * demanded and nothing excluded. The values stay behind.
 */
export function guessSchema(schema: Schema): JsonSchema {
  const { type = 'object', format, example } = schema
  if (type === 'object') return { type, ...(isObject(example) && { properties: propertiesOf(example) }) }
  return { type, ...(format !== undefined && { format }) }
}

function propertiesOf(example: Record<string, unknown>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, typeFrom(value)]))
}

function typeFrom(value: unknown): JsonSchema {
  if (Array.isArray(value)) return { type: 'array', ...(value.length > 0 && { items: typeFrom(value[0]) }) }
  if (isObject(value)) return { type: 'object', properties: propertiesOf(value) }
  return { type: typeof value }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
