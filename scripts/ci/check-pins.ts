import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findLoosePins } from './pins.ts'

/** Fails where package.json or the lock file leaves open which package is installed, or says from where. */
const root = join(import.meta.dirname, '../..')
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(root, name), 'utf8'))
const [manifest, lockfile] = (await Promise.all([read('package.json'), read('package-lock.json')])) as Parameters<
  typeof findLoosePins
>
const faults = findLoosePins(manifest, lockfile)
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exitCode = 1
}
