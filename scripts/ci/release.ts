interface Manifest {
  name: string
  version: string
  mcpName?: string
  /** `git+https://github.com/owner/name.git`, or an object with it. */
  repository?: string | { url: string }
}

interface RegistryEntry {
  name: string
  version: string
  packages: { registryType: string; identifier: string; version?: string }[]
}

/** What does not fit together: a sentence for each. */
export function findDisagreements(manifest: Manifest, entry: RegistryEntry): string[] {
  const { name, version, mcpName } = manifest
  const packages = entry.packages.filter(({ registryType }) => registryType === 'npm')
  return [
    ...(entry.name === mcpName ? [] : [`server.json is for ${entry.name}, and package.json says mcpName ${mcpName}`]),
    ...(entry.version === version ? [] : [`server.json has version ${entry.version}, and package.json ${version}`]),
    ...packages
      .filter((found) => found.identifier !== name || found.version !== version)
      .map((found) => `server.json names ${found.identifier}@${found.version}, and the package is ${name}@${version}`),
    ...(packages.length === 1 ? [] : ['server.json has to name one npm package']),
  ]
}

/** What keeps a tag in a repository (`owner/name`) from being released: a sentence for each. */
export function findReleaseFaults(
  { tag, repository }: { tag: string; repository: string },
  manifest: Manifest,
  entry: RegistryEntry,
  changelog: string,
): string[] {
  const { version, mcpName } = manifest
  const address = typeof manifest.repository === 'object' ? manifest.repository.url : (manifest.repository ?? '')
  const namespace = `io.github.${repository.split('/')[0]}/`
  return [
    ...findDisagreements(manifest, entry),
    ...(tag === `v${version}` ? [] : [`the tag is ${tag}, and package.json has version ${version}`]),
    ...(changelog.includes(`\n## [${version}]`) ? [] : [`CHANGELOG.md has no section [${version}]`]),
    ...(mcpName?.toLowerCase().startsWith(namespace.toLowerCase()) === true
      ? []
      : [`mcpName in package.json has to begin with ${namespace}: the registry proves it by who owns the repository`]),
    ...(address.toLowerCase().includes(`github.com/${repository.toLowerCase()}`)
      ? []
      : [`repository in package.json has to be https://github.com/${repository}: npm compares it with the provenance`]),
  ]
}
