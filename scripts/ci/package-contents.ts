/** What the package has to hold. */
const EXPECTED = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'dist/main.js',
  'dist/browser/console.js',
  'dist/THIRD_PARTY_LICENSES.txt',
  'dist/catalog/LICENSE-openapi.txt',
  'dist/catalog/LICENSE-vectors.txt',
]
/** What it may hold besides: chunks of the program, data that it reads. No source, no source map, no picture. */
const ALLOWED = [/^dist\/chunks\/[\w.-]+\.js$/, /^dist\/catalog\/[\w-]+\.(json|bin)\.br$/]
const MAX_UNPACKED_BYTES = 3_000_000
/** Those that npm runs on the machine of whoever installs the package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

export interface PackedFile {
  path: string
  size: number
}

export interface PackageManifest {
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  bundleDependencies?: unknown
}

/** What is wrong with a package: a sentence for each file that is too much or missing, for its size, for its manifest. */
export function findPackageFaults(files: readonly PackedFile[], manifest: PackageManifest): string[] {
  return [...findStrangers(files.map(({ path }) => path)), ...findExcess(files), ...findBaggage(manifest)]
}

function findStrangers(files: readonly string[]): string[] {
  const isExpected = (file: string) => EXPECTED.includes(file) || ALLOWED.some((pattern) => pattern.test(file))
  return [
    ...files.filter((file) => !isExpected(file)).map((file) => `the package holds ${file}, which nobody asked for`),
    ...EXPECTED.filter((file) => !files.includes(file)).map((file) => `the package lacks ${file}`),
  ]
}

function findExcess(files: readonly PackedFile[]): string[] {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (bytes < MAX_UNPACKED_BYTES) return []
  return [`the package has ${bytes} bytes unpacked, and ${MAX_UNPACKED_BYTES} is the limit`]
}

function findBaggage(manifest: PackageManifest): string[] {
  const { scripts = {}, dependencies, optionalDependencies, peerDependencies, bundleDependencies } = manifest
  const needed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
  return [
    ...INSTALL_SCRIPTS.filter((name) => name in scripts).map((name) => `the package runs a script: ${name}`),
    ...needed.map((name) => `the package depends on ${name}, and everything is bundled`),
    ...(bundleDependencies === undefined ? [] : ['the package bundles node_modules']),
  ]
}
