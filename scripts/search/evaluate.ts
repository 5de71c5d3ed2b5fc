import type { JudgedQuery } from './queries.ts'

/** What one search answered: `METHOD path`, best first, and how sure it was. */
export interface Answered {
  query: JudgedQuery
  keys: string[]
  confidence: number
  milliseconds: number
}

export interface Figures {
  queries: number
  hit1: number
  hit5: number
  mrr: number
  ndcg: number
}

/** The measures of ../shared/search/score.mjs: exact is grade 2, the first ten count. */
export function figuresOf(answers: readonly Answered[]): Figures {
  const judged = answers.filter(({ query }) => query.relevant.length > 0).map(judge)
  const mean = (of: (one: ReturnType<typeof judge>) => number) =>
    judged.reduce((sum, one) => sum + of(one), 0) / Math.max(1, judged.length)
  return {
    queries: judged.length,
    hit1: mean(({ place }) => (place === 1 ? 1 : 0)),
    hit5: mean(({ place }) => (place > 0 && place <= 5 ? 1 : 0)),
    mrr: mean(({ place }) => (place > 0 ? 1 / place : 0)),
    ndcg: mean(({ ndcg }) => ndcg),
  }
}

function judge({ query, keys }: Answered): { place: number; ndcg: number } {
  const grades = new Map(query.relevant.map(({ method, path, grade }) => [`${method} ${path}`, grade]))
  const found = [...new Set(keys)].slice(0, 10).map((key) => grades.get(key) ?? 0)
  const gain = (list: readonly number[]) =>
    list.reduce((sum, grade, at) => sum + (2 ** grade - 1) / Math.log2(at + 2), 0)
  const ideal = gain([...grades.values()].toSorted((a, b) => b - a).slice(0, 10))
  return { place: found.indexOf(2) + 1, ndcg: gain(found) / ideal }
}

export interface NoAnswerFigures {
  /** Probability that a query with an answer gets more confidence than one without. */
  auroc: number
  /** Share of the queries without an answer that fall below a threshold under which 5 % of the others fall. */
  recallAt5: number
  /** Shares that fall below the product's own threshold. */
  recall: number
  falseAlarms: number
}

export function noAnswerFigures(answers: readonly Answered[], threshold: number): NoAnswerFigures {
  const withAnswer = answers.filter(({ query }) => query.relevant.length > 0).map(({ confidence }) => confidence)
  const without = answers.filter(({ query }) => query.relevant.length === 0).map(({ confidence }) => confidence)
  const share = (list: readonly number[], bound: number) =>
    list.filter((confidence) => confidence < bound).length / Math.max(1, list.length)
  let won = 0
  for (const a of withAnswer) for (const b of without) won += a > b ? 1 : a === b ? 0.5 : 0
  const sorted = withAnswer.toSorted((a, b) => a - b)
  return {
    auroc: won / Math.max(1, withAnswer.length * without.length),
    recallAt5: share(without, sorted[Math.floor(0.05 * sorted.length)] ?? 0),
    recall: share(without, threshold),
    falseAlarms: share(withAnswer, threshold),
  }
}
