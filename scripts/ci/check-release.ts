import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findReleaseFaults } from './release.ts'

/** In the release workflow, before anything is published: do tag, versions, names and changelog fit together? */
const root = join(import.meta.dirname, '../..')
const read = (name: string): Promise<string> => readFile(join(root, name), 'utf8')
const [manifest, entry, changelog] = await Promise.all([
  read('package.json'),
  read('server.json'),
  read('CHANGELOG.md'),
])
const { GITHUB_REF_NAME: tag = '', GITHUB_REPOSITORY: repository = '' } = process.env
const [parsedManifest, parsedEntry] = [manifest, entry].map((text) => JSON.parse(text) as unknown) as [
  Parameters<typeof findReleaseFaults>[1],
  Parameters<typeof findReleaseFaults>[2],
]
const faults = findReleaseFaults({ tag, repository }, parsedManifest, parsedEntry, changelog)
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exitCode = 1
}
