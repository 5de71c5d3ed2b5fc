import type { Description } from '../catalog/describe.ts'
import { OWN_PARAMETER } from '../catalog/record.ts'
import { findEndpoint } from './endpoint.ts'
import { inputOf } from './input.ts'
import { endpoint } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { defineTool } from './tool.ts'

const { string, boolean, any, anyObject, listOf, object } = shape

export const describeEndpoint = defineTool({
  name: 'describe_endpoint',
  title: 'Describe a PingOne endpoint',
  description: 'Returns what is needed to call one endpoint: parameters, body, role, traps, an example.',
  effect: 'read',
  local: true,
  input: inputOf({ endpoint }),
  output: outputOf(['ok'], {
    id: string,
    method: string,
    path: string,
    contentType: string,
    title: string,
    effect: string,
    typed: boolean,
    parameters: object({ path: listOf(anyObject), query: listOf(anyObject) }),
    body: anyObject,
    role: string,
    notes: listOf(string),
    example: any,
    curl: string,
    call: anyObject,
    variants: listOf(anyObject),
  }),

  async run(input, context) {
    const { catalog, ...found } = await findEndpoint(context, input.endpoint)
    // Loaded here, because a start does not need it.
    const { describeEndpoint: describe } = await import('../catalog/describe.ts')
    const description = describe(catalog, found)
    return { structured: { status: 'ok', ...description }, text: textOf(description) }
  },
})

function textOf(description: Description): string {
  const { id, method, path, contentType, title, effect, role, notes, parameters, body, example, call, curl, variants } =
    description
  const own = parameters.path.filter(({ name }) => name !== OWN_PARAMETER)
  const names = (list: Description['parameters']['path']) =>
    list.map(({ name, required }) => (required ? name : `${name}?`)).join(', ')
  return [
    `${id}: ${title} (${effect})`,
    `${method} ${path}${contentType === undefined ? '' : `, Content-Type: ${contentType}`}`,
    `Role: ${role}`,
    ...(own.length === 0 ? [] : [`Path: ${names(own)}`]),
    ...(parameters.query.length === 0 ? [] : [`Query: ${names(parameters.query)}`]),
    ...notes.map((note) => `- ${note}`),
    ...(body === undefined ? [] : [`Body: ${JSON.stringify(body)}`]),
    ...(example === undefined ? [] : [`Example: ${JSON.stringify(example)}`]),
    curl,
    ...(variants ?? []).map((variant) => `Also: ${variant.id}: ${variant.title} (${variant.contentType ?? 'plain'})`),
    `Next: call ${call.tool} with ${JSON.stringify(call.arguments)}`,
  ].join('\n')
}
