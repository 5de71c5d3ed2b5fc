import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COMPILED_SERVICES, compileCatalogs } from './catalog/catalogs.ts'

/** `npm run catalog`: the public specifications and what we wrote about them, compiled to catalog/*.json. */
const root = join(import.meta.dirname, '..')
const texts = await compileCatalogs(root)
for (const service of COMPILED_SERVICES) {
  const text = texts.get(service) ?? ''
  await writeFile(join(root, 'catalog', `${service}.json`), text)
  console.error(`catalog/${service}.json: ${text.split('\n').length} lines, ${(text.length / 1000).toFixed(0)} kB`)
}
