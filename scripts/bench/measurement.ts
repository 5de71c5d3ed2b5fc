/** One number that the bench reports, and what it ought to be at most, or at least. */
export interface Finding {
  name: string
  value: number
  unit: 'ratio' | 'ms' | 'kB' | 'MB' | 'tokens'
  atMost?: number
  atLeast?: number
  /** What it was computed from. */
  detail: string
}

interface BenchRun {
  /** How often each thing is done; more rounds, steadier medians. */
  rounds: number
  /** The program to measure, as arguments for Node. */
  program: readonly string[]
  /** Environment for programs that are started: with a home folder of its own. */
  env: NodeJS.ProcessEnv
}

/** Each measurement compares within one run, so that a slow machine slows both sides. */
export type Measurement = (run: BenchRun) => Promise<Finding[]>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new Error('the median of nothing was asked for')
  return (low + high) / 2
}

export function isMissed({ value, atMost = Infinity, atLeast = -Infinity }: Finding): boolean {
  return value > atMost || value < atLeast
}

/** `start ratio      0.71 (at most 0.75)   77 ms against 109 ms`. */
export function formatFinding(finding: Finding): string {
  const { name, value, unit, atMost, atLeast, detail } = finding
  const shown = `${value.toFixed(unit === 'ratio' ? 2 : unit === 'tokens' ? 0 : 1)}${unit === 'ratio' ? '' : ` ${unit}`}`
  const aim = atMost === undefined ? (atLeast === undefined ? '' : `at least ${atLeast}`) : `at most ${atMost}`
  const verdict = isMissed(finding) ? `MISSED, ${aim}` : aim
  return `${name.padEnd(32)}${shown.padStart(12)}  ${verdict.padEnd(20)}  ${detail}`
}
