import type { Answered, Figures, NoAnswerFigures } from './evaluate.ts'
import { figuresOf, noAnswerFigures } from './evaluate.ts'

/** The figures of one set of queries. */
export interface Summary extends Figures, NoAnswerFigures {
  medianMs: number
  p95Ms: number
}

export function summarize(answers: readonly Answered[], threshold: number): Summary {
  const times = answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
  return {
    ...figuresOf(answers),
    ...noAnswerFigures(answers, threshold),
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    p95Ms: times[Math.floor(times.length * 0.95)] ?? 0,
  }
}

export function headRow(): string {
  return `${'class'.padEnd(18)}${['n', 'Hit@1', 'Hit@5', 'MRR', 'nDCG@10'].map((name) => name.padStart(9)).join('')}`
}

export function figureRow(name: string, answers: readonly Answered[]): string {
  const { queries, hit1, hit5, mrr, ndcg } = figuresOf(answers)
  const figures = [hit1, hit5, mrr, ndcg].map((figure) => figure.toFixed(3).padStart(9))
  return `${name.padEnd(18)}${String(queries).padStart(9)}${figures.join('')}`
}
