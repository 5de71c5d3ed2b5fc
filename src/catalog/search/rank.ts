import { eachFeature, FEATURES } from './features.ts'
import { matchQuery } from './match.ts'
import type { Match } from './match.ts'
import { meaningsOf } from './meanings.ts'
import type { Meaning } from './meanings.ts'
import type { Nearness } from './nearness.ts'
import type { OpenIndex } from './open-index.ts'
import { readQuery } from './read-query.ts'
import type { ReadQuery } from './read-query.ts'
import type { Spelling } from './spelling.ts'
import { typedIn } from './typed-in.ts'
import type { TypedIn } from './typed-in.ts'

/** A query as far as it is understood: all that features and confidence are made of. */
export interface Understood {
  query: ReadQuery
  meanings: Meaning[]
  match: Match
  nearest: ReturnType<Nearness['nearestOf']>
  typed: TypedIn
}

/** What a search is made of, opened once. */
export interface SearchParts {
  index: OpenIndex
  spelling: Spelling
  nearness: Nearness
}

export function understand(text: string, { index, spelling, nearness }: SearchParts): Understood {
  const query = readQuery(text, index)
  const meanings = meaningsOf(query.words, index, spelling)
  return {
    query,
    meanings,
    match: matchQuery(meanings, index),
    nearest: nearness.nearestOf(query.plainWords),
    typed: typedIn(query, index),
  }
}

export interface Ranked {
  operation: number
  score: number
}

/** All operations, best first; equal ones in the order of the catalogue. */
export function rank(understood: Understood, index: OpenIndex, weights: Float64Array): Ranked[] {
  const ranked = index.data.operations.map((_, operation) => {
    let score = 0
    eachFeature(operation, understood, index, (feature, value) => {
      score += (weights[feature] as number) * value
    })
    return { operation, score }
  })
  return ranked.toSorted((a, b) => b.score - a.score || a.operation - b.operation)
}

export function weightsOf(named: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(FEATURES, (feature) => named[feature] ?? 0)
}
