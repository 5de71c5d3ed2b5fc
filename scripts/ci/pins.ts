interface Manifest {
  version: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

interface Lockfile {
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>
}

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

/** What is wrong with the pins: a range instead of a version, an address or a missing hash in the lock file. */
export function findLoosePins(manifest: Manifest, lockfile: Lockfile): string[] {
  const declared = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  const ranges = declared.filter(([, version]) => !EXACT.test(version))
  const { '': self, ...packages } = lockfile.packages
  const entries = Object.entries(packages)
  return [
    ...ranges.map(([name, version]) => `package.json asks for ${name} ${version}, which is not one version`),
    ...(self?.version === manifest.version ? [] : ['package-lock.json was made for another version: run npm install']),
    ...entries
      .filter(([, entry]) => entry.resolved !== undefined)
      .map(([name]) => `package-lock.json has an address for ${name}: npm config set omit-lockfile-registry-resolved`),
    ...entries
      .filter(([, entry]) => entry.integrity === undefined && entry.link !== true)
      .map(([name]) => `package-lock.json has no hash for ${name}`),
  ]
}
