import { build } from 'esbuild'
import type { Metafile } from 'esbuild'

/** Browsers of 2022 and later: those that have passkeys which travel between devices. */
const TARGET = ['chrome108', 'firefox108', 'safari16']

/** The script of the console's pages as one small file, with what it takes from packages. */
export async function bundleBrowser(root: string, entry: string): Promise<{ text: string; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'dist/browser/console.js',
    write: false,
    metafile: true,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
  })
  return { text: outputFiles[0]?.text ?? '', metafile }
}
