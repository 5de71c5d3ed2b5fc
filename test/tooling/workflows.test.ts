import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const Step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
})
const Job = z.strictObject({
  name: z.string(),
  needs: z.string().optional(),
  'runs-on': z.string(),
  'timeout-minutes': z.int().max(40),
  environment: z.string().optional(),
  permissions: Permissions.optional(),
  strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
  steps: z.array(Step).min(1),
})
const Workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]) }),
  jobs: z.record(z.string(), Job),
})

function readWorkflow(name: string) {
  const text = readFileSync(join(ROOT, '.github/workflows', name), 'utf8')
  const document = parseDocument(text, { strict: true, uniqueKeys: true })
  expect(document.errors).toEqual([])
  const { jobs, ...rest } = Workflow.parse(document.toJS())
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  return { ...rest, text, jobs, steps, commands: steps.flatMap(({ run = [] }) => run) }
}

describe.each(['ci.yml', 'release.yml'])('%s', (name) => {
  const workflow = readWorkflow(name)

  test('may only read unless a job says what more it needs', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
  })

  test('uses each action in a version that it names', () => {
    const actions = workflow.steps.flatMap(({ uses = [] }) => uses)

    expect(actions.filter((action) => !/^[\w.-]+\/[\w.-]+@(v\d+|[0-9a-f]{40})$/.test(action))).toEqual([])
  })

  test('leaves no token behind in what it checks out', () => {
    const checkouts = workflow.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true)

    expect(checkouts.every((step) => step.with?.['persist-credentials'] === false)).toBe(true)
  })

  test('has no stored secret', () => {
    expect(workflow.text).not.toMatch(/\bsecrets\s*[.[]/)
  })

  test('puts nothing that others write into a command', () => {
    // Titles, branch names and the like come from whoever opens a pull request: only through `env`, never spelled out.
    expect(workflow.commands.filter((command) => command.includes('${{'))).toEqual([])
  })

  test('runs scripts and files that there are', () => {
    const commands = workflow.commands.join('\n')
    const scripts = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script)
    const files = [...commands.matchAll(/(?:node|bash) ((?!node_modules)[\w./-]+)/g)].map(([, file = '']) => file)
    const folders = [...commands.matchAll(/(?<= )test\/[\w-]+/g)].map(([folder]) => folder)

    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([])
    expect([...files, ...folders].filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
    expect(files.length).toBeGreaterThan(0)
  })

  test('waits only for jobs that there are', () => {
    const needed = Object.values(workflow.jobs).flatMap(({ needs = [] }) => needs)

    expect(needed.filter((job) => !(job in workflow.jobs))).toEqual([])
  })
})

describe('what a pull request runs', () => {
  const { jobs, on, text } = readWorkflow('ci.yml')

  test('is everything, on Linux', () => {
    expect(jobs['everything']?.steps.at(-1)?.run).toBe('bash .ci/run')
  })

  test('is tests, build and package on three systems, with the oldest Node and the one that the tests run on', () => {
    expect(jobs['systems']?.strategy?.matrix).toEqual({
      os: ['ubuntu-24.04', 'macos-15', 'windows-2025'],
      node: [manifest.engines.node.replace('>=', '').concat('.0'), manifest.devDependencies.node.split('.')[0]],
    })
  })

  test('never has the rights of the repository', () => {
    expect(Object.keys(on)).toEqual(['push', 'pull_request'])
    expect(text).not.toContain('pull_request_target')
    expect(Object.values(jobs).filter(({ permissions }) => permissions !== undefined)).toEqual([])
  })
})

describe('what a tag runs', () => {
  const { jobs, on, concurrency } = readWorkflow('release.yml')

  test('begins with a tag of a version, and ends what it has begun', () => {
    expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+*'] } })
    expect(concurrency['cancel-in-progress']).toBe(false)
  })

  test('publishes nothing before everything that has to hold has held', () => {
    const build = jobs['build']?.steps.flatMap(({ run = [] }) => run) ?? []
    const waiting = Object.entries(jobs).filter(([name]) => name !== 'build')

    expect(build.slice(0, 3)).toEqual([
      'node scripts/ci/check-release.ts',
      'node scripts/fetch-specifications.ts',
      'bash .ci/run',
    ])
    expect(jobs['build']?.permissions).toBeUndefined()
    expect(waiting.every(([, { needs }]) => needs === 'build' || needs === 'npm')).toBe(true)
  })

  test('publishes the tested file to npm, with where it comes from, by the identity of the workflow', () => {
    const publishing = jobs['npm']?.steps.flatMap(({ run = [] }) => run) ?? []

    expect(publishing).toEqual(['npm publish --provenance --access public --ignore-scripts ./release/*.tgz'])
    expect(jobs['npm']?.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  })

  test('builds the image with its own list of contents and its provenance', () => {
    const push = jobs['image']?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@') === true)

    expect(push?.with).toMatchObject({ push: true, sbom: true, provenance: 'mode=max' })
  })

  test('lets each job write only where it publishes', () => {
    const writes = Object.entries(jobs).map(([name, { permissions = {} }]) => [
      name,
      Object.keys(permissions).filter((scope) => permissions[scope] === 'write'),
    ])

    expect(Object.fromEntries(writes)).toEqual({
      build: [],
      npm: ['id-token'],
      github: ['contents', 'id-token', 'attestations'],
      image: ['packages', 'id-token', 'attestations'],
      registry: ['id-token'],
    })
  })
})
