import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { findStrangers } from './ci/package-contents.ts'

/**
 * Packs the package, installs it in an empty folder elsewhere, and uses it as its user would: the command runs, and an
 * MCP client of the older generation gets its tools.
 */
const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
const folder = await mkdtemp(join(tmpdir(), 'pingone-mfa-package-'))
try {
  const packing = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
  const tarball = readPacked(packing.stdout)
  const strangers = findStrangers(tarball.files)
  if (strangers.length > 0) throw new Error(strangers.join('\n'))

  await run('npm', ['init', '--yes'], { cwd: folder })
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--offline']
  await run('npm', ['install', ...flags, join(folder, tarball.filename)], { cwd: folder })
  const command = join(folder, 'node_modules/.bin/pingone-mfa-mcp')
  const env = { PATH: process.env['PATH'] ?? '', PINGONE_MFA_HOME: join(folder, 'home') }
  const { stdout } = await run(command, ['--version'], { env })
  if (stdout.trim() !== tarball.version) throw new Error(`--version says ${stdout.trim()}, not ${tarball.version}`)
  console.log(`${tarball.filename}: ${tarball.files.length} files; ${await listTools(command, env)} tools over stdio`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function listTools(command: string, env: Record<string, string>): Promise<number> {
  const client = new Client({ name: 'check-package', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ command, args: ['stdio'], env }))
  const { tools } = await client.listTools()
  await client.close()
  if (tools.length === 0) throw new Error('the installed package offers no tools')
  return tools.length
}

interface Packed {
  filename: string
  version: string
  files: string[]
}

/** npm answers with a list, newer ones with an object by package name. */
function readPacked(json: string): Packed {
  interface Entry {
    filename: string
    version: string
    files: { path: string }[]
  }
  const [entry] = Object.values(JSON.parse(json) as Entry[] | Record<string, Entry>)
  if (entry === undefined) throw new Error('npm pack made nothing')
  return { filename: entry.filename, version: entry.version, files: entry.files.map(({ path }) => path) }
}
