import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

/** What only the maintainers' scripts read. */
const SOURCES = new Set(['vocabulary.json', 'mfa.openapi.yaml'])
const compress = promisify(brotliCompress)

/**
 * The catalogue as it is shipped, by name relative to the output folder: its data compressed to a third, which
 * `src/catalog/load.ts` opens, and the licences that go with it as they are.
 */
export async function packedCatalog(root: string): Promise<[name: string, content: Uint8Array][]> {
  const folder = join(root, 'catalog')
  const names = (await readdir(folder)).filter((name) => !SOURCES.has(name)).toSorted()
  return Promise.all(names.map((name) => packed(folder, name)))
}

async function packed(folder: string, name: string): Promise<[name: string, content: Uint8Array]> {
  const content = await readFile(join(folder, name))
  if (name.endsWith('.txt')) return [`catalog/${name}`, content]
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  return [`catalog/${name}.br`, await compress(content, { params })]
}
