import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import { METHODS } from '../../src/catalog/record.ts'
import type { JsonSchema, Method } from '../../src/catalog/record.ts'

/** `catalog/mfa.openapi.yaml` as a reader who knows nothing of this program takes it: plain OpenAPI and JSON Schema. */

interface Endpoint {
  id: string
  title?: string
  effect: string
  answer?: string
}

interface Media {
  schema: JsonSchema
  example?: unknown
  examples?: Record<string, { value: unknown }>
  'x-endpoint'?: Endpoint
  'x-source'?: string
}

interface Operation {
  operationId?: string
  deprecated?: boolean
  tags: string[]
  summary: string
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { $ref?: string; content?: Record<string, Media> }>
  'x-endpoint'?: Endpoint
  'x-source': string
}

type Components = Record<'schemas', Record<string, JsonSchema>> & {
  responses: Record<string, { content: Record<string, Media> }>
}

interface OpenApi {
  paths: Record<string, Record<string, unknown>>
  components: Components
}

export interface Action {
  method: Method
  path: string
  isOnAuthHost: boolean
  operation: Operation
  contentType?: string
  media?: Media
  endpoint?: Endpoint
  source: string
}

const ROOT = join(import.meta.dirname, '../..')
export const MFA_JSON = readFileSync(join(ROOT, 'catalog/mfa.json'), 'utf8')
export const PUBLIC_SPECIFICATION = join(ROOT, '../shared/pingone/openapi/mfa.yml')

export function readOpenApi(file = join(ROOT, 'catalog/mfa.openapi.yaml')): OpenApi {
  return parse(readFileSync(file, 'utf8')) as OpenApi
}

/** One for each operation or, where its body has several media types, for each of them. */
export function actionsOf(document: OpenApi): Action[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): Action[] => {
      const operation = item[method.toLowerCase()] as Operation | undefined
      if (operation === undefined) return []
      const isOnAuthHost = item['x-host'] === 'auth'
      const source = operation['x-source']
      const action = { method, path, isOnAuthHost, operation, source, ...present(operation['x-endpoint']) }
      const contents = Object.entries(operation.requestBody?.content ?? {})
      if (contents.length === 0) return [action]
      return contents.map(([contentType, media]) => ({
        ...action,
        contentType,
        media,
        source: media['x-source'] ?? source,
        ...present(media['x-endpoint']),
      }))
    }),
  )
}

function present(endpoint: Endpoint | undefined): { endpoint?: Endpoint } {
  return endpoint === undefined ? {} : { endpoint }
}

/** The example bodies or answers of one media type. */
export function examplesOf(media: Media): unknown[] {
  const several = Object.values(media.examples ?? {}).map(({ value }) => value)
  return media.example === undefined ? several : [media.example, ...several]
}

/** The schema of an answer with this status, where the document promises a body. */
export function answerSchema(document: OpenApi, operation: Operation, status: number): JsonSchema | undefined {
  const range = `${Math.floor(status / 100)}XX`
  const response = operation.responses[String(status)] ?? operation.responses[range]
  if (response === undefined) throw new Error(`The document knows no answer with status ${status}`)
  const { $ref } = response
  const resolved = $ref === undefined ? response : document.components.responses[lastPart($ref)]
  return resolved?.content?.['application/json']?.schema
}

export function resolveSchema(document: OpenApi, schema: JsonSchema): JsonSchema {
  const { $ref, ...own } = schema as { $ref?: string }
  if ($ref === undefined) return schema
  return { ...resolveSchema(document, document.components.schemas[lastPart($ref)] ?? {}), ...own }
}

function lastPart(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}

/**
 * The schema on its own, its references put in. Closed, it refuses members that it does not name: what PingOne may add
 * one day, the sandbox may not make up.
 */
function standalone(document: OpenApi, raw: JsonSchema, isClosed: boolean, isPart = false): JsonSchema {
  const { mapping: _, ...schema } = resolveSchema(document, raw)
  const into = (part: unknown) => standalone(document, part as JsonSchema, isClosed)
  const result: Record<string, unknown> = { ...schema }
  if (schema['discriminator'] !== undefined) delete result['discriminator']
  for (const keyword of ['items', 'additionalProperties']) {
    if (typeof schema[keyword] === 'object') result[keyword] = into(schema[keyword])
  }
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const parts = schema[keyword] as JsonSchema[] | undefined
    if (parts !== undefined) result[keyword] = parts.map((part) => standalone(document, part, isClosed, true))
  }
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined
  if (properties !== undefined) {
    result['properties'] = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, into(part)]))
  }
  const namesMembers = properties !== undefined || schema['allOf'] !== undefined
  return isClosed && namesMembers && !isPart ? { ...result, unevaluatedProperties: false } : result
}

export function createAjv(options: { discriminator?: boolean } = {}): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false, ...options })
  addFormats.default(ajv)
  return ajv
}

/** What is wrong with values, as sentences; an empty list where they are as the document says. */
export function createJudge(document: OpenApi) {
  const ajv = createAjv()
  const compiled = { open: new Map<JsonSchema, ValidateFunction>(), closed: new Map<JsonSchema, ValidateFunction>() }
  return (schema: JsonSchema, value: unknown, { isClosed = false } = {}): string[] => {
    const known = isClosed ? compiled.closed : compiled.open
    const validate = known.get(schema) ?? ajv.compile(standalone(document, schema, isClosed))
    known.set(schema, validate)
    return validate(value) ? [] : (validate.errors ?? []).map(sentence)
  }
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`
}
