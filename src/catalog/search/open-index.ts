import type { Intent, SearchIndex } from './index-format.ts'
import { FIELDS } from './index-format.ts'

/** Lists of numbers by term, one after the other in one array. */
interface Postings {
  starts: Uint32Array
  ids: Uint16Array
}

/** The index as a search reads it. */
export interface OpenIndex {
  data: SearchIndex
  terms: ReadonlyMap<string, number>
  /** By field: which operations a term stands in. */
  fields: Postings[]
  /** Which phrases a term stands in. */
  phrases: Postings
  /** Sum of the weights of a phrase's terms. */
  phraseMass: Float64Array
  /** The same for target and parents of an operation. */
  targetMass: Float64Array
  parentsMass: Float64Array
  titleMass: Float64Array
  /** By operation: its path as it may be typed in, and the last noun of it. */
  typed: readonly { path: string; last: string }[]
  neighbours: ReadonlyMap<string, readonly number[]>
  verbs: ReadonlyMap<string, Intent>
  /** Whether a stem stands in the name of a resource. */
  isNoun(stem: string): boolean
}

export function openIndex(data: SearchIndex): OpenIndex {
  const { operations, phrases, terms, idf } = data
  const massOf = (list: readonly number[]) => list.reduce((sum, term) => sum + (idf[term] ?? 0), 0)
  const massOfField = (field: number) =>
    Float64Array.from(operations, (operation) => massOf(operation.fields[field] ?? []))
  const nouns = new Set(operations.flatMap(({ fields }) => (fields[0] ?? []).map((term) => terms[term])))
  return {
    data,
    terms: new Map(terms.map((term, at) => [term, at])),
    isNoun: (stem) => nouns.has(stem),
    fields: FIELDS.map((_, field) =>
      postingsOf(
        terms.length,
        operations.map(({ fields }) => fields[field] ?? []),
      ),
    ),
    phrases: postingsOf(
      terms.length,
      phrases.map((phrase) => phrase.terms),
    ),
    phraseMass: Float64Array.from(phrases, (phrase) => massOf(phrase.terms)),
    targetMass: massOfField(0),
    parentsMass: massOfField(1),
    titleMass: massOfField(2),
    typed: operations.map(({ path }) => typedForm(path)),
    // Maps, because an object knows words such as `constructor` without having been told.
    neighbours: new Map(Object.entries(data.neighbours)),
    verbs: new Map(Object.entries(data.verbs)),
  }
}

/** `/environments/{}/users/{}` in lower case, whatever its parameters are called. */
function typedForm(path: string): { path: string; last: string } {
  const plain = path.replace(/\{[^}]*\}/g, '{}').toLowerCase()
  return { path: plain, last: plain.split('/').findLast((segment) => segment !== '{}' && segment !== '') ?? '' }
}

function postingsOf(size: number, lists: readonly (readonly number[])[]): Postings {
  const starts = new Uint32Array(size + 1)
  for (const list of lists) for (const term of list) starts[term + 1] = (starts[term + 1] ?? 0) + 1
  for (let term = 0; term < size; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0)
  const next = starts.slice()
  const ids = new Uint16Array(starts[size] ?? 0)
  for (const [id, list] of lists.entries()) {
    for (const term of list) {
      const at = next[term] ?? 0
      ids[at] = id
      next[term] = at + 1
    }
  }
  return { starts, ids }
}
