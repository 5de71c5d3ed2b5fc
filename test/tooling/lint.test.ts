import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixtureProject } from './fixture-project.ts'
import type { FixtureProject } from './fixture-project.ts'

/** Each file breaks one rule; oxlint looks at all of them in one run. */
const BROKEN: Readonly<Record<string, { source: string; rule: string; says?: string }>> = {
  // What TypeScript's types tell.
  'src/lib/floating.ts': {
    source: 'export function start(work: () => Promise<void>): void {\n  work()\n}\n',
    rule: 'typescript(no-floating-promises)',
  },
  'src/lib/misused-promise.ts': {
    source:
      'export function start(timer: (run: () => void) => void, work: () => Promise<void>): void {\n  timer(work)\n}\n',
    rule: 'typescript(no-misused-promises)',
  },
  'src/lib/await-nothing.ts': {
    source: 'export async function wait(count: number): Promise<void> {\n  await count\n}\n',
    rule: 'typescript(await-thenable)',
  },
  'src/lib/missing-case.ts': {
    source:
      "export function sign(kind: 'more' | 'less'): string {\n  switch (kind) {\n    case 'more':\n      return '+'\n  }\n  return ''\n}\n",
    rule: 'typescript(switch-exhaustiveness-check)',
  },
  'src/lib/unsafe-return.ts': {
    source: 'export function parse(text: string): { a: string } {\n  return JSON.parse(text)\n}\n',
    rule: 'typescript(no-unsafe-return)',
  },
  'src/lib/unsafe-member.ts': {
    source: 'export const nameOf = (text: string): string => String(JSON.parse(text).name)\n',
    rule: 'typescript(no-unsafe-member-access)',
  },
  'src/lib/thrown-text.ts': {
    source: "export function fail(): never {\n  throw 'no'\n}\n",
    rule: 'typescript(only-throw-error)',
  },
  // How the code is written.
  'src/lib/any.ts': {
    source: 'export function echo(value: any): unknown {\n  return value\n}\n',
    rule: 'typescript(no-explicit-any)',
  },
  'src/lib/bang.ts': {
    source: 'export const first = (names: string[]): string => names[0]!\n',
    rule: 'typescript(no-non-null-assertion)',
  },
  'src/lib/value-import.ts': {
    source: "import { Good } from './good.ts'\n\nexport const nameOf = (good: Good): string => good.name\n",
    rule: 'typescript(consistent-type-imports)',
  },
  'src/lib/default-export.ts': { source: 'export default 1\n', rule: 'import(no-default-export)' },
  'src/lib/CamelCase.ts': { source: 'export const one = 1\n', rule: 'unicorn(filename-case)' },
  'src/lib/long.ts': { source: `export const one = 1\n${'// more\n'.repeat(300)}`, rule: 'eslint(max-lines)' },
  'src/lib/cycle-a.ts': {
    source: "import { b } from './cycle-b.ts'\n\nexport const a = (): number => b() + 1\n",
    rule: 'import(no-cycle)',
  },
  'src/lib/cycle-b.ts': {
    source: "import { a } from './cycle-a.ts'\n\nexport const b = (): number => a() + 1\n",
    rule: 'import(no-cycle)',
  },
  'src/lib/useless-disable.ts': {
    source: '// oxlint-disable-next-line no-debugger -- nothing to see\nexport const one = 1\n',
    rule: '',
    says: 'Unused oxlint-disable directive',
  },
  // The world comes in as an argument.
  'src/lib/console.ts': {
    source: "export const greet = (): void => console.log('hello')\n",
    rule: 'eslint(no-console)',
  },
  'src/app.ts': {
    source: "export const home = (): string | undefined => process.env['HOME']\n",
    rule: 'eslint(no-restricted-globals)',
    says: 'src/main.ts',
  },
  'src/lib/process-module.ts': {
    source: "import { argv } from 'node:process'\n\nexport const words = (): string[] => argv\n",
    rule: 'eslint(no-restricted-imports)',
    says: 'src/main.ts',
  },
  'src/lib/process-of-global.ts': {
    source: 'export const words = (): string[] => globalThis.process.argv\n',
    rule: 'eslint(no-restricted-properties)',
    says: 'src/main.ts',
  },
  'src/lib/now.ts': {
    source: 'export const now = (): number => Date.now()\n',
    rule: 'eslint(no-restricted-properties)',
    says: 'Clock',
  },
  'src/lib/random.ts': {
    source: 'export const roll = (): number => Math.random()\n',
    rule: 'eslint(no-restricted-properties)',
    says: 'Randomness',
  },
  'src/tools/fetch.ts': {
    source: "export const ask = (): Promise<Response> => fetch('https://api.pingone.eu')\n",
    rule: 'eslint(no-restricted-globals)',
    says: 'src/pingone',
  },
  // Tests.
  'test/mock.test.ts': {
    source: "import { vi } from 'vitest'\n\nvi.mock('../src/lib/good.ts')\n",
    rule: 'vitest(no-restricted-vi-methods)',
    says: 'front door',
  },
  'test/focused.test.ts': {
    source: "import { expect, test } from 'vitest'\n\ntest.only('adds', () => expect(1 + 1).toBe(2))\n",
    rule: 'vitest(no-focused-tests)',
  },
  'test/one-title.test.ts': {
    source:
      "import { expect, test } from 'vitest'\n\ntest('adds', () => expect(1).toBe(1))\ntest('adds', () => expect(2).toBe(2))\n",
    rule: 'vitest(no-identical-title)',
  },
}

