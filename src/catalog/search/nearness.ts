import type { OpenIndex } from './open-index.ts'
import type { WordVectors } from './word-vectors.ts'

/** How near a query is in meaning to each operation, whatever words it uses. */
export interface Nearness {
  /** By operation: to the nearest name of its resource, and to the nearest thing that is said of the operation itself. */
  nearestOf(words: Iterable<string>): { resource: Float32Array; situation: Float32Array }
}

export function createNearness(index: OpenIndex, vectors: WordVectors): Nearness {
  const { phrases, operations } = index.data
  const { dimensions } = vectors
  const wordOf = wordsByTerm(index, vectors)
  const directions = new Float32Array(phrases.length * dimensions)
  for (const [at, { terms }] of phrases.entries()) {
    vectors.addDirection(
      terms.flatMap((term) => wordOf.get(term) ?? []),
      directions,
      at * dimensions,
    )
  }
  return {
    nearestOf: (words) => {
      const direction = new Float32Array(dimensions)
      vectors.addDirection(words, direction, 0)
      const nearest = { resource: new Float32Array(operations.length), situation: new Float32Array(operations.length) }
      for (const [at, { about, operations: owners }] of phrases.entries()) {
        let product = 0
        for (let i = 0, start = at * dimensions; i < dimensions; i++) {
          product += (directions[start + i] as number) * (direction[i] as number)
        }
        const best = about === 1 ? nearest.resource : nearest.situation
        for (const operation of owners) if (product > (best[operation] as number)) best[operation] = product
      }
      return nearest
    },
  }
}

/** The commonest way to write a term among the words that have a vector. */
function wordsByTerm({ data }: OpenIndex, vectors: WordVectors): Map<number, string> {
  const best = new Map<number, [string, number]>()
  for (const [word, [term, count]] of Object.entries(data.spellings)) {
    if (vectors.has(word) && count > (best.get(term)?.[1] ?? 0)) best.set(term, [word, count])
  }
  return new Map([...best].map(([term, [word]]) => [term, word]))
}
