import { describe, expect, test } from 'vitest'
import { findLoosePins } from '../../scripts/ci/pins.ts'
import { countTests } from '../../scripts/ci/test-counts.ts'
import { findTraces } from '../../scripts/ci/traces.ts'

describe('traces of machines', () => {
  // Put together here, so that this file does not hold what it looks for.
  const path = (...segments: string[]) => ['', ...segments].join('/')
  const host = ['registry', 'example', 'org'].join('.')

  test.each([
    [`see ${path('home', 'alice', 'notes')}`, 'a path of a machine'],
    [`see ${path('Users', 'alice')}`, 'a path of a machine'],
    [`cd ${path('work', 'project')}`, 'a path of a machine'],
    [`'${path('root', '.npmrc')}'`, 'a path of a machine'],
    [['C:', 'Users', 'alice'].join('\\'), 'a path of a machine'],
    [`https://${host}/zod`, 'a host of packages'],
    [JSON.stringify({ resolved: 'https://x.example/zod.tgz' }), 'a host of packages'],
  ])('%s is found', (line, kind) => {
    const traces = findTraces([{ name: 'a.md', text: `first\n${line}\n` }])

    expect(traces).toEqual([expect.stringContaining(`a.md:2 names ${kind}`)])
  })

  test.each([
    'https://example.com/work/item and https://example.com/home/page',
    `${path('home', 'you', '.config')} and ${path('Users', 'you')}`,
    './work/item, ../root/item, src/home/page.ts',
    'https://www.npmjs.com/package/zod',
    '/v1/environments, /usr/bin/env',
  ])('%s is no trace', (line) => {
    expect(findTraces([{ name: 'a.md', text: line }])).toEqual([])
  })

  test('the host that this machine gets its packages from is found, whatever it is called', () => {
    const traces = findTraces([{ name: 'a.md', text: 'from packages.internal:4873' }], 'packages.internal:4873')

    expect(traces).toHaveLength(1)
  })
})

describe('pins', () => {
  const manifest = { version: '1.0.0', devDependencies: { zod: '4.6.7' } }
  const packages = { '': { version: '1.0.0' }, 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-x' } }

  test('exact versions with hashes and without addresses are right', () => {
    expect(findLoosePins(manifest, { packages })).toEqual([])
  })

  test.each(['^4.6.7', '~4.6.7', '4', '*', 'latest', '>=4.0.0'])('%s is not one version', (range) => {
    const faults = findLoosePins({ ...manifest, devDependencies: { zod: range } }, { packages })

    expect(faults).toEqual([expect.stringContaining(`zod ${range}`)])
  })

  test.each([
    [
      'an address',
      { version: '4.6.7', integrity: 'sha512-x', resolved: 'https://x.example/zod.tgz' },
      'has an address',
    ],
    ['no hash', { version: '4.6.7' }, 'has no hash'],
  ])('%s in the lock file is a fault', (_what, entry, complaint) => {
    const faults = findLoosePins(manifest, { packages: { ...packages, 'node_modules/zod': entry } })

    expect(faults).toEqual([expect.stringContaining(complaint)])
  })

  test('a lock file of another version is a fault', () => {
    expect(findLoosePins({ ...manifest, version: '1.1.0' }, { packages })).toHaveLength(1)
  })
})

describe('counts of tests', () => {
  const file = (status: string, ...tests: string[]) => ({
    name: 'a.test.ts',
    status,
    assertionResults: tests.map((each, index) => ({ status: each, fullName: `test ${index}` })),
  })

  test('passed, failed and skipped tests count one by one', () => {
    const report = { testResults: [file('failed', 'passed', 'failed', 'pending'), file('passed', 'passed', 'todo')] }

    expect(countTests(report)).toEqual({ passed: 2, failed: 1, skipped: ['test 2', 'test 1'] })
  })

  test('a file that fails before its first test counts as a failure', () => {
    expect(countTests({ testResults: [file('failed')] })).toEqual({ passed: 0, failed: 1, skipped: [] })
  })
})
