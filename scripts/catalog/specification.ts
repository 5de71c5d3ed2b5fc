import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Method, Service } from '../../src/catalog/record.ts'

export type Schema = Record<string, unknown>

interface Parameter {
  name: string
  in: string
  required?: boolean
  schema: Schema
  example?: unknown
}

interface Response {
  content?: Record<string, { schema?: Schema }>
}

/** One operation as its specification has it; what is not read here is not there. */
export interface Operation {
  method: Method
  path: string
  operationId?: string
  tags?: string[]
  summary?: string
  deprecated?: boolean
  parameters: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses?: Record<string, Response>
}

export interface Specification {
  service: Service
  operations: Operation[]
  schemas: Record<string, Schema>
}

interface Document {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>
  components: { schemas: Record<string, Schema> }
}

/** Reads a public specification. One of them has a TAB in its indentation, which YAML forbids. */
export async function readSpecification(folder: string, service: Service): Promise<Specification> {
  const text = await readFile(join(folder, `${service}.yml`), 'utf8')
  const { paths, components } = parse(text.replaceAll('\t', '  ')) as Document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase() as Method,
      path,
      parameters: (operation.parameters ?? []).map((parameter) => ({
        ...parameter,
        schema: resolve(parameter.schema, components.schemas),
      })),
    })),
  )
  return { service, operations, schemas: components.schemas }
}

function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  const { $ref } = schema
  return typeof $ref === 'string' ? (schemas[$ref.replace('#/components/schemas/', '')] ?? schema) : schema
}
