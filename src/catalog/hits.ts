import type { Catalog } from './catalog.ts'
import type { EndpointRecord } from './record.ts'
import type { Search, SearchOptions } from './search/search.ts'

/** An endpoint as a search shows it. */
export type Hit = Pick<
  EndpointRecord,
  'id' | 'method' | 'path' | 'contentType' | 'title' | 'service' | 'effect' | 'typed' | 'tool'
>

export interface Hits {
  /** False where nothing seems to fit: what is listed then are the nearest. */
  confident: boolean
  results: Hit[]
  hint?: string
}

export interface Finder {
  catalog: Catalog
  search: Search
}

export function findHits({ catalog, search }: Finder, query: string, options: SearchOptions): Hits {
  const { confident, results, hint } = search(query, options)
  const records = results.flatMap(({ id }) => catalog.find(id)?.record ?? [])
  return { confident, results: records.map(toHit), ...(hint === undefined ? {} : { hint }) }
}

function toHit({ id, method, path, contentType, title, service, effect, typed, tool }: EndpointRecord): Hit {
  return {
    id,
    method,
    path,
    ...(contentType === undefined ? {} : { contentType }),
    title,
    service,
    effect,
    typed,
    ...(tool === undefined ? {} : { tool }),
  }
}
