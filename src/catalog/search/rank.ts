import { eachFeature, FEATURES } from './features.ts'
import { matchQuery } from './match.ts'
import type { Match } from './match.ts'
import { meaningsOf } from './meanings.ts'
import type { Meaning } from './meanings.ts'
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
  typed: TypedIn
}

export function understand(text: string, index: OpenIndex, spelling: Spelling): Understood {
  const query = readQuery(text, index.data.verbs)
  const meanings = meaningsOf(query.words, index, spelling)
  return { query, meanings, match: matchQuery(meanings, index), typed: typedIn(query, index) }
}

export interface Ranked {
  operation: number
  score: number
}

/** All operations, best first; equal ones in the order of the catalogue. */
export function rank({ query, match, typed }: Understood, index: OpenIndex, weights: Float64Array): Ranked[] {
  const ranked = index.data.operations.map((_, operation) => {
    let score = 0
    eachFeature(operation, query, match, typed, index, (feature, value) => {
      score += (weights[feature] as number) * value
    })
    return { operation, score }
  })
  return ranked.sort((a, b) => b.score - a.score || a.operation - b.operation)
}

export function weightsOf(named: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(FEATURES, (feature) => named[feature] ?? 0)
}
