import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { type BundledPackage, bundledPackages } from './packages.ts'

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
/** Copyright lines stand at the top of a licence, if at all: further down they belong to its terms. */
const TOP_LINES = 8

interface Entry {
  /** `zod 4.6.7 (MIT)` */
  title: string
  /** Down to the last copyright line; empty where the text has none at its top. */
  notice: string
  terms: string
}

/**
 * The text of `THIRD_PARTY_LICENSES.txt`: every package in the bundles with its version, licence and copyright lines.
 * Terms that are word by word the same stand once, below all packages that have them.
 */
export async function thirdPartyLicenses(root: string, ...metafiles: Metafile[]): Promise<string> {
  const packages = await bundledPackages(root, metafiles)
  const entries = await Promise.all(packages.map((found) => licenseEntry(root, found)))
  const groups = Map.groupBy(entries, ({ terms }) => terms.replaceAll(/\s+/g, ' '))
  const sections = [...groups.values()].map((group) =>
    [...group.map(({ title, notice }) => `${title}\n\n${notice}`.trim()), group[0]?.terms ?? ''].join('\n\n').trim(),
  )
  return `${[INTRODUCTION, ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

const INTRODUCTION = `The program in this folder includes the following packages, each under its own licence.
Packages under the same terms stand together, each with its own copyright lines, above those terms.`

async function licenseEntry(root: string, { folder, name, version, license }: BundledPackage): Promise<Entry> {
  const title = `${name} ${version} (${license})`
  if (license === undefined || !ACCEPTED.has(license)) {
    throw new Error(`${name} ${version} is bundled, but its licence is not an accepted one: ${license ?? 'none'}`)
  }
  const files = (await readdir(join(root, folder))).filter((file) => LICENSE_FILE.test(file)).toSorted()
  const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')))
  return { title, ...splitLicense(texts.map((text) => text.trim()).join('\n\n')) }
}

function splitLicense(text: string): { notice: string; terms: string } {
  const lines = text.split(/\r?\n/)
  const last = lines.slice(0, TOP_LINES).findLastIndex((line) => /^\W*(copyright|all rights)\b/i.test(line))
  return {
    notice: lines.slice(0, last + 1).join('\n'),
    terms: lines
      .slice(last + 1)
      .join('\n')
      .trim(),
  }
}
