import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { EndpointParameter, EndpointRecord, JsonSchema, Method, ServiceCatalog } from '../../src/catalog/record.ts'
import { METHODS } from '../../src/catalog/record.ts'
import type { EndpointFacts, MediaType, MfaDocument, Operation, Parameter, PathItem } from './mfa-document.ts'
import { mfaDocument } from './mfa-document.ts'
import { createRequestSchemas, referredComponent } from './request-schema.ts'

const DOCUMENT = new URL('../../catalog/mfa.openapi.yaml', import.meta.url)
const NO_BODY = 'NoBody'

interface CompiledMfa {
  catalog: ServiceCatalog
  /** What is described but not callable, because it is on the auth host: `POST /{environmentID}/…`, a media type each. */
  leftOut: string[]
}

/** Makes the catalogue's records of the hand-written OpenAPI document; one record for each media type that selects an action. */
export function compileMfa(text = readFileSync(DOCUMENT, 'utf8')): CompiledMfa {
  const document = mfaDocument.parse(parse(text))
  const requests = createRequestSchemas(document.components.schemas)
  const endpoints: EndpointRecord[] = []
  const leftOut: string[] = []
  for (const action of actionsOf(document)) {
    if (action.item['x-host'] === 'auth') leftOut.push(`${action.method} ${action.path}`)
    else endpoints.push(recordOf(document, action, requests.convert))
  }
  return { catalog: { service: 'mfa', endpoints, $defs: requests.definitions() }, leftOut }
}

interface Action {
  path: string
  method: Method
  item: PathItem
  operation: Operation
  contentType?: string
  media?: MediaType
}

function actionsOf(document: MfaDocument): Action[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): Action[] => {
      const operation = item[method.toLowerCase() as Lowercase<Method>]
      if (operation === undefined) return []
      const action = { path, method, item, operation }
      const contents = Object.entries(operation.requestBody?.content ?? {})
      if (contents.length === 0) return [action]
      return contents.map(([contentType, media]) => ({ ...action, contentType, media }))
    }),
  )
}

function recordOf(document: MfaDocument, action: Action, convert: (schema: JsonSchema) => JsonSchema): EndpointRecord {
  const { path, method, operation, contentType, media } = action
  const facts = factsOf(action)
  const body = bodyOf(document, media?.schema, convert)
  const example = exampleOf(media)
  return {
    id: facts.id,
    service: 'mfa',
    method,
    path,
    ...(contentType !== undefined && { contentType }),
    ...(operation.operationId !== undefined && { operationId: operation.operationId }),
    tag: operation.tags[0],
    title: facts.title ?? operation.summary,
    notes: facts.notes,
    effect: facts.effect,
    role: facts.role,
    ...(operation.deprecated && { deprecated: true }),
    ...(facts.tool !== undefined && { tool: facts.tool }),
    parameters: parametersOf(document, action, convert),
    ...(body !== undefined && { body: body.schema }),
    typed: body?.typed ?? true,
    ...(example !== undefined && { example }),
  }
}

function factsOf({ path, method, operation, contentType, media }: Action): EndpointFacts {
  const facts = media?.['x-endpoint'] ?? operation['x-endpoint']
  if (facts === undefined) throw new Error(`${method} ${path} ${contentType ?? ''} has no x-endpoint`)
  return facts
}

function bodyOf(document: MfaDocument, schema: JsonSchema | undefined, convert: (schema: JsonSchema) => JsonSchema) {
  if (schema === undefined) return undefined
  const name = referredComponent(schema)
  if (name === NO_BODY) return undefined
  const itself = name === undefined ? schema : (document.components.schemas[name] ?? {})
  const isOpaque = Object.keys(convert(itself)).every((keyword) => keyword === 'type')
  return isOpaque ? { schema: { type: 'object' }, typed: false } : { schema: convert(schema), typed: true }
}

function exampleOf(media: MediaType | undefined): unknown {
  return media?.example ?? Object.values(media?.examples ?? {})[0]?.value
}

function parametersOf(
  document: MfaDocument,
  { item, operation }: Action,
  convert: (schema: JsonSchema) => JsonSchema,
): EndpointRecord['parameters'] {
  const all = [...item.parameters, ...operation.parameters].map((entry): Parameter => {
    if (!('$ref' in entry)) return entry
    const found = document.components.parameters[String(entry.$ref).replace('#/components/parameters/', '')]
    if (found === undefined) throw new Error(`There is no parameter ${String(entry.$ref)}`)
    return found
  })
  const placed = (place: Parameter['in']): EndpointParameter[] =>
    all
      .filter((parameter) => parameter.in === place)
      .map(({ name, required, schema }) => ({ name, ...(required && { required: true }), schema: convert(schema) }))
  return { path: placed('path'), query: placed('query') }
}
