import type { TrackedFile } from './tracked-files.ts'

/**
 * What a file must not say about the machine that it was written on: folders of one person or workplace, and hosts that
 * packages came from. Documentation may use `you` as a name.
 */
const TRACES: readonly [kind: string, pattern: RegExp][] = [
  ['a path of a machine', /(?<![\w.@~-])\/(?:work|root)\/[\w.-]+/g],
  ['a path of a machine', /(?<![\w.@~-])\/(?:home|Users)\/(?!you\b)[a-z][\w.-]*/g],
  ['a path of a machine', /\b[A-Z]:\\Users\\(?!you\b)\w+/g],
  ['a host of packages', /\b(?:registry|artifactory|nexus|verdaccio|npm-?proxy)\.[a-z0-9-]+\.[a-z0-9.-]+/gi],
  ['a host of packages', /"resolved": *"[^"]*"/g],
]

/** One sentence for each trace found: `README.md:12 names a path of a machine: …`. */
export function findTraces(files: readonly TrackedFile[], packageHost?: string): string[] {
  return files.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = TRACES.flatMap(([kind, pattern]) => (line.match(pattern) ?? []).map((trace) => `${kind}: ${trace}`))
      if (packageHost !== undefined && line.includes(packageHost)) found.push(`a host of packages: ${packageHost}`)
      return found.map((trace) => `${name}:${index + 1} names ${trace}`)
    }),
  )
}
