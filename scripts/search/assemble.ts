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

/** The index of the catalogue as it stands, with the weights given or those that are committed. */
export function assembleIndex(root: string, fitted: Fitted = readFitted(root)): SearchIndex {
  return buildIndex({ records: readRecords(root), vocabulary: readVocabulary(root), ...fitted })
}

/** One top-level field a line, so that a change can be seen. */
export function serializeIndex(index: SearchIndex): string {
  const lines = Object.entries(index).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${lines.join(',\n')}}\n`
}

function readFitted(root: string): Fitted {
  return JSON.parse(readFileSync(join(root, 'scripts/search/weights.json'), 'utf8')) as Fitted
}
