import type { Match } from './match.ts'
import { matchQuery } from './match.ts'
import type { Meaning } from './meanings.ts'
import { meaningsOf } from './meanings.ts'
import type { Nearness } from './nearness.ts'
import type { OpenIndex } from './open-index.ts'
import type { ReadQuery } from './read-query.ts'
import { readQuery } from './read-query.ts'
import type { Spelling } from './spelling.ts'
import type { TypedIn } from './typed-in.ts'
import { typedIn } from './typed-in.ts'

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
