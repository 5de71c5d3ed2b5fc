import { expect, test } from 'vitest'
import { createFixtureProject } from './fixture-project.ts'

const MANIFEST = {
  name: 'fixture',
  version: '1.0.0',
  type: 'module',
  scripts: { start: 'node src/main.ts', lint: 'oxlint' },
  dependencies: {},
  devDependencies: { node: '24.0.0', oxlint: '1.0.0' },
}
const GOOD_MAIN = "import { good } from './lib/good.ts'\n\nprocess.exitCode = good === '' ? 1 : 0\n"
const GOOD_LIB = "export const good: string = 'good'\n"

test('the formatter names the file that is laid out otherwise, and only that', async () => {
  await using project = await createFixtureProject({
    'src/good.ts': GOOD_LIB,
    'src/semicolons.ts': "export const one = 'one';\n",
    'src/quotes.ts': 'export const one = "one"\n',
    'src/wide.ts': `export const wide = [${Array.from({ length: 40 }, (_, index) => `'${index}'`).join(', ')}]\n`,
  })

  const { exitCode, output } = await project.run('oxfmt', '--check', 'src')

  expect(exitCode).toBe(1)
  expect(output.match(/src\/\w+\.ts/g)?.toSorted()).toEqual(['src/quotes.ts', 'src/semicolons.ts', 'src/wide.ts'])
})

test('the formatter has nothing against a file in our layout', async () => {
  await using project = await createFixtureProject({ 'src/good.ts': GOOD_LIB })

  expect(await project.run('oxfmt', '--check', 'src')).toMatchObject({ exitCode: 0 })
})

const TYPE_ERRORS: readonly [file: string, source: string, complaint: string][] = [
  ['wrong-type.ts', "export const count: number = 'one'", 'TS2322'],
  ['enum.ts', 'export enum Kind {\n  A,\n}', 'TS1294'],
  ['parameter-property.ts', 'export class A {\n  constructor(readonly a: string) {}\n}', 'TS1294'],
  ['no-extension.ts', "export * from './wrong-type'", 'TS2835'],
  ['exact-optional.ts', 'export const a: { b?: string } = { b: undefined }', 'TS2375'],
  ['unchecked-index.ts', 'export const first = (names: string[]): string => names[0]', 'TS2322'],
  ['unused.ts', 'const unused = 1\nexport {}', 'TS6133'],
]

test('the compiler finds each error of type, and nothing in good files', async () => {
  const broken = TYPE_ERRORS.map(([file, source]) => [`src/${file}`, `${source}\n`] as const)
  await using project = await createFixtureProject({
    ...Object.fromEntries(broken),
    'package.json': JSON.stringify(MANIFEST),
    'src/main.ts': GOOD_MAIN,
    'src/lib/good.ts': GOOD_LIB,
  })

  const { exitCode, output } = await project.run('tsc', '--pretty', 'false')

  const errors = [...output.matchAll(/^src\/(\S+)\(\d+,\d+\): error (TS\d+)/gm)].map(
    ([, file, code]) => `${file} ${code}`,
  )
  expect(exitCode).not.toBe(0)
  expect(errors.toSorted()).toEqual(TYPE_ERRORS.map(([file, , code]) => `${file} ${code}`).toSorted())
})

test('knip names the unused file, export, type and dependency, and the package that is not declared', async () => {
  const manifest = { ...MANIFEST, devDependencies: { ...MANIFEST.devDependencies, 'fast-check': '4.0.0' } }
  await using project = await createFixtureProject({
    'package.json': JSON.stringify(manifest),
    'src/main.ts': `import 'zod'\n${GOOD_MAIN}`,
    'src/lib/good.ts': `${GOOD_LIB}export const nobodyUsesIt = 1\nexport interface NobodyUsesIt {}\n`,
    'src/lib/forgotten.ts': 'export const forgotten = 1\n',
  })

  const { exitCode, output } = await project.run('knip', '--reporter', 'json')

  const report = JSON.parse(output) as { issues: Record<string, { name: string }[]>[] }
  const names = (kind: string) => report.issues.flatMap((issue) => issue[kind] ?? []).map(({ name }) => name)
  expect(exitCode).toBe(1)
  expect({
    files: names('files'),
    exports: names('exports'),
    types: names('types'),
    devDependencies: names('devDependencies'),
    unlisted: names('unlisted'),
  }).toEqual({
    files: ['src/lib/forgotten.ts'],
    exports: ['nobodyUsesIt'],
    types: ['NobodyUsesIt'],
    devDependencies: ['fast-check'],
    unlisted: ['zod'],
  })
})

test('knip has nothing against a project in which everything is used', async () => {
  await using project = await createFixtureProject({
    'package.json': JSON.stringify(MANIFEST),
    'src/main.ts': GOOD_MAIN,
    'src/lib/good.ts': GOOD_LIB,
  })

  expect(await project.run('knip')).toMatchObject({ exitCode: 0 })
})

test('publint refuses a package whose command does not exist', async () => {
  await using project = await createFixtureProject({
    'package.json': JSON.stringify({ ...MANIFEST, bin: { fixture: 'dist/main.js' }, files: ['dist'] }),
    'dist/other.js': '',
  })

  const { exitCode, output } = await project.run('publint', '--strict')

  expect(exitCode).toBe(1)
  expect(output).toContain('bin')
})
