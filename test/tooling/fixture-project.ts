import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const CONFIGURATION = ['.oxlintrc.json', '.oxfmtrc.json', 'knip.json', 'tsconfig.json', 'scripts/lint']

export interface FixtureProject {
  folder: string
  /** Runs a tool from node_modules in the project: what it printed, and how it ended. */
  run(tool: string, ...args: string[]): Promise<{ exitCode: number; output: string }>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A project elsewhere that holds these files under this repository's own configuration, unchanged, so that what the
 * tools say there is what they would say here.
 */
export async function createFixtureProject(files: Readonly<Record<string, string>>): Promise<FixtureProject> {
  const folder = await mkdtemp(join(tmpdir(), 'tooling-'))
  for (const name of CONFIGURATION) await cp(join(ROOT, name), join(folder, name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return {
    folder,
    run: (tool, ...args) => runTool(folder, tool, args),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function runTool(cwd: string, tool: string, args: string[]): Promise<{ exitCode: number; output: string }> {
  const bin = join(ROOT, 'node_modules/.bin')
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, NO_COLOR: '1' }
  try {
    const { stdout } = await promisify(execFile)(join(bin, tool), args, { cwd, env, maxBuffer: 16_000_000 })
    return { exitCode: 0, output: stdout }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string }
    if (typeof code !== 'number') throw error
    return { exitCode: code, output: `${stdout}${stderr}` }
  }
}
