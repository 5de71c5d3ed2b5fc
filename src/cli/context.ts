import type { App, Ports } from '../app.ts'
import type { Environment } from '../home.ts'
import { createPaint, type Paint } from './paint.ts'
import { createStatusLine, type StatusLine } from './status-line.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** What the process gives to a command line. */
export interface World {
  /** Without the program's own name. */
  argv: readonly string[]
  ports: Ports
  /** What starts this program once more. */
  program: { command: string; args: readonly string[] }
  input: NodeJS.ReadStream
  output: NodeJS.WriteStream
  errorOutput: NodeJS.WriteStream
  /** Aborted when the program is asked to end; the reason is the exit code for what cannot end well. */
  stopped: AbortSignal
}

/** What a command works with. Data goes out by `print`, everything else by `say`. */
export interface Context {
  readonly env: Environment
  readonly ports: Ports
  readonly program: World['program']
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
  readonly terminal: Terminal
  readonly stopped: AbortSignal
  /** Colours for stdout and for stderr. */
  readonly paint: { output: Paint; errorOutput: Paint }
  /** Columns of the terminal that stderr goes to. */
  width(): number
  /** Columns of the terminal that stdout goes to. */
  outputWidth(): number
  /** One line, or several, on stdout. */
  print(text: string): void
  /** One line, or several, on stderr. */
  say(text?: string): void
  /** What is going on meanwhile; whatever is printed or said takes its place. */
  readonly status: StatusLine
  now(): number
  /** The program composed under this environment, the process's own unless another is given. Closed when the run ends. */
  openApp(env?: Environment): Promise<App>
  /** Resolves when the program is asked to end. */
  untilStopped(): Promise<void>
}

const DEFAULT_WIDTH = 80
const WIDTH_OF_A_FILE = 120

export function createContext(world: World): Context & { close(): Promise<void> } {
  const { ports, program, input, output, errorOutput, stopped } = world
  const apps: App[] = []
  let own: Promise<App> | undefined
  const open = async (env: Environment) => {
    const { createApp } = await import('../app.ts')
    const app = createApp({ ...ports, env })
    apps.push(app)
    return app
  }
  const terminal = createTerminal(input, errorOutput)
  stopped.addEventListener('abort', () => terminal.close(), { once: true })
  const status = createStatusLine(errorOutput, ports.env)
  const write = (stream: NodeJS.WriteStream, text: string) => {
    status.clear()
    stream.write(`${text}\n`)
  }
  return {
    env: ports.env,
    ports,
    program,
    input,
    output,
    terminal,
    stopped,
    paint: { output: createPaint(output, ports.env), errorOutput: createPaint(errorOutput, ports.env) },
    width: () => Math.max(40, errorOutput.columns ?? DEFAULT_WIDTH),
    outputWidth: () => Math.max(40, output.columns ?? WIDTH_OF_A_FILE),
    print: (text) => write(output, text),
    say: (text = '') => write(errorOutput, text),
    status,
    now: () => ports.clock.now(),
    openApp(env) {
      if (env !== undefined) return open(env)
      own ??= open(ports.env)
      return own
    },
    untilStopped: () =>
      new Promise((resolve) => {
        if (stopped.aborted) resolve()
        else stopped.addEventListener('abort', () => resolve(), { once: true })
      }),
    async close() {
      terminal.close()
      status.clear()
      for (const app of apps.toReversed()) await app.close()
    },
  }
}
