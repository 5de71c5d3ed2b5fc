import { basename, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import type { Metafile } from 'esbuild'
import { DEFINITIONS, slimming } from './slimming.ts'

interface Bundle {
  /** By name relative to the output folder: `main.js`, `chunks/…js`. */
  files: Map<string, string>
  metafile: Metafile
}

/** The oldest Node that `engines` promises. */
const TARGET = 'node22.19'
const HASHBANG = '#!/usr/bin/env node\n'
// CommonJS packages that ask for Node's modules at run time need a `require`, which ES modules lack.
const REQUIRE =
  "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);\n"

/** Bundles a program and all packages that it uses, in memory. What is imported dynamically becomes a chunk of its own. */
export async function bundle(root: string, entry: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: 'main' }],
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    // UMD packages hide their own files from bundlers behind a `require` of theirs; their ES modules do not.
    mainFields: ['module', 'main'],
    chunkNames: 'chunks/[name]-[hash]',
    define: DEFINITIONS,
    // Short names halve the package and make a start cheaper. Errors say their names themselves.
    minify: true,
    // Node prints the line in which an unexpected error was thrown.
    lineLimit: 200,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [slimming(resolve(root, 'package.json'))],
  })
  const nameOf = (path: string) => relative(resolve(root, 'dist'), path).replaceAll('\\', '/')
  const files = outputFiles.map(({ path, text }) => [nameOf(path), withPreamble(basename(path), text)] as const)
  return { files: new Map(files), metafile }
}

function withPreamble(name: string, text: string): string {
  const isEntry = name === 'main.js'
  const body = text.replace(/^#!.*\n/, '')
  const needsRequire = body.includes('Dynamic require of "')
  return `${isEntry ? HASHBANG : ''}${needsRequire ? REQUIRE : ''}${body}`
}

/** The source files that are loaded when the program starts: those in the entry and in chunks that it imports statically. */
export function startupInputs({ metafile }: Bundle): string[] {
  const loaded = new Set<string>()
  const waiting = ['dist/main.js']
  for (let output = waiting.pop(); output !== undefined; output = waiting.pop()) {
    if (loaded.has(output)) continue
    loaded.add(output)
    for (const { path, kind, external } of metafile.outputs[output]?.imports ?? []) {
      if (external === true) loaded.add(path)
      else if (kind === 'import-statement') waiting.push(path)
    }
  }
  return [...loaded].flatMap((output) => usedInputs(metafile, output) ?? [output])
}

/** The source files that have a share in an output, tree shaking considered; undefined for what is not an output. */
export function usedInputs(metafile: Metafile, output: string): string[] | undefined {
  const inputs = metafile.outputs[output]?.inputs
  if (inputs === undefined) return undefined
  return Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
}
