import { z } from 'zod'
import type { JsonSchema } from './schema.ts'

/**
 * One argument of a tool: what clients are told of it, and how it is parsed. The first is needed at every start, the
 * second at the first call, so it is made only then. A test holds the two against each other.
 */
export interface Param<T = unknown> {
  json: JsonSchema
  isOptional: boolean
  schema(): z.ZodType<T>
}

/** The arguments of a tool. What is not declared is refused. */
export interface Input<T = unknown> {
  json: JsonSchema
  schema(): z.ZodType<T>
}

export function required<T>(json: JsonSchema, schema: () => z.ZodType<T>): Param<T> {
  return { json, isOptional: false, schema }
}

export function optional<T>(json: JsonSchema, schema: () => z.ZodType<T>): Param<T | undefined> {
  return { json, isOptional: true, schema: () => schema().optional() }
}

type Params = Readonly<Record<string, Param>>
type ValueOf<P> = P extends Param<infer T> ? T : never
type Parsed<P extends Params> = {
  [K in keyof P as undefined extends ValueOf<P[K]> ? never : K]: ValueOf<P[K]>
} & {
  [K in keyof P as undefined extends ValueOf<P[K]> ? K : never]?: ValueOf<P[K]>
}

export function inputOf<const P extends Params>(params: P): Input<Parsed<P>> {
  const entries = Object.entries(params)
  const names = entries.filter(([, param]) => !param.isOptional).map(([name]) => name)
  let made: z.ZodType<Parsed<P>> | undefined
  return {
    json: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, param]) => [name, param.json])),
      ...(names.length === 0 ? {} : { required: names }),
      additionalProperties: false,
    },
    schema() {
      const shape = () => Object.fromEntries(entries.map(([name, param]) => [name, param.schema()]))
      made ??= z.strictObject(shape()) as unknown as z.ZodType<Parsed<P>>
      return made
    },
  }
}
