import { FIELDS, INTENTS, KINDS } from './index-format.ts'
import type { OpenIndex } from './open-index.ts'
import type { Understood } from './understand.ts'
import { NUMBERS } from './read-query.ts'

const PHRASES = ['resource', 'situation', 'heading'] as const

/** Names of the numbers that describe how an operation meets a query; the weights are learned for these. */
export const FEATURES: readonly string[] = [
  ...FIELDS.map((field) => `coverage.${field}`),
  'coverage.best',
  'coverage.best2',
  'target.head',
  'target.tail',
  'parents.head',
  'parents.tail',
  'target.said',
  'parents.said',
  'title.said',
  ...PHRASES.flatMap((phrase) => [`${phrase}.agreement`, `${phrase}.agreement2`, `${phrase}.said`]),
  'near.resource',
  'near.situation',
  'unsaid.depth',
  'depth',
  'deprecated',
  'method.same',
  'method.other',
  'path.same',
  'path.end',
  'path.part',
  'name.same',
  'segment.same',
  ...INTENTS.flatMap((intent) => KINDS.map((kind) => `intent.${intent}.${kind}`)),
  ...NUMBERS.flatMap((number) => KINDS.map((kind) => `number.${number}.${kind}`)),
  ...INTENTS.flatMap((intent) => NUMBERS.map((number) => `one.${intent}.${number}`)),
]
const FIRST_INTENT = FEATURES.indexOf('intent.list.list')
const FIRST_NUMBER = FEATURES.indexOf('number.one.list')
const FIRST_ONE = FEATURES.indexOf('one.list.one')

/** Calls back with the position and value of every feature of one operation that is not 0. */
export function eachFeature(
  operation: number,
  { query, match, nearest, typed }: Understood,
  index: OpenIndex,
  take: (feature: number, value: number) => void,
): void {
  const { kind, depth, deprecated, method } = index.data.operations[
    operation
  ] as OpenIndex['data']['operations'][number]
  let at = 0
  const next = (value: number) => {
    if (value !== 0) take(at, value)
    at++
  }
  const of = (array: Float32Array | undefined) => array?.[operation] ?? 0
  for (const coverage of match.coverage) next(of(coverage))
  next(of(match.best))
  next(of(match.best) ** 2)
  next(of(match.targetHead))
  next(of(match.targetTail))
  next(of(match.parentsHead))
  next(of(match.parentsTail))
  next(of(match.targetSaid))
  next(of(match.parentsSaid))
  next(of(match.titleSaid))
  for (let phrase = 0; phrase < PHRASES.length; phrase++) {
    const agreement = of(match.phraseAgreement[phrase])
    next(agreement)
    next(agreement ** 2)
    next(of(match.phraseSaid[phrase]))
  }
  next(of(nearest.resource))
  next(of(nearest.situation))
  next(depth > 1 ? 1 - of(match.parentsSaid) : 0)
  next(depth / 4)
  next(deprecated ? 1 : 0)
  next(query.method === method ? 1 : 0)
  next(query.method !== undefined && query.method !== method ? 1 : 0)
  for (const value of typed.of(operation)) next(value)
  const kindAt = KINDS.indexOf(kind)
  const number = NUMBERS.indexOf(query.number)
  for (let intent = 0; intent < INTENTS.length; intent++) {
    const strength = query.intents[intent] ?? 0
    if (strength === 0) continue
    take(FIRST_INTENT + intent * KINDS.length + kindAt, strength)
    // Whether one thing or the list of them is meant depends on verb and number together.
    if (kind === 'read' || kind === 'list') {
      take(FIRST_ONE + intent * NUMBERS.length + number, kind === 'read' ? strength : -strength)
    }
  }
  take(FIRST_NUMBER + number * KINDS.length + kindAt, 1)
}
