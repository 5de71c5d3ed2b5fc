import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Before the tests that start `dist/main.js`: builds it once. Vitest wants the name `setup`. */
export async function setup(): Promise<void> {
  const root = join(import.meta.dirname, '../..')
  if (!existsSync(join(root, 'src/main.ts'))) return
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root })
}
