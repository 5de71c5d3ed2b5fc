import { confidenceOf, signsOf, SIGNS } from '../../src/catalog/search/confidence.ts'
import { FEATURES } from '../../src/catalog/search/features.ts'
import type { SearchParts } from '../../src/catalog/search/understand.ts'
import { rank } from '../../src/catalog/search/rank.ts'
import { understand } from '../../src/catalog/search/understand.ts'
import type { Fitted } from './assemble.ts'
import { fitConfidence } from './confidence-training.ts'
import type { Answered } from './evaluate.ts'
import type { JudgedQuery } from './queries.ts'
import { exampleOf, fitWeights } from './training.ts'

export interface Learned {
  weights: Float64Array
  confidence: Float64Array
}

/** Ranking first, then the confidence in what it puts first. */
export function learn(queries: readonly JudgedQuery[], parts: SearchParts): Learned {
  const weights = fitWeights(
    queries.filter(({ relevant }) => relevant.length > 0).map((query) => exampleOf(query, parts)),
  )
  const confidence = fitConfidence(
    queries.map(({ query, relevant }) => {
      const understood = understand(query, parts)
      return { signs: signsOf(understood, rank(understood, parts.index, weights)), isAnswered: relevant.length > 0 }
    }),
  )
  return { weights, confidence }
}

export function namedWeights({ weights, confidence }: Learned): Fitted {
  const rounded = (names: readonly string[], values: Float64Array) =>
    Object.fromEntries(names.map((name, at) => [name, Math.round((values[at] ?? 0) * 1000) / 1000]))
  return { weights: rounded(FEATURES, weights), confidence: rounded(SIGNS, confidence) }
}

function answer(query: JudgedQuery, parts: SearchParts, { weights, confidence }: Learned): Answered {
  const began = performance.now()
  const understood = understand(query.query, parts)
  const ranked = rank(understood, parts.index, weights)
  const sure = confidenceOf(signsOf(understood, ranked), confidence)
  const milliseconds = performance.now() - began
  const keys = ranked.slice(0, 10).map(({ operation }) => {
    const { method, path } = parts.index.data.operations[
      operation
    ] as SearchParts['index']['data']['operations'][number]
    return `${method} ${path}`
  })
  return { query, keys, confidence: sure, milliseconds }
}

const FOLDS = 5

/** Every query answered by weights that were learned without it. */
export function crossValidate(queries: readonly JudgedQuery[], parts: SearchParts): Answered[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const learned = learn(
      queries.filter((_query, at) => at % FOLDS !== fold),
      parts,
    )
    return queries.filter((_query, at) => at % FOLDS === fold).map((query) => answer(query, parts, learned))
  }).flat()
}
