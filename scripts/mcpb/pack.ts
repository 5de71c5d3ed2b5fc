import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { packExtension } from '@anthropic-ai/mcpb'
import { createManifest, type Product } from './manifest.ts'
import { withoutTimes } from './zip-times.ts'

/** What the bundle has besides the manifest. */
const CONTENT = ['dist', 'LICENSE', 'README.md']

/** Packs `dist` as an MCPB bundle into a file below `folder`; tells the file. Equal content gives equal bytes. */
export async function packBundle(root: string, folder: string): Promise<string> {
  const product = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Product
  const { name, version } = product
  const staged = join(folder, 'content')
  await rm(staged, { recursive: true, force: true })
  for (const path of CONTENT) {
    await mkdir(dirname(join(staged, path)), { recursive: true })
    await cp(join(root, path), join(staged, path), { recursive: true })
  }
  await writeJson(join(staged, 'manifest.json'), await createManifest(product))
  // Node takes a `.js` file for an ES module only below a package.json that says so.
  await writeJson(join(staged, 'package.json'), { name, version, type: 'module' })
  const file = join(folder, `${name}-${version}.mcpb`)
  if (!(await packExtension({ extensionPath: staged, outputPath: file, silent: true }))) {
    throw new Error('The bundle could not be packed: `npx mcpb validate` on its manifest says why')
  }
  await writeFile(file, withoutTimes(await readFile(file)))
  return file
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}
