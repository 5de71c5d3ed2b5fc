import { z } from 'zod'
import { EFFECTS } from '../../src/catalog/record.ts'

/** The parts of `catalog/mfa.openapi.yaml` that the catalogue is made of. Whether it is OpenAPI at all, a test tells. */
const schema = z.record(z.string(), z.unknown())

const endpointFacts = z.strictObject({
  id: z.string().regex(/^mfa(\.[a-z][A-Za-z0-9]*)+$/),
  title: z.string().optional(),
  effect: z.enum(EFFECTS),
  role: z.string(),
  tool: z.string().optional(),
  answer: z.string().optional(),
  notes: z.array(z.string()).default([]),
})
export type EndpointFacts = z.output<typeof endpointFacts>

const source = z.enum(['specification', 'documentation', 'observation'])

const mediaType = z.looseObject({
  schema: schema.optional(),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).optional(),
  'x-endpoint': endpointFacts.optional(),
  'x-source': source.optional(),
})
export type MediaType = z.output<typeof mediaType>

const reference = z.strictObject({ $ref: z.string() })
const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema,
})
export type Parameter = z.output<typeof parameter>
const parameters = z.array(z.union([reference, parameter])).default([])

const operation = z.looseObject({
  operationId: z.string().optional(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  deprecated: z.boolean().default(false),
  parameters,
  requestBody: z.looseObject({ content: z.record(z.string(), mediaType) }).optional(),
  responses: z.record(z.string(), schema),
  'x-endpoint': endpointFacts.optional(),
  'x-source': source,
})
export type Operation = z.output<typeof operation>

const pathItem = z.strictObject({
  parameters,
  servers: z.array(z.unknown()).optional(),
  'x-host': z.literal('auth').optional(),
  get: operation.optional(),
  post: operation.optional(),
  put: operation.optional(),
  patch: operation.optional(),
  delete: operation.optional(),
})
export type PathItem = z.output<typeof pathItem>

export const mfaDocument = z.looseObject({
  paths: z.record(z.string(), pathItem),
  components: z.looseObject({
    parameters: z.record(z.string(), parameter),
    schemas: z.record(z.string(), schema),
  }),
})
export type MfaDocument = z.output<typeof mfaDocument>
