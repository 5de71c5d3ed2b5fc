import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assembleIndex, serializeIndex } from './search/assemble.ts'

/** `npm run search:index`: catalogue, vocabulary and weights, made into catalog/search-index.json. */
const root = join(import.meta.dirname, '..')
const text = serializeIndex(assembleIndex(root))
await writeFile(join(root, 'catalog/search-index.json'), text)
console.error(`catalog/search-index.json: ${(text.length / 1000).toFixed(0)} kB`)
