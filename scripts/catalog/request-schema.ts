import type { Definitions, JsonSchema } from '../../src/catalog/record.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

const COMPONENTS = '#/components/schemas/'
const DEFINITIONS = '#/$defs/'
/** For readers of the document. What a caller has to know stands in the notes. */
const PROSE = new Set(['description', 'example', 'examples', 'externalDocs', 'title', 'xml'])
const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties'])
const LISTS_OF_SCHEMAS = new Set(['allOf', 'anyOf', 'oneOf'])
const SINGLE_SCHEMAS = new Set(['items', 'additionalProperties', 'not'])

/** The component that a schema refers to, and does nothing else. */
export function referredComponent(schema: JsonSchema): string | undefined {
  const { $ref } = schema
  return typeof $ref === 'string' && $ref.startsWith(COMPONENTS) ? $ref.slice(COMPONENTS.length) : undefined
}

/** Components as they look in a request: no prose, nothing that only an answer holds, references into `$defs`. */
export function createRequestSchemas(components: Schemas) {
  const used = new Map<string, JsonSchema>()

  function isReadOnly(schema: JsonSchema): boolean {
    const name = referredComponent(schema)
    return schema['readOnly'] === true || (name !== undefined && isReadOnly(component(name)))
  }

  function component(name: string): JsonSchema {
    const found = components[name]
    if (found === undefined) throw new Error(`There is no schema ${name}`)
    return found
  }

  function define(name: string): string {
    if (!used.has(name)) {
      used.set(name, {})
      used.set(name, convert(component(name)))
    }
    return `${DEFINITIONS}${name}`
  }

  function convertProperties(properties: Schemas): Schemas {
    const writable = Object.entries(properties).filter(([, schema]) => !isReadOnly(schema))
    return Object.fromEntries(writable.map(([name, schema]) => [name, convert(schema)]))
  }

  function convertMember(schema: JsonSchema, keyword: string, value: unknown): unknown {
    if (keyword === '$ref') return define(referredComponent(schema) ?? String(value))
    if (keyword === 'discriminator') return { propertyName: (value as { propertyName: string }).propertyName }
    if (MAPS_OF_SCHEMAS.has(keyword)) return convertProperties(value as Schemas)
    if (LISTS_OF_SCHEMAS.has(keyword)) return (value as JsonSchema[]).map((part) => convert(part))
    if (SINGLE_SCHEMAS.has(keyword) && typeof value === 'object') return convert(value as JsonSchema)
    return value
  }

  function convert(schema: JsonSchema): JsonSchema {
    const members = Object.entries(schema).filter(([keyword]) => !PROSE.has(keyword))
    return Object.fromEntries(members.map(([keyword, value]) => [keyword, convertMember(schema, keyword, value)]))
  }

  return {
    convert,
    /** What the schemas that were converted refer to, by name. */
    definitions(): Definitions {
      return Object.fromEntries([...used].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    },
  }
}
