import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import { findDisagreements, findReleaseFaults } from '../../scripts/ci/release.ts'
import entry from '../../server.json' with { type: 'json' }
import { readDocuments, rowsOf } from '../docs/documents.ts'

/**
 * What the documentation of the MCP registry says of an entry with an npm package, written down from its schema of
 * 2025-12-11 and its changelog. The publisher validates the file against the schema itself before it publishes.
 */
const Variable = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  description: z.string().min(1).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  value: z.string().optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).min(1).optional(),
})
const exactVersion = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
const NpmPackage = z.strictObject({
  registryType: z.literal('npm'),
  registryBaseUrl: z.url().optional(),
  identifier: z.string().min(1),
  version: exactVersion,
  fileSha256: z
    .string()
    .regex(/^[a-f0-9]{64}$/)
    .optional(),
  runtimeHint: z.string().optional(),
  transport: z.strictObject({ type: z.literal('stdio') }),
  packageArguments: z.array(
    z.union([
      z.strictObject({ type: z.literal('positional'), value: z.string() }),
      z.strictObject({ type: z.literal('named'), name: z.string(), value: z.string().optional() }),
    ]),
  ),
  environmentVariables: z.array(Variable),
})
const Entry = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100).optional(),
  description: z.string().min(1).max(100),
  version: exactVersion,
  repository: z.strictObject({ url: z.url(), source: z.string() }).optional(),
  websiteUrl: z.url().optional(),
  packages: z.array(NpmPackage).min(1),
})

describe('the entry for the MCP registry', () => {
  const variables = entry.packages.flatMap(
    ({ environmentVariables }) => environmentVariables as z.infer<typeof Variable>[],
  )

  test('has the form that the registry wants', () => {
    expect(Entry.safeParse(entry).error).toBeUndefined()
  })

  test('is for this package in this version', () => {
    expect(findDisagreements(manifest, entry)).toEqual([])
  })

  test('names variables that the README explains', () => {
    const readme = readDocuments().filter(({ name }) => name === 'README.md')
    const explained = variables.filter(({ name }) => readme.some((document) => rowsOf(document, name).length === 1))

    expect(explained).toEqual(variables)
  })

  test('keeps the secret secret, and leaves it out of what is required: a command may print it', () => {
    expect(variables.filter(({ isSecret }) => isSecret === true).map(({ name }) => name)).toEqual([
      'PINGONE_CLIENT_SECRET',
    ])
    expect(variables.filter(({ isRequired }) => isRequired === true).map(({ name }) => name)).toEqual([
      'PINGONE_REGION',
      'PINGONE_ENVIRONMENT_ID',
      'PINGONE_CLIENT_ID',
    ])
  })

  test('starts the server', () => {
    expect(entry.packages.map(({ packageArguments }) => packageArguments)).toEqual([
      [{ type: 'positional', value: 'stdio' }],
    ])
  })
})

describe('a release', () => {
  const right = {
    at: { tag: 'v1.2.3', repository: 'Example/server' },
    manifest: {
      name: 'server',
      version: '1.2.3',
      mcpName: 'io.github.example/server',
      repository: { url: 'git+https://github.com/example/server.git' },
    },
    entry: {
      name: 'io.github.example/server',
      version: '1.2.3',
      packages: [{ registryType: 'npm', identifier: 'server', version: '1.2.3' }],
    },
    changelog: '# Changelog\n\n## [1.2.3] - 2026-11-25\n',
  }
  const faultsOf = (changed: Partial<typeof right>) => {
    const { at, manifest: own, entry: registered, changelog } = { ...right, ...changed }
    return findReleaseFaults(at, own, registered, changelog)
  }

  test('goes ahead where tag, versions, names and changelog fit together', () => {
    expect(faultsOf({})).toEqual([])
  })

  test.each<[string, Partial<typeof right>, string]>([
    ['a tag of another version', { at: { ...right.at, tag: 'v1.2.4' } }, 'the tag is v1.2.4'],
    ['another owner', { at: { ...right.at, repository: 'fork/server' } }, 'mcpName in package.json has to begin with'],
    ['no word in the changelog', { changelog: '## [Unreleased]\n' }, 'CHANGELOG.md has no section [1.2.3]'],
    ['an entry of another version', { entry: { ...right.entry, version: '1.2.2' } }, 'server.json has version 1.2.2'],
    ['an entry under another name', { entry: { ...right.entry, name: 'io.github.example/x' } }, 'server.json is for'],
    [
      'an entry without a package',
      { entry: { ...right.entry, packages: [] } },
      'server.json has to name one npm package',
    ],
    [
      'an entry for another package',
      { entry: { ...right.entry, packages: [{ registryType: 'npm', identifier: 'x', version: '1.2.3' }] } },
      'server.json names x@1.2.3',
    ],
    [
      'a manifest that names another repository',
      { manifest: { ...right.manifest, repository: { url: 'git+https://github.com/else/where.git' } } },
      'repository in package.json has to be https://github.com/Example/server',
    ],
  ])('does not go ahead with %s', (_, changed, fault) => {
    expect(faultsOf(changed)).toContainEqual(expect.stringContaining(fault))
  })
})
