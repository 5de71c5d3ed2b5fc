import { readFileSync } from 'node:fs'

/** One judged query: 2 answers it exactly, 1 is useful; nothing relevant means that PingOne's API has no answer. */
export interface JudgedQuery {
  id: string
  class: string
  query: string
  relevant: { method: string; path: string; grade: number }[]
}

export function readQueries(file: string): JudgedQuery[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as JudgedQuery)
}
