import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export interface Instruction {
  /** In capitals: `COPY`. */
  name: string
  rest: string
}

/** The instructions of a Dockerfile, a line each, without comments. */
export function readDockerfile(): Instruction[] {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/)
      return { name, rest: rest.join(' ') }
    })
}

/** The words of `CMD ["a", "b"]`, and of what stands behind other words of an instruction. */
export function wordsOf({ rest }: Instruction): string[] {
  return JSON.parse(rest.slice(rest.indexOf('['))) as string[]
}

/** What .dockerignore lets into a build: it leaves out everything, and takes these back in. */
export function buildContext(): string[] {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((text) => text !== '' && !text.startsWith('#'))
  const [first, ...others] = lines
  if (first !== '*' || others.some((line) => !/^![\w.-]+$/.test(line)))
    throw new Error('.dockerignore is no list of names')
  return others.map((line) => line.slice(1))
}
