import type { JsonSchema } from '../../src/catalog/record.ts'
import type { Schema } from './specification.ts'
import { SUPERFLUOUS_BRANCHES, UNION_BRANCHES } from './union-branches.ts'

/** What says something about a value that is sent. Descriptions, titles and examples are left out. */
const KEPT = [
  'type',
  'format',
  'enum',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'deprecated',
] as const

export interface SchemaCompiler {
  /** The JSON Schema (2020-12) of what a caller may send; what is named there refers to `#/$defs/Name`. */
  toJsonSchema(schema: Schema): JsonSchema
  /** The same of a part of it: nothing is demanded, and `null` clears a property. */
  toPatchSchema(schema: Schema): JsonSchema
  /** Whether it says anything about what is inside. */
  isTyped(schema: Schema): boolean
  /** What was referred to so far. */
  definitions(): Record<string, JsonSchema>
}

/** Turns schemas of one specification (OpenAPI 3.0) into JSON Schemas of request bodies. */
export function createSchemaCompiler(schemas: Readonly<Record<string, Schema>>): SchemaCompiler {
  const definitions = new Map<string, JsonSchema>()

  function resolve(schema: Schema): Schema {
    const name = nameOf(schema)
    return name === undefined ? schema : lookUp(name)
  }

  function lookUp(name: string): Schema {
    const found = schemas[name]
    if (found === undefined) throw new Error(`The specification refers to a schema that it lacks: ${name}`)
    return found
  }

  function define(name: string): JsonSchema {
    if (!definitions.has(name)) {
      definitions.set(name, {}) // holds its place: schemas may refer to themselves
      definitions.set(name, toJsonSchema(lookUp(name)))
    }
    return { $ref: `#/$defs/${name}` }
  }

  function toJsonSchema(schema: Schema): JsonSchema {
    const name = nameOf(schema)
    if (name !== undefined) return define(name)
    const result: Record<string, unknown> = {}
    for (const keyword of KEPT) {
      if (schema[keyword] !== undefined) result[keyword] = schema[keyword]
    }
    addProperties(schema, result)
    if (isSchema(schema['items'])) result['items'] = toJsonSchema(schema['items'])
    const rest = schema['additionalProperties']
    if (rest !== undefined) result['additionalProperties'] = isSchema(rest) ? toJsonSchema(rest) : rest
    if (Array.isArray(schema['allOf'])) result['allOf'] = (schema['allOf'] as Schema[]).map(toJsonSchema)
    const branches = (schema['oneOf'] ?? schema['anyOf']) as Schema[] | undefined
    return branches === undefined ? result : { ...result, ...toUnion(branches, schema['discriminator']) }
  }

  /** Properties that only PingOne writes are left out, even where the specification demands them. */
  function addProperties(schema: Schema, result: Record<string, unknown>): void {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
    const demanded = (schema['required'] ?? []) as string[]
    const sendable = properties.filter(
      ([name, property]) => name !== '_links' && !isReadOnly(property, demanded.includes(name)),
    )
    const left = properties.filter((property) => !sendable.includes(property)).map(([name]) => name)
    const required = demanded.filter((name) => !left.includes(name))
    if (required.length > 0) result['required'] = required
    if (sendable.length > 0) {
      result['properties'] = Object.fromEntries(sendable.map(([name, property]) => [name, toJsonSchema(property)]))
    }
  }

  /** A shared schema is marked for all who refer to it; one who demands it has to be able to send it. */
  function isReadOnly(property: Schema, isDemanded: boolean): boolean {
    return property['readOnly'] === true || (resolve(property)['readOnly'] === true && !isDemanded)
  }

  function toUnion(branches: Schema[], discriminator: unknown): JsonSchema {
    const valuesOf = valuesOfBranches(discriminator)
    const kept = branches.filter((branch) => !SUPERFLUOUS_BRANCHES.includes(nameOf(branch) ?? ''))
    const told = kept.map((branch) => ({ branch, values: valuesOf(nameOf(branch) ?? '') }))
    const options = told.map(({ branch, values }) => ({ ...constraints(values), ...toJsonSchema(branch) }))
    const properties = new Set(told.map(({ values }) => Object.keys(values ?? {}).join()))
    const [property = ''] = properties
    if (properties.size > 1 || property === '') return { anyOf: options }
    return { type: 'object', discriminator: { propertyName: property }, required: [property], oneOf: options }
  }

  function toPatchSchema(schema: Schema): JsonSchema {
    const { properties = {}, required: _, ...rest } = toJsonSchema(resolve(schema))
    const clearable = Object.entries(properties as Record<string, JsonSchema>).map(
      ([name, property]) => [name, { anyOf: [property, { type: 'null' }] }] as const,
    )
    return { ...rest, properties: Object.fromEntries(clearable) }
  }

  function isTyped(schema: Schema): boolean {
    const { properties, type, items, additionalProperties, allOf, oneOf, anyOf } = resolve(schema)
    if (type === 'array') return isSchema(items)
    if ([properties, additionalProperties].some((part) => isSchema(part) && Object.keys(part).length > 0)) return true
    return [allOf, oneOf, anyOf].some((parts) => Array.isArray(parts) && (parts as Schema[]).some(isTyped))
  }

  return {
    toJsonSchema,
    toPatchSchema,
    isTyped,
    definitions: () => Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function valuesOfBranches(
  discriminator: unknown,
): (name: string) => Readonly<Record<string, readonly string[]>> | undefined {
  if (!isSchema(discriminator)) return (name) => UNION_BRANCHES[name]
  const { propertyName, mapping } = discriminator as { propertyName: string; mapping: Record<string, string> }
  return (name) => {
    const values = Object.keys(mapping).filter((value) => mapping[value]?.endsWith(`/${name}`))
    return { [propertyName]: values }
  }
}

function constraints(values: Readonly<Record<string, readonly string[]>> | undefined): JsonSchema {
  if (values === undefined) return {}
  const properties = Object.entries(values).map(([name, allowed]) => [name, { enum: allowed }] as const)
  return { properties: Object.fromEntries(properties), required: Object.keys(values) }
}

function nameOf(schema: Schema): string | undefined {
  const reference = schema['$ref']
  return typeof reference === 'string' ? reference.replace('#/components/schemas/', '') : undefined
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
