import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { formatFinding, isMissed, median } from '../../scripts/bench/measurement.ts'

const SCRIPTS = join(import.meta.dirname, '../../scripts/bench')

test('the bench starts a program and reports ratio, memory and tokens', { timeout: 300_000 }, async () => {
  const reference = join(SCRIPTS, 'reference-server.mjs')
  const args = [join(SCRIPTS, 'main.ts'), '--quick', '--only', 'start', '--json', '--program', reference]

  const { stdout } = await promisify(execFile)(process.execPath, args)

  const findings = JSON.parse(stdout) as { name: string; value: number }[]
  expect(findings.map(({ name }) => name)).toEqual([
    'start until tools/list',
    'peak memory then',
    'tokens of tools/list',
  ])
  expect(findings.every(({ value }) => value > 0)).toBe(true)
})

test('the bench fails where the program does not answer', async () => {
  const args = [join(SCRIPTS, 'main.ts'), '--quick', '--only', 'start', '--program', join(SCRIPTS, 'measurement.ts')]

  await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
    stderr: expect.stringContaining('before it answered tools/list'),
  })
})

test.each([
  [[3], 3],
  [[1, 2], 1.5],
  [[10, 2, 9], 9],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test('a finding above its aim is missed, and says so', () => {
  const finding = { name: 'start', value: 0.8, unit: 'ratio', atMost: 0.75, detail: '' } as const

  expect(isMissed(finding)).toBe(true)
  expect(formatFinding(finding)).toContain('MISSED')
  expect(isMissed({ ...finding, value: 0.75 })).toBe(false)
})