const IMPORTS: Readonly<Record<string, { source: string; says: string }>> = {
  ...wrongWay('lib', 'pingone'),
  ...wrongWay('store', 'approval'),
  ...wrongWay('pingone', 'tools'),
  ...wrongWay('catalog', 'pingone'),
  ...wrongWay('approval', 'tools'),
  ...wrongWay('approval', 'pingone'),
  ...wrongWay('tools', 'mcp'),
  ...wrongWay('tools', 'store'),
  ...wrongWay('mcp', 'console'),
  ...wrongWay('mcp', 'cli'),
  ...wrongWay('http', 'console'),
  ...wrongWay('telemetry', 'http'),
  ...wrongWay('http', 'cli'),
  ...wrongWay('sandbox', 'pingone'),
  ...wrongWay('cli', 'mcp'),
  ...wrongWay('cli', 'tools'),
  'src/tools/executes.ts': {
    source: "export * from '../approval/executor.ts'\n",
    says: 'src/tools may not import more than types from src/approval',
  },
  'src/cli/opens-store.ts': {
    source: "export * from '../store/sqlite.ts'\n",
    says: 'src/cli may not import more than types from src/store',
  },
  'src/config.ts': {
    source: "export * from './pingone/client.ts'\n",
    says: 'src/config may not import from src/pingone',
  },
  'src/approval/late.ts': {
    source: "export const load = (): Promise<unknown> => import('../tools/index.ts')\n",
    says: 'src/approval may not import from src/tools',
  },
  'src/lib/typed.ts': {
    source: "export type Tool = import('../tools/tool.ts').Tool\n",
    says: 'src/lib may not import from src/tools',
  },
  'src/sandbox/manifest.ts': {
    source: "export * from '../../package.json'\n",
    says: 'src/sandbox may not reach outside of src: ../package.json',
  },
  'src/helpers/new-part.ts': {
    source: "export * from '../lib/good.ts'\n",
    says: 'src/helpers has no place in scripts/lint/layers.ts yet',
  },
  ...astray('tools', '@modelcontextprotocol/server', 'src/mcp'),
  ...astray('tools', 'undici', 'src/pingone'),
  ...astray('approval', 'node:sqlite', 'src/store'),
  ...astray('pingone', 'hono/client', 'src/http, src/console, src/sandbox'),
}

const GOOD: Readonly<Record<string, string>> = {
  'src/lib/good.ts': 'export interface Good {\n  name: string\n}\n\nexport const good: Good = { name: "good" }\n',
  'src/main.ts': "import { good } from './lib/good.ts'\n\nprocess.exitCode = good.name === '' ? 1 : 0\n",
  'src/tools/good-tool.ts':
    "import type { Store } from '../approval/approvals.ts'\nimport { plan } from '../approval/plan.ts'\nimport { good } from '../lib/good.ts'\n\nexport const run = (store: Store): unknown => plan(good, store)\n",
  'src/approval/plan.ts':
    "import type { PingOneCall } from '../pingone/call.ts'\n\nexport const plan = (...parts: unknown[]): unknown => parts\nexport type Step = PingOneCall\n",
  'src/approval/approvals.ts': "import type { Good } from '../lib/good.ts'\n\nexport type Store = Good\n",
  'src/pingone/call.ts': 'export interface PingOneCall {\n  path: string\n}\n',
  'src/version.ts': "export * from '../package.json'\n",
}

function wrongWay(from: string, to: string): Record<string, { source: string; says: string }> {
  const says = `src/${from} may not import from src/${to}`
  return { [`src/${from}/imports-${to}.ts`]: { source: `export * from '../${to}/thing.ts'\n`, says } }
}

function astray(from: string, specifier: string, home: string): Record<string, { source: string; says: string }> {
  const says = `${specifier} may be imported only by ${home}`
  const file = `src/${from}/package-${specifier.replaceAll(/\W/g, '-')}.ts`
  return { [file]: { source: `export * from '${specifier}'\n`, says } }
}

interface Diagnostic {
  message: string
  code?: string
  filename: string
  help?: string
}

let project: FixtureProject
let exitCode: number
const found = new Map<string, Diagnostic[]>()

beforeAll(async () => {
  const sources = { ...BROKEN, ...IMPORTS }
  const broken = Object.entries(sources).map(([name, { source }]) => [name, source] as const)
  project = await createFixtureProject({ ...Object.fromEntries(broken), ...GOOD })
  const result = await project.run('oxlint', '-f', 'json', 'src', 'test')
  exitCode = result.exitCode
  const { diagnostics } = JSON.parse(result.output) as { diagnostics: Diagnostic[] }
  for (const diagnostic of diagnostics) {
    found.set(diagnostic.filename, [...(found.get(diagnostic.filename) ?? []), diagnostic])
  }
})

afterAll(() => project[Symbol.asyncDispose]())

test.each(Object.entries(BROKEN))('complains about %s', (file, { rule, says = '' }) => {
  const complaints = found.get(file) ?? []

  expect(complaints.map(({ code }) => code ?? '')).toContain(rule)
  expect(complaints.map(({ message, help }) => `${message} ${help}`).join('\n')).toContain(says)
})

test.each(Object.entries(IMPORTS))('keeps imports one way: %s', (file, { says }) => {
  const complaints = (found.get(file) ?? []).filter(({ code }) => code === 'project(import-directions)')

  expect(complaints.map(({ message }) => message)).toEqual([says])
})

test.each(Object.keys(GOOD))('has nothing against %s', (file) => {
  expect(found.get(file)).toBeUndefined()
})

test('ends with an error where something is wrong', () => {
  expect(exitCode).toBe(1)
})
