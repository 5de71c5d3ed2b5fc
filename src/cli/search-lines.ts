import type { Finder } from '../catalog/hits.ts'
import type { SearchOptions } from '../catalog/search/search.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'

const MOST_RESULTS = 10

/**
 * Answers each line `{"id","query"}` with a line, as it comes, until stdin ends. What is no such line is named on stderr
 * by its number, and the next one is read; where it has an id, its answer says so too, so that nobody waits for it.
 */
export async function answerLines(context: Context, finder: Finder, options: SearchOptions & { limit: number }) {
  let number = 0
  for await (const line of linesOf(context.input)) {
    number += 1
    if (line.trim() === '') continue
    const asked = parseLine(line)
    if (asked === undefined || asked.query === undefined) context.say(`line ${number}: is not {"id","query"}`)
    if (asked === undefined) continue
    const answer =
      asked.query === undefined
        ? { confident: false, results: [], latencyMs: 0, error: 'query: must be a string' }
        : answerTo(asked.query, finder, { ...options, limit: Math.min(options.limit, MOST_RESULTS) })
    context.print(visibleJson({ id: asked.id, ...answer }))
  }
}

function answerTo(query: string, { catalog, search }: Finder, options: SearchOptions) {
  // Finer than the clock that tells the time of day.
  const startedAt = performance.now()
  const { confident, results } = search(query, options)
  const latencyMs = Math.round((performance.now() - startedAt) * 1000) / 1000
  const shown = results.map(({ id, method, path, score }) => {
    const contentType = catalog.find(id)?.record.contentType
    return { method, path, ...(contentType === undefined ? {} : { contentType }), id, score }
  })
  return { confident, results: shown, latencyMs }
}

interface Asked {
  id: unknown
  query: string | undefined
}

function parseLine(line: string): Asked | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
    const { id, query } = value as { id: unknown; query?: unknown }
    return { id, query: typeof query === 'string' ? query : undefined }
  } catch {
    return undefined
  }
}

/** Only a line feed ends a line: node:readline takes U+2028 for one, too, which may stand inside of a JSON text. */
async function* linesOf(input: NodeJS.ReadStream): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = `${rest}${chunk as string}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}
