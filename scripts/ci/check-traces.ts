import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readTrackedFiles } from './tracked-files.ts'
import { findTraces } from './traces.ts'

/** Fails where a tracked file names a folder of this machine or a host that packages come from. */
const root = join(import.meta.dirname, '../..')
const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], { cwd: root })
const host = URL.canParse(stdout.trim()) ? new URL(stdout.trim()).host : undefined
const traces = findTraces(await readTrackedFiles(root), host)
if (traces.length > 0) {
  console.error(traces.join('\n'))
  process.exitCode = 1
}
