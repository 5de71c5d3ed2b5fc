import type { Method, Service } from '../record.ts'
import { confidenceOf, confidenceWeights, signsOf } from './confidence.ts'
import type { IndexedRecord } from './index-format.ts'
import type { Meaning } from './meanings.ts'
import type { OpenIndex } from './open-index.ts'
import { rank, weightsOf } from './rank.ts'
import { understand } from './understand.ts'
import type { Understood } from './understand.ts'
import type { SearchFiles } from './parts.ts'
import { openParts } from './parts.ts'

export interface SearchOptions {
  service?: Service
  method?: Method
  /** Default 10. */
  limit?: number
}

interface SearchHit {
  /** Of the catalogue's record. */
  id: string
  method: Method
  path: string
  /** The first hit's score is the confidence that it answers the query; scores of different queries can be compared. */
  score: number
}

interface SearchAnswer {
  /** False where nothing seems to fit: what is listed then are the nearest. */
  confident: boolean
  results: SearchHit[]
  hint?: string
}

export type Search = (query: string, options?: SearchOptions) => SearchAnswer

/** From here on an answer is called confident; the bench tells how many answers fall below. */
export const CONFIDENT = 0.4
const HINT =
  'Nothing in the PingOne API seems to fit. Try the words of an administrator: a thing (user, device, policy) and what is to be done with it.'

/** Search over the catalogue: no network, no clock, no randomness; the same words always find the same. */
export function createSearch({ data, vectors }: SearchFiles): Search {
  const parts = openParts({ data, vectors })
  const { index } = parts
  const weights = weightsOf(data.weights)
  const trust = confidenceWeights(index)
  return (text, { service, method, limit = 10 } = {}) => {
    const exact = typedExactly(text, index)
    const understood = understand(text, parts)
    if (exact.length === 0 && understood.meanings.length === 0 && understood.query.path === undefined) {
      return { confident: false, results: [], hint: HINT }
    }
    const ranked = rank(understood, index, weights)
    const confidence = exact.length > 0 ? 1 : confidenceOf(signsOf(understood, ranked), trust)
    const top = ranked[0]?.score ?? 0
    const hits: SearchHit[] = exact.map((hit) => ({ ...hit, score: 1 }))
    const variants: SearchHit[] = []
    for (const { operation, score } of ranked) {
      const { method: own, path, records } = index.data.operations[operation] as OpenIndex['data']['operations'][number]
      const fitting = records.filter((record) => service === undefined || record.service === service)
      const [best, ...others] = byTitle(fitting, understood, index)
      if (best === undefined || (method !== undefined && own !== method)) continue
      const scored = round(confidence * Math.exp((score - top) / 8))
      const isThere = hits.some((hit) => hit.method === own && hit.path === path)
      if (!isThere) hits.push({ id: best.id, method: own, path, score: scored })
      variants.push(...others.map(({ id }) => ({ id, method: own, path, score: scored })))
      if (hits.length >= limit) break
    }
    const confident = confidence >= CONFIDENT
    const seen = new Set(hits.map(({ id }) => id))
    const results = [...hits, ...variants.filter(({ id }) => !seen.has(id))].slice(0, limit)
    return { confident, results, ...(confident ? {} : { hint: HINT }) }
  }
}

/** `METHOD /path` or an id, letter by letter. */
function typedExactly(text: string, { data }: OpenIndex): Omit<SearchHit, 'score'>[] {
  const typed = text.trim()
  if (typed.length > 300) return []
  const withBraces = /^([A-Z]+)\s+(\/\S*)$/.exec(typed)
  for (const { method, path, records } of data.operations) {
    const [first] = records
    if (first !== undefined && withBraces?.[1] === method && samePath(withBraces[2] ?? '', path)) {
      return [{ id: first.id, method, path }]
    }
    const byId = records.find(({ id }) => id === typed)
    if (byId !== undefined) return [{ id: byId.id, method, path }]
  }
  return []
}

function samePath(a: string, b: string): boolean {
  const plain = (path: string) => path.replace(/^\/v1\//, '/').replace(/\{[^}]*\}/g, '{}')
  return plain(a) === plain(b)
}

/** The records of one method and path, the one whose title says most of the query first. */
function byTitle(records: readonly IndexedRecord[], { meanings }: Understood, { data }: OpenIndex): IndexedRecord[] {
  if (records.length < 2) return [...records]
  const own = ({ title }: IndexedRecord) => meanings.reduce((sum, meaning) => sum + said(meaning, title, data.idf), 0)
  return records
    .map((record) => ({ record, sum: own(record) }))
    .toSorted((a, b) => b.sum - a.sum)
    .map(({ record }) => record)
}

function said({ terms, weight }: Meaning, title: readonly number[], idf: readonly number[]): number {
  let best = 0
  for (const term of title) best = Math.max(best, (terms.get(term) ?? 0) * Math.min(weight, idf[term] ?? 0))
  return best
}

function round(score: number): number {
  return Math.round(score * 10_000) / 10_000
}
