import { createHash } from 'node:crypto'
import type { BundledPackage } from './packages.ts'

/** What package.json says of the program. */
export interface Product {
  name: string
  version: string
  description: string
  license: string
}

export interface Lockfile {
  packages: Record<string, { integrity?: string }>
}

interface Hash {
  alg: 'SHA-256' | 'SHA-384' | 'SHA-512' | 'SHA-1'
  content: string
}

const ALGORITHMS: Readonly<Record<string, Hash['alg']>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/**
 * What is in the bundles, as CycloneDX 1.6. All packages are bundled and none is installed with the program, so that
 * npm's own list would be empty. It has no time in it, and its serial number follows from its content: equal content
 * gives an equal document.
 */
export function billOfMaterials(product: Product, packages: readonly BundledPackage[], lockfile: Lockfile) {
  const components = packages.map((found) => describePackage(found, lockfile))
  const self = {
    type: 'application',
    'bom-ref': packageUrl(product.name, product.version),
    name: product.name,
    version: product.version,
    description: product.description,
    licenses: [{ license: { id: product.license } }],
    purl: packageUrl(product.name, product.version),
  }
  const content = { metadata: { component: self }, components }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
    dependencies: [{ ref: self['bom-ref'], dependsOn: components.map((component) => component['bom-ref']) }],
  }
}

function describePackage({ folder, name, version, license }: BundledPackage, lockfile: Lockfile) {
  const integrity = lockfile.packages[folder]?.integrity
  if (integrity === undefined) throw new Error(`${folder} is bundled, but the lock file has no hash for it`)
  if (license === undefined) throw new Error(`${folder} is bundled, but says no licence`)
  const slash = name.indexOf('/')
  return {
    type: 'library',
    // Two copies of one package are two components.
    'bom-ref': `${packageUrl(name, version)}#${folder}`,
    ...(slash === -1 ? { name } : { group: name.slice(0, slash), name: name.slice(slash + 1) }),
    version,
    licenses: [{ license: { id: license } }],
    purl: packageUrl(name, version),
    hashes: integrity.split(' ').map(toHash),
  }
}

/** Package URL of npm: the `@` of a scope is encoded, its slash is not. */
function packageUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

/** Subresource integrity (`sha512-…` in Base64) as CycloneDX wants it, in hexadecimal. */
function toHash(integrity: string): Hash {
  const dash = integrity.indexOf('-')
  const alg = ALGORITHMS[integrity.slice(0, dash)]
  if (alg === undefined) throw new Error(`This hash has an unknown algorithm: ${integrity}`)
  return { alg, content: Buffer.from(integrity.slice(dash + 1), 'base64').toString('hex') }
}

/** RFC 9562 §5.8: version 8, whose bits are ours to choose. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
