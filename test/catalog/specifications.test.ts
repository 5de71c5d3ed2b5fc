import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchSpecifications } from '../../scripts/catalog/fetch-specifications.ts'
import { SERVICES } from '../../src/catalog/record.ts'

describe('the public specifications', () => {
  let folder: string
  let repository: string
  let commit: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'specifications-test-'))
    repository = join(folder, 'origin')
    const git = (...args: string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository })
    for (const service of SERVICES) {
      await mkdir(join(repository, service, 'generate'), { recursive: true })
      await writeFile(join(repository, service, 'generate', `pingone-${service}.yml`), `title: ${service}\n`)
    }
    await writeFile(join(repository, 'LICENSE'), 'as you like\n')
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '--message', 'all')
    await git('tag', 'v1.0.0')
    commit = (await git('rev-parse', 'HEAD')).stdout.trim()
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('are fetched with their licence, each under the name of its service', async () => {
    const target = join(folder, 'found/openapi')

    await fetchSpecifications({ repository, tag: 'v1.0.0', commit: commit.slice(0, 7) }, target)

    expect((await readdir(target)).toSorted()).toEqual(['LICENSE', ...SERVICES.map((name) => `${name}.yml`)].toSorted())
    expect(await readFile(join(target, 'mfa.yml'), 'utf8')).toBe('title: mfa\n')
  })

  test('are not taken where the tag has moved', async () => {
    const target = join(folder, 'moved')
    const fetching = fetchSpecifications({ repository, tag: 'v1.0.0', commit: '0000000' }, target)

    await expect(fetching).rejects.toThrow('and not 0000000')
    expect(existsSync(target)).toBe(false)
  })
})
