import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { bundleBrowser } from './build/browser.ts'
import { bundle } from './build/bundle.ts'
import { bundledPackages } from './build/packages.ts'
import { billOfMaterials, type Lockfile, type Product } from './build/sbom.ts'

/** `npm run sbom`: what is in the bundles, as CycloneDX, below `.cache`. It goes with a release, not into the package. */
const root = join(import.meta.dirname, '..')
const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(root, name), 'utf8'))
const [{ metafile }, browser, product, lockfile] = await Promise.all([
  bundle(root, 'src/main.ts'),
  bundleBrowser(root, 'src/console/browser/console.ts'),
  readJson('package.json') as Promise<Product>,
  readJson('package-lock.json') as Promise<Lockfile>,
])
const packages = await bundledPackages(root, [metafile, browser.metafile])
const file = join(root, '.cache', `${product.name}-${product.version}.cdx.json`)
await mkdir(join(root, '.cache'), { recursive: true })
await writeFile(file, `${JSON.stringify(billOfMaterials(product, packages, lockfile), null, 2)}\n`)
console.log(`${relative(root, file)}: ${packages.length} packages`)
