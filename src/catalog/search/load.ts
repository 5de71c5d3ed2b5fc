import { readFile } from 'node:fs/promises'
import type { SearchIndex } from './index-format.ts'

/** Reads the index that `npm run search:index` wrote; a test holds it against the catalogue. */
export async function loadSearchIndex(file: string): Promise<SearchIndex> {
  return JSON.parse(await readFile(file, 'utf8')) as SearchIndex
}
