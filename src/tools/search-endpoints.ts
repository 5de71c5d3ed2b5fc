import type { EndpointRecord } from '../catalog/record.ts'
import { METHODS, SERVICES } from '../catalog/record.ts'
import { inputOf } from './input.ts'
import { method, query, resultLimit, service } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { defineTool } from './tool.ts'

const { string, boolean, object, listOf } = shape
const DEFAULT_LIMIT = 5

export const searchEndpoints = defineTool({
  name: 'search_endpoints',
  title: 'Search the PingOne endpoints',
  description: `Finds endpoints of the PingOne APIs (${SERVICES.join(', ')}) by what they do, in plain words.`,
  effect: 'read',
  local: true,
  input: inputOf({ query, service, method, limit: resultLimit }),
  output: outputOf(['ok'], {
    confident: boolean,
    results: listOf(
      object({
        id: string,
        method: { enum: METHODS },
        path: string,
        contentType: string,
        title: string,
        service: string,
        effect: string,
        typed: boolean,
        tool: string,
      }),
    ),
    hint: string,
  }),

  async run(input, { catalog, search }) {
    const [known, find] = await Promise.all([catalog(), search()])
    const { query: text, service: of, method: verb, limit: most = DEFAULT_LIMIT } = input
    const filter = { ...(of === undefined ? {} : { service: of }), ...(verb === undefined ? {} : { method: verb }) }
    const { confident, results, hint } = find(text, { ...filter, limit: most })
    const records = results.flatMap(({ id }) => known.find(id)?.record ?? [])
    const structured = { status: 'ok', confident, results: records.map(shown), ...(hint === undefined ? {} : { hint }) }
    const head = confident ? [] : ['Nothing fits well; these come nearest.']
    const tail = hint === undefined ? [] : [`Next: ${hint}`]
    return { structured, text: [...head, ...records.map(lineOf), ...tail].join('\n') }
  },
})

function shown({ id, method: verb, path, contentType, title, service: of, effect, typed, tool }: EndpointRecord) {
  return {
    id,
    method: verb,
    path,
    ...(contentType === undefined ? {} : { contentType }),
    title,
    service: of,
    effect,
    typed,
    ...(tool === undefined ? {} : { tool }),
  }
}

function lineOf({ id, method: verb, path, title, effect, tool }: EndpointRecord): string {
  const better = tool === undefined ? '' : `; use ${tool}`
  return `- ${id}: ${title} (${verb} ${path}, ${effect}${better})`
}
