import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileCatalogs } from './catalog/catalogs.ts'

/** `npm run catalog`: the public specifications and what we wrote about them, compiled to catalog/*.json. */
const root = join(import.meta.dirname, '..')
for (const [service, text] of await compileCatalogs(root)) {
  await writeFile(join(root, 'catalog', `${service}.json`), text)
  console.error(`catalog/${service}.json: ${(text.length / 1000).toFixed(0)} kB`)
}
