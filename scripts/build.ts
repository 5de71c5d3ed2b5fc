import { join } from 'node:path'
import { bundleBrowser } from './build/browser.ts'
import { bundle } from './build/bundle.ts'
import { packedCatalog } from './build/catalog.ts'
import { thirdPartyLicenses } from './build/licenses.ts'
import { replaceFolder } from './build/replace-folder.ts'

/** `npm run build`: dist/main.js, its chunks, the script of its pages, the catalogue, the licences of all of it. */
const root = join(import.meta.dirname, '..')
const bundled = await bundle(root, 'src/main.ts')
const browser = await bundleBrowser(root, 'src/console/browser/console.ts')
const files = new Map<string, string | Uint8Array>([...bundled.files, ...(await packedCatalog(root))])
  .set('browser/console.js', browser.text)
  .set('THIRD_PARTY_LICENSES.txt', await thirdPartyLicenses(root, bundled.metafile, browser.metafile))
const result = await replaceFolder(join(root, 'dist'), files, {
  workFolder: join(root, '.cache'),
  executables: ['main.js'],
})
const kilobytes = [...bundled.files.values()].reduce((sum, text) => sum + text.length, 0) / 1000
console.error(`dist ${result}: ${bundled.files.size} files, ${kilobytes.toFixed(0)} kB`)
