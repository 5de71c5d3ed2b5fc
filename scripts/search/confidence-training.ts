import { SIGNS } from '../../src/catalog/search/confidence.ts'

const STEPS = 600
const RATE = 0.05
const PULL = 0.002

/** One query: what was seen of it, and whether its first hit was of use. */
export interface Sign {
  signs: Float64Array
  isAnswered: boolean
}

/** Logistic regression; both outcomes weigh the same in sum, however many examples there are of each. */
export function fitConfidence(examples: readonly Sign[]): Float64Array {
  const weights = new Float64Array(SIGNS.length)
  const [first, second] = [new Float64Array(SIGNS.length), new Float64Array(SIGNS.length)]
  const answered = examples.filter(({ isAnswered }) => isAnswered).length
  for (let step = 1; step <= STEPS; step++) {
    const gradient = weights.map((weight, at) => (at === 0 ? 0 : PULL * weight))
    for (const { signs, isAnswered } of examples) {
      const sum = signs.reduce((total, sign, at) => total + sign * (weights[at] as number), 0)
      const share = 0.5 / (isAnswered ? answered : examples.length - answered)
      const slope = (1 / (1 + Math.exp(-sum)) - (isAnswered ? 1 : 0)) * share
      for (const [at, sign] of signs.entries()) gradient[at] = (gradient[at] as number) + slope * sign
    }
    for (const [at, slope] of gradient.entries()) {
      first[at] = 0.9 * (first[at] as number) + 0.1 * slope
      second[at] = 0.999 * (second[at] as number) + 0.001 * slope * slope
      const spread = Math.sqrt(second[at] / (1 - 0.999 ** step))
      weights[at] = (weights[at] as number) - (RATE * first[at]) / (1 - 0.9 ** step) / (spread + 1e-6)
    }
  }
  return weights
}
