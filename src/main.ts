#!/usr/bin/env node
import { mkdirSync, readFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Ports } from './app.ts'
import { type Machine, productHome } from './home.ts'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`pingone-mfa-mcp needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`)
  process.exit(1)
}

/**
 * Starts this very program once more in this very process, with less memory for garbage: V8 lets a service on a large
 * machine hold several times what it uses (`npm run bench -- --only http-memory`). Where it cannot be done, as on Windows,
 * the service runs all the same.
 */
function restartSmall(): void {
  const small = ['--max-semi-space-size=16', '--heap-growing-percent=60']
  if (process.platform === 'win32' || small.every((flag) => process.execArgv.includes(flag))) return
  try {
    process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...small, ...process.argv.slice(1)])
  } catch {
    // A sandbox that lets nothing be executed.
  }
}

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

const { stdin, stdout, stderr, env, argv } = process
const stopping = new AbortController()

// A second signal does not wait for anything.
for (const [signal, exitCode] of Object.entries(SIGNALS)) {
  process.on(signal, () => (stopping.signal.aborted ? process.exit(exitCode) : stopping.abort(exitCode)))
}

// Whoever read our output is gone: that is the end, and no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  stopping.abort(0)
})
stderr.on('error', () => undefined)

async function giveUp(error: unknown): Promise<never> {
  const { failureOf, stackLines } = await import('./cli/failure.ts')
  for (const line of failureOf(error).lines) stderr.write(`${line}\n`)
  if (env['PINGONE_MFA_LOG_LEVEL']?.toLowerCase() === 'debug') stderr.write(`${stackLines(error).join('\n')}\n`)
  process.exit(1)
}
process.on('uncaughtException', (error: unknown) => void giveUp(error))

// What is used of Node that is experimental says so at each start; every other warning is for the reader.
const emitWarning = process.emitWarning.bind(process)
process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
  if (/^(SQLite|process\.execve) is an experimental feature/.test(String(warning))) return
  Reflect.apply(emitWarning, process, [warning, ...rest])
}

if (argv[2] === 'http') restartSmall()

/** Where the account has no name, as in some containers, its number. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

/**
 * Keeps compiled code in the product's own folder, which nobody else may write to; a start then takes less time. Where
 * it cannot be kept the program starts without.
 */
function keepCompiled(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    nodeModule.enableCompileCache(folder)
    // Many clients end a server with a signal that leaves no time for it.
    setTimeout(() => nodeModule.flushCompileCache(), 1000).unref()
  } catch {
    // The folder cannot be made: whatever needs it will say so.
  }
}

const machine: Machine = { platform: process.platform, homeFolder: homedir(), userName: userName() }
// A server is started again and again; for a single command the folder is not made.
if (argv[2] === undefined || argv[2] === 'stdio') keepCompiled(join(productHome(env, machine), 'cache'))

// Everything from here on is loaded after the cache is open.
const [{ run }, { systemClock }] = await Promise.all([import('./cli/run.ts'), import('./lib/clock.ts')])

const ports: Ports = {
  env,
  machine,
  clock: systemClock,
  // Node's cryptography takes some milliseconds to load, and a start does not need it.
  randomBytes: (size) => process.getBuiltinModule('node:crypto').randomBytes(size),
  writeLog: (line) => stderr.write(`${line}\n`),
  readTextFile(path) {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  },
}

const exitCode = await run({
  argv: argv.slice(2),
  ports,
  program: { command: process.execPath, args: argv.slice(1, 2) },
  input: stdin,
  output: stdout,
  errorOutput: stderr,
  stopped: stopping.signal,
})
// What is still on its way out goes first; what keeps the process busy, a reader of stdin for one, does not count.
await new Promise<void>((resolve) => (stdout.writable ? stdout.write('', () => resolve()) : resolve()))
process.exit(exitCode)
