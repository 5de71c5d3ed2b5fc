import { findHits, type Hit } from '../catalog/hits.ts'
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
    const finder = { catalog: await catalog(), search: await search() }
    const { query: text, service: of, method: verb, limit: most = DEFAULT_LIMIT } = input
    const filter = { ...(of === undefined ? {} : { service: of }), ...(verb === undefined ? {} : { method: verb }) }
    const hits = findHits(finder, text, { ...filter, limit: most })
    const head = hits.confident ? [] : [hits.results.length === 0 ? NOTHING : 'Nothing fits well; these come nearest.']
    const tail = hits.hint === undefined ? [] : [`Next: ${hits.hint}`]
    return { structured: { status: 'ok', ...hits }, text: [...head, ...hits.results.map(lineOf), ...tail].join('\n') }
  },
})

const NOTHING = 'Nothing was found.'

function lineOf({ id, method: verb, path, contentType, title, effect, tool }: Hit): string {
  const media = contentType === undefined || contentType === 'application/json' ? '' : `, ${contentType}`
  const better = tool === undefined ? '' : `; use ${tool}`
  return `- ${id}: ${title} (${verb} ${path}${media}, ${effect}${better})`
}
