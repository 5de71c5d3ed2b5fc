import type { OpenIndex } from './open-index.ts'
import type { Ranked } from './rank.ts'
import type { Understood } from './understand.ts'

/** What tells whether the best hit answers the query at all. */
export const SIGNS = [
  'bias',
  'score',
  'best',
  'agreement',
  'situation',
  'said',
  'target',
  'foreign',
  'near',
  'misspelled',
  'margin',
  'words',
  'typed',
] as const

export function signsOf({ query, meanings, match, typed }: Understood, ranked: readonly Ranked[]): Float64Array {
  const top = ranked[0]?.operation ?? 0
  const at = (array: Float32Array | undefined) => array?.[top] ?? 0
  const shareOf = (origin: string) =>
    match.mass === 0 ? 0 : meanings.reduce((sum, one) => sum + (one.origin === origin ? one.weight : 0), 0) / match.mass
  const score = ranked[0]?.score ?? 0
  return Float64Array.of(
    1,
    score / 10,
    at(match.best),
    Math.max(...match.phraseAgreement.map(at)),
    at(match.phraseAgreement[1]),
    Math.max(...match.phraseSaid.map(at)),
    at(match.targetSaid),
    shareOf('foreign'),
    shareOf('near'),
    shareOf('misspelled'),
    Math.min(1, (score - (ranked[9]?.score ?? 0)) / 5),
    Math.min(1, meanings.length / 8),
    Math.max(...typed.of(top)) + (query.method === undefined ? 0 : 0.3),
  )
}

/** Between 0 and 1: the probability that the first hit answers the query, as far as examples tell. */
export function confidenceOf(signs: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (const [at, sign] of signs.entries()) sum += sign * (weights[at] as number)
  return 1 / (1 + Math.exp(-sum))
}

export function confidenceWeights(index: OpenIndex): Float64Array {
  return Float64Array.from(SIGNS, (sign) => index.data.confidence[sign] ?? 0)
}
