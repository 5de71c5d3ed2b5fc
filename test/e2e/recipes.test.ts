import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('docs/recipes.md tells what the program does now', () => {
  const script = join(import.meta.dirname, '../../scripts/recipes.ts')

  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })

  expect(stderr).toBe('')
  expect(status).toBe(0)
})
