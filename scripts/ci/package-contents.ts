const EXPECTED = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'dist/main.js',
  'dist/THIRD_PARTY_LICENSES.txt',
]
const ALLOWED_FOLDERS = ['dist/', 'catalog/']

/** What is in a package and should not be, and the other way round. */
export function findStrangers(files: readonly string[]): string[] {
  const isExpected = (file: string) =>
    EXPECTED.includes(file) || ALLOWED_FOLDERS.some((folder) => file.startsWith(folder))
  return [
    ...files.filter((file) => !isExpected(file)).map((file) => `the package holds ${file}, which nobody asked for`),
    ...EXPECTED.filter((file) => !files.includes(file)).map((file) => `the package lacks ${file}`),
  ]
}
