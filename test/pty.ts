import { spawn } from '@lydell/node-pty'
import { stripVTControlCharacters } from 'node:util'

/** A program at a terminal of its own, and somebody who reads and types. */
export interface Terminal {
  /** Everything that stood on the screen so far, without escape sequences. */
  readonly screen: string
  /** The bytes as they came. */
  readonly raw: string
  /** Resolves as soon as the pattern stands behind what earlier calls have found. */
  expect(pattern: RegExp | string): Promise<void>
  /** Types a line and presses Enter. */
  type(line: string): void
  /** Sends keys as they are: `\x03` is Ctrl-C, `\x04` Ctrl-D. */
  press(keys: string): void
  /** The exit code, once the program has ended and all that it wrote has been read. */
  readonly exit: Promise<number>
  kill(signal?: string): void
}

export interface TerminalOptions {
  env: Record<string, string>
  cwd?: string
  columns?: number
}

const PATIENCE_MS = 45_000

/** Starts a program in a pseudo terminal: stdin, stdout and stderr are all of them a terminal. */
export function openTerminal(program: string, args: readonly string[], options: TerminalOptions): Terminal {
  const { env, columns = 100 } = options
  const pty = spawn(program, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows: 40,
    env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  let raw = ''
  let readUpTo = 0
  let hasEnded = false
  const watchers = new Set<() => void>()
  const notify = () => {
    for (const watch of watchers) watch()
  }
  const screen = () => stripVTControlCharacters(raw).replace(/\r/g, '')

  pty.onData((data) => {
    raw += data
    notify()
  })
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      hasEnded = true
      notify()
      resolve(exitCode)
    })
  })

  return {
    get screen() {
      return screen()
    },
    get raw() {
      return raw
    },
    exit,
    type: (line) => pty.write(`${line}\r`),
    press: (keys) => pty.write(keys),
    kill: (signal) => {
      if (!hasEnded) pty.kill(signal)
    },
    expect: (pattern) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          watchers.delete(watch)
          clearTimeout(timer)
          if (error === undefined) resolve()
          else reject(error)
        }
        const missing = (why: string) => end(new Error(`${why}, and ${String(pattern)} was not there:\n${screen()}`))
        const watch = () => {
          const unread = screen().slice(readUpTo)
          const found = typeof pattern === 'string' ? literally(unread, pattern) : pattern.exec(unread)
          if (found !== null) {
            readUpTo += found.index + found[0].length
            end()
          } else if (hasEnded) missing('the program ended')
        }
        const timer = setTimeout(() => missing(`${PATIENCE_MS} ms passed`), PATIENCE_MS)
        watchers.add(watch)
        watch()
      }),
  }
}

function literally(text: string, wanted: string): { index: number; 0: string } | null {
  const index = text.indexOf(wanted)
  return index < 0 ? null : { index, 0: wanted }
}
