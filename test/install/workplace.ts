import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { run } from '../../src/cli/run.ts'
import { systemClock } from '../../src/lib/clock.ts'

/** When everything happens here, and how a backup of then is called. */
const NOW = Date.UTC(2026, 10, 24, 12, 0, 0)
export const STAMP = '2026-11-24T12-00-00Z'

/** A machine of some platform with a home folder of its own, and what `install` does there. */
export interface Workplace extends Disposable {
  home: string
  install(args: string[], options?: InstallOptions): Promise<{ code: number; stdout: string; stderr: string }>
  write(name: string, text: string | Uint8Array): string
  read(name: string): string
  /** All files below the home folder, by their names. */
  files(): string[]
}

interface InstallOptions {
  platform?: NodeJS.Platform
  env?: Record<string, string>
  program?: { command: string; args: string[] }
}

export function openWorkplace(): Workplace {
  const home = mkdtempSync(join(tmpdir(), 'install-'))
  const script = join(import.meta.dirname, '../../src/main.ts')
  const pathOf = (name: string) => join(home, name)
  return {
    home,
    async install(args, { platform = 'linux', env = {}, program } = {}) {
      const [output, errorOutput] = [new PassThrough(), new PassThrough()]
      const code = await run({
        argv: ['install', ...args],
        ports: {
          env,
          machine: { platform, homeFolder: home, userName: 'olga' },
          clock: { ...systemClock, now: () => NOW },
          randomBytes,
          writeLog: () => undefined,
          readTextFile: () => undefined,
        },
        program: program ?? { command: process.execPath, args: [script] },
        input: new PassThrough() as unknown as NodeJS.ReadStream,
        output: output as unknown as NodeJS.WriteStream,
        errorOutput: errorOutput as unknown as NodeJS.WriteStream,
        stopped: new AbortController().signal,
      })
      return { code, stdout: textOf(output), stderr: textOf(errorOutput) }
    },
    write(name, text) {
      mkdirSync(dirname(pathOf(name)), { recursive: true })
      writeFileSync(pathOf(name), text)
      return pathOf(name)
    },
    read: (name) => readFileSync(pathOf(name), 'utf8'),
    files: () =>
      readdirSync(home, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
        .toSorted(),
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  }
}

function textOf(stream: PassThrough): string {
  return (stream.read() as Buffer | null)?.toString() ?? ''
}

/** A text without the line breaks that a terminal's width puts in. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
