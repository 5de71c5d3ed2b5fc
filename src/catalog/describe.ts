import type { Catalog, Found } from './catalog.ts'
import { exampleOf } from './example.ts'
import type { Definitions, EndpointParameter, EndpointRecord, JsonSchema } from './record.ts'
import { OWN_PARAMETER } from './record.ts'

/** Everything that a caller needs in order to call an endpoint. */
export interface Description {
  id: string
  method: string
  path: string
  contentType?: string
  title: string
  effect: EndpointRecord['effect']
  typed: boolean
  parameters: { path: ShownParameter[]; query: ShownParameter[] }
  /** A JSON Schema that stands alone, where it is known what the body must be. */
  body?: JsonSchema
  role: string
  notes: string[]
  example?: unknown
  curl: string
  call: { tool: string; arguments: Record<string, unknown> }
  variants?: { id: string; contentType?: string; title: string }[]
}

interface ShownParameter {
  name: string
  required: boolean
  schema: JsonSchema
}

export function describeEndpoint(catalog: Catalog, { record, variants }: Found): Description {
  const definitions = catalog.definitionsOf(record.service)
  const example = record.example ?? (record.body === undefined ? undefined : exampleOf(record.body, definitions))
  const { id, method, path, contentType, title, effect, typed } = record
  return {
    id,
    method,
    path,
    ...(contentType === undefined ? {} : { contentType }),
    title,
    effect,
    typed,
    parameters: { path: record.parameters.path.map(shown), query: record.parameters.query.map(shown) },
    ...(record.body !== undefined && typed ? { body: standingAlone(record.body, definitions) } : {}),
    role: record.role ?? 'Not documented: PingOne answers 403 where a role is missing.',
    notes: notesOf(record),
    ...(example === undefined ? {} : { example }),
    curl: curlOf(record, example),
    call: callOf(record, example),
    ...(variants.length === 0 ? {} : { variants: variants.map(variantOf) }),
  }
}

function shown({ name, required, schema }: EndpointParameter): ShownParameter {
  return { name, required: required === true, schema }
}

function variantOf({ id, contentType, title }: EndpointRecord) {
  return { id, ...(contentType === undefined ? {} : { contentType }), title }
}

function notesOf({ notes, deprecated, body, typed }: EndpointRecord): string[] {
  const untyped =
    body !== undefined && !typed ? ['What the body must be is not documented: it is passed on as it is.'] : []
  return [...notes, ...(deprecated === true ? ['PingOne marks it as deprecated.'] : []), ...untyped]
}

/** The schema with the definitions that it refers to, and no others. */
function standingAlone(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const names = new Set<string>()
  const waiting: unknown[] = [schema]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const { $ref } = next as { $ref?: unknown }
    const name = typeof $ref === 'string' ? $ref.replace('#/$defs/', '') : undefined
    if (name !== undefined && !names.has(name)) {
      names.add(name)
      waiting.push(definitions[name])
    }
    waiting.push(...(Object.values(next) as unknown[]))
  }
  if (names.size === 0) return schema
  return { ...schema, $defs: Object.fromEntries([...names].map((name) => [name, definitions[name]])) }
}

function curlOf({ method, path, contentType, parameters }: EndpointRecord, example: unknown): string {
  const query = parameters.query.filter(({ required }) => required === true).map(({ name }) => `${name}=…`)
  const where = path.replace(`{${OWN_PARAMETER}}`, '$PINGONE_ENVIRONMENT_ID')
  const url = `"\${PINGONE_API_URL%/v1}/v1${where}${query.length === 0 ? '' : `?${query.join('&')}`}"`
  const lines = [
    `curl -X ${method} ${url}`,
    `-H "Authorization: Bearer $PINGONE_ACCESS_TOKEN"`,
    ...(contentType === undefined ? [] : [`-H 'Content-Type: ${contentType}'`]),
    ...(example === undefined ? [] : [`-d '${JSON.stringify(example).replaceAll("'", String.raw`'\''`)}'`]),
  ]
  return lines.join(' \\\n  ')
}

/** Which tool calls it, with what: `…` stands for what the caller knows. */
function callOf(record: EndpointRecord, example: unknown): Description['call'] {
  if (record.tool !== undefined) return { tool: record.tool, arguments: TOOL_ARGUMENTS[record.tool] ?? {} }
  const path = record.parameters.path.filter(({ name }) => name !== OWN_PARAMETER).map(({ name }) => [name, '…'])
  const query = record.parameters.query.filter(({ required }) => required === true).map(({ name }) => [name, '…'])
  return {
    tool: record.effect === 'read' ? 'read_endpoint' : 'change_endpoint',
    arguments: {
      endpoint: record.id,
      ...(path.length === 0 ? {} : { path: Object.fromEntries(path) as Record<string, string> }),
      ...(query.length === 0 ? {} : { query: Object.fromEntries(query) as Record<string, string> }),
      ...(example === undefined ? {} : { body: example }),
    },
  }
}

const TOOL_ARGUMENTS: Readonly<Record<string, Record<string, string>>> = {
  list_mfa_devices: { email: '…' },
  add_sms_device: { email: '…', phone: '…' },
  activate_mfa_device: { email: '…', deviceId: '…' },
  unpair_mfa_device: { email: '…', deviceId: '…' },
}
