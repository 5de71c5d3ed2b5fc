/** A JSON Schema as it goes over the wire. */
export type JsonSchema = Record<string, unknown>

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
  denialReason: string,
  expiresAt: string,
})

export const outcomeShape = object({
  user: object({ id: string, email: string }),
  devices: listOf(object({ id: string, type: string, label: string, result: string, error: string })),
})
