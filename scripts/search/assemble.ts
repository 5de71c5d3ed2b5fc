import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SearchIndex } from '../../src/catalog/search/index-format.ts'
import { buildIndex } from './build.ts'
import { readRecords } from './catalog-records.ts'
import { readVocabulary } from './vocabulary.ts'

/** What `npm run search:fit` learned. */
export interface Fitted {
  weights: Record<string, number>
  confidence: Record<string, number>
}

/** What `scripts/distil-neighbours.ts` took from word vectors. */
interface Neighbours {
  english: string
  neighbours: Record<string, [string, number][]>
}

/** The index of the catalogue as it stands, with the weights given or those that are committed. */
export function assembleIndex(root: string, fitted: Fitted = readFitted(root)): SearchIndex {
  const { english, neighbours } = readJson<Neighbours>(root, 'neighbours.json')
  return buildIndex({ records: readRecords(root), vocabulary: readVocabulary(root), neighbours, english, ...fitted })
}

/** One top-level field a line, so that a change can be seen. */
export function serializeIndex(index: SearchIndex): string {
  const lines = Object.entries(index).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${lines.join(',\n')}}\n`
}

export function readFitted(root: string): Fitted {
  return readJson<Fitted>(root, 'weights.json')
}

function readJson<T>(root: string, name: string): T {
  return JSON.parse(readFileSync(join(root, 'scripts/search', name), 'utf8')) as T
}
