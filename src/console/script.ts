import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The browser's script as `npm run build` made it: below a folder above this file, in `src` as well as in `dist`.
 * undefined where the program was not built; the pages say then how to decide in a terminal.
 */
export async function readScript(): Promise<string | undefined> {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of ['browser/console.js', 'dist/browser/console.js']) {
      const text = await readFile(join(folder, candidate), 'utf8').catch(() => undefined)
      if (text !== undefined) return text
    }
    if (folder === dirname(folder)) return undefined
  }
}
