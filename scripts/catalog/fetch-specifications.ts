import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SERVICES } from '../../src/catalog/record.ts'

/** Where in which repository the public specifications stand. */
export interface Origin {
  repository: string
  tag: string
  /** The beginning of the commit that the tag has to lead to. */
  commit: string
}

/** Where the public specifications lie, as seen from the project's folder. */
export const SPECIFICATIONS = '../shared/pingone/openapi'

const run = promisify(execFile)

/** Copies `<service>.yml` for each service, and their licence, into a folder. A tag that leads elsewhere is refused. */
export async function fetchSpecifications({ repository, tag, commit }: Origin, folder: string): Promise<void> {
  const clone = await mkdtemp(join(tmpdir(), 'specifications-'))
  try {
    await run('git', ['clone', '--quiet', '--depth', '1', '--branch', tag, repository, clone])
    const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: clone })
    if (!stdout.startsWith(commit)) throw new Error(`${tag} of ${repository} is ${stdout.trim()}, and not ${commit}`)
    await mkdir(folder, { recursive: true })
    await copyFile(join(clone, 'LICENSE'), join(folder, 'LICENSE'))
    for (const service of SERVICES) {
      await copyFile(join(clone, service, 'generate', `pingone-${service}.yml`), join(folder, `${service}.yml`))
    }
  } finally {
    await rm(clone, { recursive: true, force: true })
  }
}
