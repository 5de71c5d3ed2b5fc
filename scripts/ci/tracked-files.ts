import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface TrackedFile {
  name: string
  text: string
}

/** What git tracks, or is about to: every file that is not ignored, as text. */
export async function readTrackedFiles(root: string): Promise<TrackedFile[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 16_000_000 })
  const names = stdout.split('\0').filter((name) => name !== '')
  const files = names.map(async (name) => ({ name, text: await readFile(join(root, name), 'utf8').catch(() => '') }))
  return Promise.all(files)
}
