import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, startupInputs } from '../../scripts/build/bundle.ts'
import { thirdPartyLicenses } from '../../scripts/build/licenses.ts'
import { replaceFolder } from '../../scripts/build/replace-folder.ts'
import { createFixtureProject } from './fixture-project.ts'
import type { FixtureProject } from './fixture-project.ts'

const MAIN = `#!/usr/bin/env node
import { z } from 'zod'
import manifest from '../package.json' with { type: 'json' }

class OddInput extends Error {
  override readonly name = 'OddInput'
}
const schema = z.strictObject({ word: z.string() })
const { parse } = await import('./late.ts')
try {
  const input = schema.parse(parse(process.argv[2]))
  console.log(input.word, manifest.version, manifest.secretPlans)
} catch (error) {
  throw new OddInput('odd input', { cause: error })
}
`
const LATE = `import { parse as parseJsonc } from 'jsonc-parser'
import { Agent } from 'undici'
export const parse = (text: string): unknown => parseJsonc(text) ?? Agent
`

describe('a bundled program', () => {
  let project: FixtureProject
  let bundled: Awaited<ReturnType<typeof bundle>>

  beforeAll(async () => {
    project = await createFixtureProject({
      'package.json': JSON.stringify({ type: 'module', version: '9.8.7', secretPlans: 'world domination' }),
      'src/main.ts': MAIN,
      'src/late.ts': LATE,
    })
    bundled = await bundle(project.folder, 'src/main.ts')
    const place = { workFolder: join(project.folder, '.cache'), executables: ['main.js'] }
    await replaceFolder(join(project.folder, 'dist'), bundled.files, place)
    await rm(join(project.folder, 'node_modules')) // From here on it has to stand on its own.
  })

  afterAll(() => project[Symbol.asyncDispose]())

  const start = (argument: string) => promisify(execFile)(join(project.folder, 'dist/main.js'), [argument])

  test('runs as a command of its own, without node_modules, and knows its version but nothing else of its manifest', async () => {
    const { stdout } = await start('{"word": "hello" /* jsonc */}')

    expect(stdout).toBe('hello 9.8.7 undefined\n')
  })

  test('keeps the names that its errors give themselves, and its lines short where Node shows one', async () => {
    const failure = await start('{"odd": true}').catch((error: unknown) => error as { stderr: string })

    expect(failure.stderr).toContain('OddInput: odd input')
    expect(failure.stderr.split('\n').every((line) => line.length < 500)).toBe(true)
  })

  test('loads what is imported late from a chunk of its own', () => {
    const inputs = startupInputs(bundled).join('\n')

    expect(inputs).toContain('zod/v4/core/schemas.js')
    expect(inputs).not.toContain('node_modules/undici/')
    expect([...bundled.files.values()].join('\n')).toContain('undici')
  })

  test('leaves out what is never used of its packages', () => {
    expect(startupInputs(bundled).filter((input) => /locales\/(?!en\.|index\.)/.test(input))).toEqual([])
  })
})

test('a program that is bundled with CommonJS packages can load the modules of Node that they require', async () => {
  await using project = await createFixtureProject({
    'package.json': '{"type": "module"}',
    'src/old.cjs': "const { basename } = require('node:path')\nmodule.exports = { basename }\n",
    'src/main.ts': "import old from './old.cjs'\nconsole.log(old.basename('/a/b'))\n",
  })
  const { files } = await bundle(project.folder, 'src/main.ts')
  await replaceFolder(join(project.folder, 'dist'), files, {
    workFolder: join(project.folder, '.cache'),
    executables: [],
  })

  const { stdout } = await promisify(execFile)(process.execPath, [join(project.folder, 'dist/main.js')])

  expect(stdout).toBe('b\n')
})

test('the licences of the bundled packages travel along, each with its copyright line, and equal terms once', async () => {
  await using project = await createFixtureProject({
    'package.json': '{"type": "module"}',
    'src/main.ts':
      "import { z } from 'zod'\nimport { parse } from 'jsonc-parser'\nconsole.log(z.string(), parse('1'))\n",
  })
  const { metafile } = await bundle(project.folder, 'src/main.ts')

  const text = await thirdPartyLicenses(project.folder, metafile)

  expect(text).toMatch(/^zod [\d.]+ \(MIT\)\n\nMIT License\n\nCopyright \(c\) 2025 Colin McDonnell$/m)
  expect(text).toMatch(/^jsonc-parser [\d.]+ \(MIT\)\n\nThe MIT License \(MIT\)\n\nCopyright \(c\) Microsoft$/m)
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(1)
  expect(text).not.toContain('undici')
})

describe('the folder of the build', () => {
  let parent: string

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'replace-folder-'))
  })

  afterAll(() => rm(parent, { recursive: true }))

  const fill = (name: string, files: Record<string, string>) =>
    replaceFolder(join(parent, name), new Map(Object.entries(files)), {
      workFolder: join(parent, 'work'),
      executables: ['main.js'],
    })

  test('holds the new files and none of the old', async () => {
    await fill('a', { 'main.js': '1', 'chunks/old.js': '1' })

    const result = await fill('a', { 'main.js': '2', 'chunks/new.js': '2' })

    expect(result).toBe('written')
    expect((await readdir(join(parent, 'a'), { recursive: true })).toSorted()).toEqual([
      'chunks',
      'chunks/new.js',
      'main.js',
    ])
    expect(await readFile(join(parent, 'a/main.js'), 'utf8')).toBe('2')
    expect((await stat(join(parent, 'a/main.js'))).mode & 0o111).toBe(0o111)
  })

  test('is left alone where nothing has changed, so that a running program keeps its chunks', async () => {
    await fill('b', { 'main.js': '1' })
    const before = await stat(join(parent, 'b'))

    const result = await fill('b', { 'main.js': '1' })

    expect(result).toBe('unchanged')
    expect((await stat(join(parent, 'b'))).ino).toBe(before.ino)
  })

  test('leaves no working files behind', async () => {
    await fill('c', { 'main.js': '1' })

    expect(await readdir(join(parent, 'work'))).toEqual([])
  })
})
