import { eachFeature, FEATURES } from '../../src/catalog/search/features.ts'
import type { SearchParts } from '../../src/catalog/search/understand.ts'
import { understand } from '../../src/catalog/search/understand.ts'
import type { JudgedQuery } from './queries.ts'

/** One query as numbers: for each operation the features that are not 0, and its grade. */
export interface Example {
  query: JudgedQuery
  features: { at: Uint16Array; value: Float32Array }[]
  grades: Uint8Array
}

export function exampleOf(query: JudgedQuery, parts: SearchParts): Example {
  const { index } = parts
  const understood = understand(query.query, parts)
  const grades = new Map<string, number>(query.relevant.map(({ method, path, grade }) => [`${method} ${path}`, grade]))
  return {
    query,
    features: index.data.operations.map((_, operation) => {
      const at: number[] = []
      const value: number[] = []
      eachFeature(operation, understood, index, (feature, number) => {
        at.push(feature)
        value.push(number)
      })
      return { at: Uint16Array.from(at), value: Float32Array.from(value) }
    }),
    grades: Uint8Array.from(index.data.operations, ({ method, path }) => grades.get(`${method} ${path}`) ?? 0),
  }
}

const STEPS = 300
const RATE = 0.05
const PULL = 0.001
const EXACT_SHARE = 0.6
const COMPETITORS = 60

/**
 * Weights under which exact answers come first, by gradient descent (Adam) on a listwise loss: the log-probability of any
 * exact answer, and the distance to the distribution that the grades describe. They are pulled towards `start`, so that a
 * feature that the examples say nothing about keeps what was known before.
 */
export function fitWeights(examples: readonly Example[], start = startWeights(), pull = PULL): Float64Array {
  const weights = start.slice()
  const [first, second] = [new Float64Array(weights.length), new Float64Array(weights.length)]
  const judged = examples.filter(({ grades }) => grades.includes(2)).map((example) => nearest(example, start))
  for (let step = 1; step <= STEPS; step++) {
    const gradient = Float64Array.from(weights, (weight, at) => pull * (weight - (start[at] as number)))
    for (const example of judged) addGradient(example, weights, gradient, 1 / judged.length)
    const rate = RATE * (step < STEPS * 0.7 ? 1 : 0.3)
    for (const [at, slope] of gradient.entries()) {
      first[at] = 0.9 * (first[at] as number) + 0.1 * slope
      second[at] = 0.999 * (second[at] as number) + 0.001 * slope * slope
      const mean = first[at] / (1 - 0.9 ** step)
      const spread = Math.sqrt(second[at] / (1 - 0.999 ** step))
      weights[at] = (weights[at] as number) - (rate * mean) / (spread + 1e-6)
    }
  }
  return weights
}

/** The operations that compete: those that the start weights prefer, and all that are relevant. */
function nearest(example: Example, start: Float64Array): Pick<Example, 'features' | 'grades'> {
  const scores = scoreAll(example, start)
  const chosen = [...scores.keys()]
    .toSorted((a, b) => (scores[b] as number) - (scores[a] as number))
    .filter((operation, place) => place < COMPETITORS || (example.grades[operation] ?? 0) > 0)
  return {
    features: chosen.map((operation) => example.features[operation] as Example['features'][number]),
    grades: Uint8Array.from(chosen, (operation) => example.grades[operation] ?? 0),
  }
}

function addGradient(
  { features, grades }: Pick<Example, 'features' | 'grades'>,
  weights: Float64Array,
  gradient: Float64Array,
  share: number,
): void {
  const scores = features.map(({ at, value }) => {
    let score = 0
    for (let i = 0; i < at.length; i++) score += (weights[at[i] as number] as number) * (value[i] as number)
    return score
  })
  const top = Math.max(...scores)
  const raw = scores.map((score) => Math.exp(score - top))
  const total = raw.reduce((sum, one) => sum + one, 0)
  const exact = raw.reduce((sum, one, at) => sum + (grades[at] === 2 ? one : 0), 0)
  const gains = [...grades].reduce((sum, grade) => sum + 2 ** grade - 1, 0)
  for (const [operation, { at, value }] of features.entries()) {
    const probability = (raw[operation] as number) / total
    const grade = grades[operation] as number
    const wanted =
      EXACT_SHARE * (grade === 2 ? (raw[operation] as number) / exact : 0) +
      ((1 - EXACT_SHARE) * (2 ** grade - 1)) / gains
    const slope = (probability - wanted) * share
    if (Math.abs(slope) < 1e-7) continue
    for (let i = 0; i < at.length; i++) {
      const feature = at[i] as number
      gradient[feature] = (gradient[feature] as number) + slope * (value[i] as number)
    }
  }
}

