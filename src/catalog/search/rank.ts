import { eachFeature, FEATURES } from './features.ts'
import type { OpenIndex } from './open-index.ts'
import type { Understood } from './understand.ts'

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
