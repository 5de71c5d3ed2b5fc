import { z } from 'zod'

/** A JSON Schema as it goes over the wire. */
export type JsonSchema = Record<string, unknown>

/** An input as clients are told of it: without `$schema`, and without patterns and limits, which cost tokens. */
export function inputSchemaOf(input: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input', target: 'draft-2020-12' })
  return slim(schema) as JsonSchema
}

const LEFT_OUT = new Set(['pattern', 'format', 'minLength', 'maxLength'])

function slim(value: unknown, isName = false): unknown {
  if (Array.isArray(value)) return value.map((item) => slim(item))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([key]) => isName || !LEFT_OUT.has(key))
  return Object.fromEntries(entries.map(([key, inner]) => [key, slim(inner, key === 'properties')]))
}

const string = { type: 'string' } as const
const boolean = { type: 'boolean' } as const
const number = { type: 'number' } as const
const any = {}

function object(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties }
}

function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

/** The words of which output schemas are made. What is spelled out once is `anyObject` elsewhere: tokens are budgeted. */
export const shape = { string, boolean, number, any, object, listOf, anyObject: { type: 'object' } } as const

/** An output with its states. `status` is always there. */
export function outputOf(states: readonly string[], properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties: { status: { enum: states }, ...properties }, required: ['status'] }
}

export const approvalShape = object({
  token: string,
  id: string,
  action: string,
  summary: string,
  effects: listOf(string),
  approveAt: string,
  expiresAt: string,
})

export const outcomeShape = object({
  user: object({ id: string, email: string }),
  devices: listOf(object({ id: string, type: string, label: string, result: string, error: string })),
})
