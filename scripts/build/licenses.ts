import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { usedInputs } from './bundle.ts'

/** Licences that a distributed program may include on the terms that we keep: text and copyright line travel along. */
const ACCEPTED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
])
const LICENSE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i

interface Manifest {
  name: string
  version: string
  license?: unknown
}

/** The text of `THIRD_PARTY_LICENSES.txt`: every package in the bundles with its version, licence and licence text. */
export async function thirdPartyLicenses(root: string, ...metafiles: Metafile[]): Promise<string> {
  const folders = packageFolders(
    metafiles.flatMap((metafile) =>
      Object.keys(metafile.outputs).flatMap((output) => usedInputs(metafile, output) ?? []),
    ),
  )
  const entries = await Promise.all(folders.map((folder) => licenseEntry(root, folder)))
  return `${[INTRODUCTION, ...entries].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

const INTRODUCTION = 'The program in this folder includes the following packages, each under its own licence.'

/** `node_modules/a/b.js`, `node_modules/x/node_modules/@s/y/z.js` → `node_modules/a`, `node_modules/x/node_modules/@s/y`. */
function packageFolders(inputs: readonly string[]): string[] {
  const folders = inputs.map((input) => /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
  return [...new Set(folders.filter((folder) => folder !== undefined))].toSorted()
}

async function licenseEntry(root: string, folder: string): Promise<string> {
  const path = join(root, folder)
  const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as Manifest
  const name = `${manifest.name} ${manifest.version}`
  if (typeof manifest.license !== 'string' || !ACCEPTED.has(manifest.license)) {
    throw new Error(`${name} is bundled, but its licence is not an accepted one: ${String(manifest.license)}`)
  }
  const names = (await readdir(path)).filter((file) => LICENSE_FILE.test(file)).toSorted()
  const texts = await Promise.all(names.map((file) => readFile(join(path, file), 'utf8')))
  return [`${name} (${manifest.license})`, ...texts.map((text) => text.trim())].join('\n\n')
}
