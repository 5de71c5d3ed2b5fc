import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { openTerminal, type Terminal } from '../pty.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

export interface Finished {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Running {
  process: ChildProcessWithoutNullStreams
  readonly stdout: string
  readonly stderr: string
  /** Resolves when the pattern stands in what was written so far. */
  sees(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>
  finished: Promise<Finished>
}

/** Starts the program without a terminal, with nothing of this process's environment but what it needs to run. */
export function startProgram(args: readonly string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } })
  const written = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text
    })
  }
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...written }))
  })
  child.stdin.on('error', () => undefined)
  return {
    process: child,
    get stdout() {
      return written.stdout
    },
    get stderr() {
      return written.stderr
    },
    sees: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(written[stream])
          if (found === null) return
          child[stream].off('data', look)
          resolve(found)
        }
        child[stream].on('data', look)
        void finished.then(() => reject(new Error(`ended without ${String(pattern)}: ${written[stream]}`)))
        look()
      }),
    finished,
  }
}

/** Runs the program to its end. What is not given as input is an empty stdin. */
export async function runProgram(
  args: readonly string[],
  { env, input = '' }: { env: Record<string, string>; input?: string },
): Promise<Finished> {
  const running = startProgram(args, env)
  running.process.stdin.end(input)
  return running.finished
}

/** Starts the program at a terminal. */
export function programAtTerminal(args: readonly string[], env: Record<string, string>): Terminal {
  return openTerminal(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } })
}