function scoreAll({ features }: Example, weights: Float64Array): number[] {
  return features.map(({ at, value }) => {
    let score = 0
    for (let i = 0; i < at.length; i++) score += (weights[at[i] as number] as number) * (value[i] as number)
    return score
  })
}

/** What is known before anything is learned: which features speak for an operation, and which verbs mean which kind. */
function startWeights(): Float64Array {
  return Float64Array.from(FEATURES, (feature) => START[feature] ?? intentStart(feature))
}

const START: Readonly<Record<string, number>> = {
  'coverage.target': 2,
  'coverage.title': 3,
  'coverage.aliases': 2,
  'coverage.situations': 2,
  'coverage.parents': 0.5,
  'coverage.body': 0.5,
  'coverage.names': 0.5,
  'coverage.best': 4,
  'coverage.best2': 3,
  'target.head': 1,
  'target.said': 2,
  'parents.said': 0.5,
  'title.said': 2,
  'resource.agreement': 2,
  'resource.agreement2': 2,
  'resource.said': 1,
  'situation.agreement': 2,
  'situation.agreement2': 3,
  'situation.said': 2,
  'heading.agreement': 2,
  'heading.agreement2': 2,
  'heading.said': 1,
  'near.resource': 0.5,
  'near.situation': 0.5,
  'unsaid.depth': -1.5,
  depth: -1,
  deprecated: -2,
  'method.same': 2.5,
  'method.other': -2.5,
  'path.same': 6,
  'path.end': 3,
  'path.part': 1,
  'name.same': 10,
  'segment.same': 2,
}
const KIND_START: Readonly<Record<string, readonly number[]>> = {
  // list, read, single, create, action, replace, patch, delete, reset
  'intent.list': [2, 0.3, 1, -1, -1, -1, -1, -1, -1],
  'intent.find': [1.5, 0.8, 0.8, -0.5, -0.5, -1, -1, -1, -1],
  'intent.read': [1, 1.2, 1.2, -0.8, -0.5, -0.8, -0.8, -1, -1],
  'intent.ask': [1, 0.8, 1, -0.5, -0.3, -0.5, -0.5, -0.8, -0.8],
  'intent.create': [-0.8, -1, -0.8, 2, 0.5, -0.3, -0.3, -1, -1],
  'intent.add': [-0.8, -1, -0.8, 1.5, 0.5, 0.5, 0.3, -1, -1],
  'intent.replace': [-0.8, -0.8, -0.8, -0.3, 0, 2, 0.8, -0.8, -0.8],
  'intent.patch': [-0.8, -0.8, -0.8, -0.3, 0, 0.8, 2, -0.8, -0.8],
  'intent.update': [-0.8, -0.8, -0.8, 0, 0.5, 1.5, 1.2, -0.6, -0.5],
  'intent.delete': [-0.8, -0.8, -0.8, -0.6, 0.2, -0.3, -0.3, 1.8, 1.5],
  'intent.configure': [-0.4, -0.6, -0.2, 0.8, 0.4, 0.8, 0.5, -0.8, -0.8],
  'intent.act': [-0.8, -0.8, -0.8, 0.6, 1.5, 0.5, 0.3, -0.6, -0.6],
  'intent.bare': [1.5, 0.4, 1.5, 0, 0.2, 0, 0, -0.3, -0.3],
  'intent.none': [0.8, 0.2, 0.8, 0.1, 0.1, 0.1, 0, -0.3, -0.3],
  'number.one': [-0.6, 0.6, 0, 0, 0, 0, 0, 0, 0],
  'number.singular': [-0.2, 0.3, 0, 0, 0, 0, 0, 0, 0],
  'number.many': [0.6, -0.3, 0, 0, 0, 0, 0, 0, 0],
  'number.all': [0.8, -0.5, 0, 0, 0, 0, 0, 0, 0],
}
const KIND_ORDER = ['list', 'read', 'single', 'create', 'action', 'replace', 'patch', 'delete', 'reset']

function intentStart(feature: string): number {
  const [group, name, kind] = feature.split('.') as [string, string?, string?]
  return KIND_START[`${group}.${name}`]?.[KIND_ORDER.indexOf(kind ?? '')] ?? 0
}
