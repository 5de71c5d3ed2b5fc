import type {
  Effect,
  EndpointParameter,
  EndpointRecord,
  JsonSchema,
  Method,
  ServiceCatalog,
} from '../../src/catalog/record.ts'
import type { Authored, AuthoredEndpoint } from './authored.ts'
import { createSchemaCompiler, type SchemaCompiler } from './body-schema.ts'
import { bodyOf, mediaTypesOf } from './media-types.ts'
import { roleFor } from './roles.ts'
import type { Operation, Specification } from './specification.ts'
import { guessSchema } from './untyped-body.ts'

const EFFECT_OF_METHOD: Readonly<Record<Method, Effect>> = {
  GET: 'read',
  POST: 'change',
  PUT: 'change',
  PATCH: 'change',
  DELETE: 'destructive',
}

/** Facts of a specification and what we wrote about them, joined. Both must speak of the same operations. */
export function compileService(specification: Specification, authored: Authored): ServiceCatalog {
  const schemas = createSchemaCompiler(specification.schemas)
  const unused = new Set(authored.keys())
  const endpoints = specification.operations.flatMap((operation) => {
    const key = `${operation.method} ${operation.path}`
    unused.delete(key)
    return actionsOf(operation, authored.get(key) ?? []).map((action) =>
      toRecord(specification.service, operation, action, schemas),
    )
  })
  const [stray] = unused
  if (stray !== undefined) throw new Error(`${specification.service}.yaml: ${stray} is not in the specification`)
  return { service: specification.service, endpoints, $defs: schemas.definitions() }
}

interface Action {
  endpoint: AuthoredEndpoint
  mediaType: string | undefined
}

/** Every media type of the specification is one authored action, and every authored action has its media type. */
function actionsOf(operation: Operation, endpoints: readonly AuthoredEndpoint[]): Action[] {
  const key = `${operation.method} ${operation.path}`
  const types = mediaTypesOf(operation)
  const [only] = endpoints
  if (only !== undefined && endpoints.length === 1 && types.length <= 1) {
    return [{ endpoint: only, mediaType: only.contentType ?? types[0] }]
  }
  const missing = types.filter((type) => !endpoints.some(({ contentType }) => contentType === type))
  if (endpoints.length === 0 || missing.length > 0)
    throw new Error(`Nothing is written about ${key} ${missing.join(', ')}`)
  return endpoints.map((endpoint) => {
    const isKnown = endpoint.contentType !== undefined && types.includes(endpoint.contentType)
    if (!isKnown && endpoint.beyondSpecification !== true)
      throw new Error(`${key} has no media type ${endpoint.contentType}`)
    return { endpoint, mediaType: endpoint.contentType }
  })
}

function toRecord(
  service: Specification['service'],
  operation: Operation,
  { endpoint, mediaType }: Action,
  schemas: SchemaCompiler,
): EndpointRecord {
  const { method, path } = operation
  const role = roleFor(method, path)
  const { body, typed } = bodyFor(operation, endpoint, mediaType, schemas)
  return {
    id: `${service}.${endpoint.id}`,
    service,
    method,
    path,
    ...(mediaType !== undefined && { contentType: mediaType }),
    ...(operation.operationId !== undefined && { operationId: operation.operationId }),
    tag: operation.tags?.[0] ?? '',
    title: endpoint.title,
    notes: endpoint.notes,
    effect: endpoint.effect ?? EFFECT_OF_METHOD[method],
    ...(role !== undefined && { role }),
    ...((operation.deprecated === true || endpoint.deprecated === true) && { deprecated: true as const }),
    parameters: { path: parametersOf(operation, 'path', schemas), query: parametersOf(operation, 'query', schemas) },
    ...(body !== undefined && { body }),
    typed,
  }
}

function bodyFor(
  operation: Operation,
  endpoint: AuthoredEndpoint,
  mediaType: string | undefined,
  schemas: SchemaCompiler,
): { body?: JsonSchema; typed: boolean } {
  if (endpoint.body === null) return { typed: true }
  if (endpoint.body !== undefined) return { body: endpoint.body, typed: true }
  const schema = bodyOf(operation, mediaType)
  if (schema === undefined) return { typed: true }
  if (!schemas.isTyped(schema)) return { body: guessSchema(schema), typed: false }
  const body = operation.method === 'PATCH' ? schemas.toPatchSchema(schema) : schemas.toJsonSchema(schema)
  return { body, typed: true }
}

function parametersOf(operation: Operation, place: 'path' | 'query', schemas: SchemaCompiler): EndpointParameter[] {
  return operation.parameters
    .filter((parameter) => parameter.in === place)
    .map(({ name, required, schema }) => ({
      name,
      ...(required === true && { required: true as const }),
      schema: schemas.toJsonSchema(schema),
    }))
}
