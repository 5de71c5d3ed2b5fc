import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { cachedPackage } from './ci/cached-package.ts'
import { findPackageFaults, type PackageManifest, type PackedFile } from './ci/package-contents.ts'

/**
 * Packs the package, looks at what is in it, installs it in an empty folder elsewhere, and uses it as its user would,
 * under the Node that runs this and, without `--only-this-node`, under the oldest that is promised: the command runs, an
 * MCP client of the older generation gets tools, prompts and an answer, and the demonstration does what it says.
 */
const OLDEST_NODE = '22.19.0'
const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
/** On Windows `npm` is a script, which only a shell can start. */
const npm = (args: string[], cwd: string) => run('npm', args, { cwd, shell: process.platform === 'win32' })
const folder = await mkdtemp(join(tmpdir(), 'pingone-mfa-package-'))
try {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as PackageManifest
  const packing = await npm(['pack', '--json', '--pack-destination', folder], root)
  const tarball = readPacked(packing.stdout)
  const faults = findPackageFaults(tarball.files, manifest)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const bytes = tarball.files.reduce((sum, { size }) => sum + size, 0)
  console.log(`${tarball.filename}: ${tarball.files.length} files, ${(bytes / 1000).toFixed(0)} kB unpacked`)

  await npm(['init', '--yes'], folder)
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--offline']
  await npm(['install', ...flags, join(folder, tarball.filename)], folder)
  await use(process.execPath, tarball.version)
  if (!process.argv.includes('--only-this-node')) {
    const commands = await cachedPackage(root, 'node', OLDEST_NODE, { runsScripts: true })
    await use(join(commands, 'node'), tarball.version)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function use(node: string, version: string): Promise<void> {
  const program = join(folder, 'node_modules/pingone-mfa-mcp/dist/main.js')
  const env = { PATH: process.env['PATH'] ?? '', PINGONE_MFA_HOME: join(folder, 'home') }
  const [{ stdout: own }, { stdout: ofNode }] = await Promise.all([
    run(node, [program, '--version'], { env }),
    run(node, ['--version']),
  ])
  if (own.trim() !== version) throw new Error(`--version says ${own.trim()}, not ${version}`)
  const client = new Client({ name: 'check-package', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ command: node, args: [program, 'stdio'], env, stderr: 'ignore' }))
  try {
    const { tools } = await client.listTools()
    const { prompts } = await client.listPrompts()
    const args = { name: 'search_endpoints', arguments: { query: 'reset the MFA devices of a user' } }
    const { structuredContent } = await client.callTool(args)
    const found = (structuredContent as { results?: unknown[] } | undefined)?.results ?? []
    if (tools.length === 0 || prompts.length === 0 || found.length === 0) {
      throw new Error(`${tools.length} tools, ${prompts.length} prompts, ${found.length} endpoints found`)
    }
    console.log(
      `Node ${ofNode.trim()}: ${tools.length} tools, ${prompts.length} prompts, ${found.length} endpoints found`,
    )
  } finally {
    await client.close()
  }
  await run(node, [program, 'demo'], { env })
}

interface Packed {
  filename: string
  version: string
  files: PackedFile[]
}

/** npm answers with a list, newer ones with an object by package name. */
function readPacked(json: string): Packed {
  const [entry] = Object.values(JSON.parse(json) as Packed[] | Record<string, Packed>)
  if (entry === undefined) throw new Error('npm pack made nothing')
  return entry
}
