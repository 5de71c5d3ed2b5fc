import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import type { CatalogRecord } from './catalog-records.ts'
import type { Answered } from './evaluate.ts'
import type { JudgedQuery } from './queries.ts'

/** What a search package finds by itself in the same titles, paths and groups: the figures to beat. */
export interface Rival {
  name: string
  answer(query: JudgedQuery): Answered
}

const FIELDS = ['title', 'path', 'tag', 'operationId']

export function createRivals(records: readonly CatalogRecord[]): Rival[] {
  const documents = records.map(({ method, path, title, tag, operationId }, id) => ({
    id,
    key: `${method} ${path}`,
    title,
    path: path.replace(/([a-z])([A-Z])/g, '$1 $2'),
    tag,
    operationId: (operationId ?? '').replace(/([a-z])([A-Z])/g, '$1 $2'),
  }))
  const fuse = new Fuse(documents, {
    keys: FIELDS,
    includeScore: true,
    ignoreLocation: true,
    threshold: 0.6,
    useTokenSearch: true,
  })
  const mini = new MiniSearch({
    fields: FIELDS,
    storeFields: ['key'],
    searchOptions: { boost: { title: 3 }, fuzzy: 0.2, prefix: true },
  })
  mini.addAll(documents)
  return [
    {
      name: 'fuse.js alone',
      answer: (query) =>
        timed(query, () => fuse.search(query.query, { limit: 20 }).map(({ item, score = 1 }) => [item.key, 1 - score])),
    },
    {
      name: 'MiniSearch alone',
      answer: (query) =>
        timed(query, () =>
          mini
            .search(query.query)
            .slice(0, 20)
            .map(({ key, score }) => [key as string, score]),
        ),
    },
  ]
}

function timed(query: JudgedQuery, search: () => [string, number][]): Answered {
  const began = performance.now()
  const found = search()
  return {
    query,
    keys: found.map(([key]) => key),
    confidence: found[0]?.[1] ?? 0,
    milliseconds: performance.now() - began,
  }
}
