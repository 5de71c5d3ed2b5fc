import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * A package of exactly this version in a folder of its own below `.cache`, for checks alone: what is large and that
 * nobody needs to work on the code does not belong into node_modules. Tells the folder of its commands.
 */
export async function cachedPackage(
  root: string,
  name: string,
  version: string,
  { runsScripts = false }: { runsScripts?: boolean } = {},
): Promise<string> {
  const folder = join(root, '.cache/tools', `${name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')}-${version}`)
  const commands = join(folder, 'node_modules/.bin')
  if (existsSync(commands)) return commands
  const work = `${folder}.${process.pid}`
  await mkdir(work, { recursive: true })
  await writeFile(join(work, 'package.json'), JSON.stringify({ private: true, allowScripts: { [name]: runsScripts } }))
  const flags = ['--no-audit', '--no-fund', '--no-save', ...(runsScripts ? [] : ['--ignore-scripts'])]
  await promisify(execFile)('npm', ['install', ...flags, `${name}@${version}`], { cwd: work })
  await rm(folder, { recursive: true, force: true })
  await rename(work, folder)
  return commands
}
