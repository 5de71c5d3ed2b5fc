import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { usedInputs } from './bundle.ts'

export interface BundledPackage {
  /** Relative to the project, as the lock file spells it: `node_modules/a`, `node_modules/x/node_modules/@s/y`. */
  folder: string
  name: string
  version: string
  /** As its manifest says it; undefined where that is not an SPDX expression. */
  license: string | undefined
}

/** The packages that have a share in bundles, by folder. */
export async function bundledPackages(root: string, metafiles: readonly Metafile[]): Promise<BundledPackage[]> {
  const inputs = metafiles.flatMap((metafile) =>
    Object.keys(metafile.outputs).flatMap((output) => usedInputs(metafile, output) ?? []),
  )
  const folders = inputs.map((input) => /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
  const unique = [...new Set(folders.filter((folder) => folder !== undefined))].toSorted()
  return Promise.all(unique.map((folder) => readPackage(root, folder)))
}

async function readPackage(root: string, folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Record<string, unknown>
  const { name, version, license } = manifest
  if (typeof name !== 'string' || typeof version !== 'string') throw new Error(`${folder} has no name or no version`)
  return { folder, name, version, license: typeof license === 'string' ? license : undefined }
}
