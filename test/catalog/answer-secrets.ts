import type { Operation, Schema, Specification } from '../../scripts/catalog/specification.ts'

const SECRET_NAMES =
  /^(secret|secretKey|clientSecret|appSecret|privateKey|authToken|accessToken|refreshToken|password)$/

/** The names (dotted) of what an operation may answer with on success, and nobody should see. */
export function secretsAnsweredBy(operation: Operation, { operations, schemas }: Specification): string[] {
  const schema = answerOf(operation)
  if (schema?.['$ref'] !== '#/components/schemas/EntityArray') return [...secretsIn(schema, schemas, '', [])]
  // The specification has one schema for all lists; what is in a list is what reading one of it answers with.
  const item = operations.find(({ method, path }) => method === 'GET' && isItemOf(path, operation.path))
  return item === undefined ? [] : secretsAnsweredBy(item, { operations, schemas, service: 'management' })
}

function isItemOf(path: string, collection: string): boolean {
  return path.startsWith(`${collection}/{`) && path.lastIndexOf('/') === collection.length
}

function answerOf({ responses = {} }: Operation): Schema | undefined {
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1]
  return success?.content?.['application/json']?.schema
}

function* secretsIn(
  schema: Schema | undefined,
  schemas: Readonly<Record<string, Schema>>,
  prefix: string,
  within: readonly string[],
): Generator<string> {
  if (schema === undefined) return
  const name = (schema['$ref'] as string | undefined)?.replace('#/components/schemas/', '')
  if (name !== undefined) {
    if (!within.includes(name)) yield* secretsIn(schemas[name], schemas, prefix, [...within, name])
    return
  }
  for (const [property, value] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) {
    const isSecret = value['format'] === 'password' || (value['type'] === 'string' && SECRET_NAMES.test(property))
    if (isSecret) yield `${prefix}${property}`
    yield* secretsIn(value, schemas, `${prefix}${property}.`, within)
  }
  const parts = [schema['items'], schema['allOf'], schema['oneOf'], schema['anyOf']].flat() as (Schema | undefined)[]
  for (const part of parts) yield* secretsIn(part, schemas, prefix, within)
}
