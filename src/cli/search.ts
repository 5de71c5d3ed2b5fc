import type { Finder } from '../catalog/hits.ts'
import { METHODS, SERVICES } from '../catalog/record.ts'
import type { SearchOptions } from '../catalog/search/search.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'
import { badInput } from './failure.ts'

interface SearchArgs {
  words: string
  limit: string | undefined
  service: string | undefined
  method: string | undefined
  json: boolean
  jsonl: boolean
}

const MOST = 50
const DEFAULT_LIMIT = 10

export async function search(context: Context, args: SearchArgs): Promise<number> {
  const options = optionsOf(args)
  if (args.jsonl && (args.json || args.words !== ''))
    throw badInput('--jsonl takes its queries from stdin, and no words')
  if (!args.jsonl && args.words.trim() === '') throw badInput('"search" needs <words…>: what the endpoint does')
  const finder = await openFinder(context)
  if (args.jsonl) {
    const { answerLines } = await import('./search-lines.ts')
    await answerLines(context, finder, options)
    return 0
  }
  const { findHits } = await import('../catalog/hits.ts')
  const hits = findHits(finder, args.words, options)
  if (args.json) {
    context.print(visibleJson({ status: 'ok', ...hits }, { indent: 2 }))
    return hits.confident ? 0 : 1
  }
  const { hitsText } = await import('./endpoint-text.ts')
  if (!hits.confident && hits.results.length > 0) context.say('Nothing fits well; these come nearest.')
  const text = hitsText(hits.results, { paint: context.paint.output, width: context.outputWidth() })
  if (text !== '') context.print(text)
  if (hits.hint !== undefined) context.say(hits.hint)
  const [first] = hits.results
  if (hits.confident && first !== undefined) context.say(`Next: pingone-mfa-mcp describe ${first.id}`)
  return hits.confident ? 0 : 1
}

export async function openFinder(context: Context): Promise<Finder> {
  const app = await context.openApp()
  const [catalog, find] = await Promise.all([app.catalog(), app.search()])
  return { catalog, search: find }
}

function optionsOf({ limit = String(DEFAULT_LIMIT), service, method }: SearchArgs): SearchOptions & { limit: number } {
  const most = /^\d{1,3}$/.test(limit) ? Number(limit) : 0
  if (most < 1 || most > MOST) throw badInput(`--limit takes a whole number from 1 to ${MOST}`)
  const of = SERVICES.find((known) => known === service?.toLowerCase())
  if (service !== undefined && of === undefined) throw badInput(`--service takes one of ${SERVICES.join(', ')}`)
  const verb = METHODS.find((known) => known === method?.toUpperCase())
  if (method !== undefined && verb === undefined) throw badInput(`--method takes one of ${METHODS.join(', ')}`)
  return { limit: most, ...(of === undefined ? {} : { service: of }), ...(verb === undefined ? {} : { method: verb }) }
}
