import type { SearchIndex } from './index-format.ts'
import { createNearness } from './nearness.ts'
import { openIndex } from './open-index.ts'
import type { SearchParts } from './understand.ts'
import { createSpelling } from './spelling.ts'
import { openVectors } from './word-vectors.ts'

/** What the files of the catalogue hold: `search-index.json`, parsed, and the bytes of `search-vectors.bin`. */
export interface SearchFiles {
  data: SearchIndex
  vectors: Uint8Array
}

export function openParts({ data, vectors }: SearchFiles): SearchParts {
  const index = openIndex(data)
  const words = openVectors(vectors)
  const spellings = Object.entries(data.spellings).map(([text, [term, count]]) => ({ text, term, count }))
  return { index, spelling: createSpelling(spellings, words), nearness: createNearness(index, words) }
}
