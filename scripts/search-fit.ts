import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openParts } from '../src/catalog/search/parts.ts'
import { assembleIndex } from './search/assemble.ts'
import { learn, namedWeights } from './search/fit.ts'
import { readQueries } from './search/queries.ts'

/**
 * `npm run search:fit`: learns the weights from the development sets, ours and the shared one, and writes
 * scripts/search/weights.json. `npm run search:index` puts them into the index. Nothing here is random.
 */
const root = join(import.meta.dirname, '..')
const parts = openParts({
  data: assembleIndex(root, { weights: {}, confidence: {} }),
  vectors: readFileSync(join(root, 'catalog/search-vectors.bin')),
})
const queries = [
  ...readQueries(join(root, '../shared/search/dev.jsonl')),
  ...readQueries(join(root, 'test/catalog/queries/own-dev.jsonl')),
]
const fitted = namedWeights(learn(queries, parts))
await writeFile(join(root, 'scripts/search/weights.json'), `${JSON.stringify(fitted, undefined, 1)}\n`)
console.error(`scripts/search/weights.json: learned from ${queries.length} queries`)
