import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { bundleBrowser } from '../../scripts/build/browser.ts'
import { bundle } from '../../scripts/build/bundle.ts'
import { packedCatalog } from '../../scripts/build/catalog.ts'
import { thirdPartyLicenses } from '../../scripts/build/licenses.ts'
import { bundledPackages } from '../../scripts/build/packages.ts'
import { billOfMaterials, type Lockfile } from '../../scripts/build/sbom.ts'
import { findPackageFaults, type PackageManifest } from '../../scripts/ci/package-contents.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('a package', () => {
  const right = [
    'package.json',
    'README.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'LICENSE',
    'dist/main.js',
    'dist/browser/console.js',
    'dist/chunks/app-A1B2C3D4.js',
    'dist/catalog/mfa.json.br',
    'dist/catalog/LICENSE-openapi.txt',
    'dist/catalog/LICENSE-vectors.txt',
    'dist/THIRD_PARTY_LICENSES.txt',
  ].map((path) => ({ path, size: 1000 }))
  const faultsOf = (files: typeof right, own: PackageManifest = {}) => findPackageFaults(files, own)

  test('of the program, its data and what one reads first is right', () => {
    expect(faultsOf(right)).toEqual([])
  })

  test.each([
    'src/main.ts',
    'dist/main.js.map',
    'dist/chunks/app-A1B2C3D4.js.map',
    'catalog/management.json',
    'docs/images/approval-page.png',
    'dist/catalog/vocabulary.json',
    'node_modules/zod/index.js',
  ])('does not hold %s', (path) => {
    expect(faultsOf([...right, { path, size: 1 }])).toEqual([`the package holds ${path}, which nobody asked for`])
  })

  test('holds its licence', () => {
    expect(faultsOf(right.filter(({ path }) => path !== 'LICENSE'))).toEqual(['the package lacks LICENSE'])
  })

  test('stays under three megabytes', () => {
    const grown = right.map((file) => (file.path === 'dist/main.js' ? { ...file, size: 2_989_000 } : file))

    expect(faultsOf(grown)).toEqual(['the package has 3000000 bytes unpacked, and 3000000 is the limit'])
  })

  test.each(['preinstall', 'install', 'postinstall', 'prepare'])('runs nothing when it is installed: %s', (name) => {
    expect(faultsOf(right, { scripts: { [name]: 'node x.js' } })).toEqual([`the package runs a script: ${name}`])
  })

  test.each(['dependencies', 'optionalDependencies', 'peerDependencies'])(
    'brings nobody along as one of its %s',
    (kind) => {
      expect(faultsOf(right, { [kind]: { zod: '4.0.0' } })).toEqual([
        'the package depends on zod, and everything is bundled',
      ])
    },
  )
})

test('our own manifest asks for nothing but the files, and they are all that is packed', () => {
  const { devDependencies, ...shipped } = manifest

  expect(findPackageFaults([], shipped).filter((fault) => !fault.includes('lacks'))).toEqual([])
  expect(Object.keys(devDependencies).length).toBeGreaterThan(0)
  expect(manifest.files).toEqual(['dist', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'])
})

describe('what is in the bundles', async () => {
  const [program, browser] = await Promise.all([
    bundle(ROOT, 'src/main.ts'),
    bundleBrowser(ROOT, 'src/console/browser/console.ts'),
  ])
  const metafiles = [program.metafile, browser.metafile]
  const packages = await bundledPackages(ROOT, metafiles)
  const lockfile = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile
  const bill = billOfMaterials(manifest, packages, lockfile)

  test('fits into three megabytes together with what goes with it', async () => {
    const beside = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'package.json']
    const contents = [
      ...program.files.values(),
      browser.text,
      await thirdPartyLicenses(ROOT, ...metafiles),
      ...(await packedCatalog(ROOT)).map(([, content]) => content),
      ...(await Promise.all(beside.map((name) => readFile(join(ROOT, name))))),
    ]

    const bytes = contents.reduce((sum, content) => sum + Buffer.byteLength(content), 0)

    expect(bytes).toBeLessThan(3_000_000)
  })

  test('is listed package by package, each as the lock file pins it', () => {
    const listed = bill.components.map(({ purl, version, hashes, licenses }) => ({ purl, version, hashes, licenses }))

    expect(listed.map(({ purl }) => purl)).toEqual(
      packages.map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`),
    )
    for (const { hashes, licenses } of listed) {
      expect(hashes.length).toBeGreaterThan(0)
      expect(licenses).toEqual([{ license: { id: expect.stringMatching(/^[\w.-]+$/) } }])
    }
    const zod = bill.components.find(({ name }) => name === 'zod')
    const pinned = lockfile.packages['node_modules/zod']?.integrity?.replace('sha512-', '') ?? ''
    expect(zod?.hashes).toEqual([{ alg: 'SHA-512', content: Buffer.from(pinned, 'base64').toString('hex') }])
  })

  test('is listed in the form of CycloneDX 1.6, and the same way each time', () => {
    const references = bill.components.map((component) => component['bom-ref'])

    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 })
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(bill.metadata.component).toMatchObject({
      type: 'application',
      name: manifest.name,
      version: manifest.version,
    })
    expect(new Set(references).size).toBe(references.length)
    expect(bill.dependencies).toEqual([{ ref: bill.metadata.component['bom-ref'], dependsOn: references }])
    expect(billOfMaterials(manifest, packages, lockfile)).toEqual(bill)
  })

  test('cannot be listed without its hash', () => {
    expect(() => billOfMaterials(manifest, packages, { packages: {} })).toThrow('the lock file has no hash for it')
  })
})
