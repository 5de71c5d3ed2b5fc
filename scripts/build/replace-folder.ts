import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Makes `folder` hold exactly these files. They are written beside it, on the same disk, and moved into place by
 * renaming; a folder that holds them already is left alone, so that a program running from it keeps its chunks.
 */
export async function replaceFolder(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  { workFolder, executables }: { workFolder: string; executables: readonly string[] },
): Promise<'written' | 'unchanged'> {
  if (await holdsExactly(folder, files)) return 'unchanged'
  await mkdir(workFolder, { recursive: true })
  const work = await mkdtemp(join(workFolder, 'build-'))
  try {
    const fresh = join(work, 'new')
    for (const [name, content] of files) await writeInto(fresh, name, content)
    await Promise.all(executables.map((name) => chmod(join(fresh, name), 0o755)))
    await rename(folder, join(work, 'old')).catch(ignoreAbsence)
    await rename(fresh, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return 'written'
}

async function writeInto(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

async function holdsExactly(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<boolean> {
  const present = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  if (present.filter((entry) => entry.isFile()).length !== files.size) return false
  for (const [name, content] of files) {
    const existing = await readFile(join(folder, name)).catch(() => undefined)
    if (existing?.equals(Buffer.from(content)) !== true) return false
  }
  return true
}

function ignoreAbsence(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
