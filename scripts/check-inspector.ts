import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createSandbox } from '../src/sandbox/sandbox.ts'
import { serveSandbox } from '../src/sandbox/serve.ts'
import { cachedPackage } from './ci/cached-package.ts'

/** The command line of the MCP Inspector lists the tools and prompts of the built program, and calls a tool. */
const INSPECTOR = '2.12.0'
const root = join(import.meta.dirname, '..')
const inspector = join(await cachedPackage(root, '@modelcontextprotocol/inspector', INSPECTOR), 'mcp-inspector')
const folder = await mkdtemp(join(tmpdir(), 'pingone-mfa-inspector-'))
const sandbox = createSandbox()
const server = await serveSandbox(sandbox)
try {
  const { tools } = await inspect<{ tools: unknown[] }>('tools/list')
  const { prompts } = await inspect<{ prompts: unknown[] }>('prompts/list')
  const call = ['--tool-name', 'check_connection']
  const result = await inspect<{ structuredContent?: { status?: string } }>('tools/call', ...call)
  const status = result.structuredContent?.status
  if (tools.length === 0 || prompts.length === 0 || status !== 'ok') {
    throw new Error(`${tools.length} tools, ${prompts.length} prompts, the connection is ${status}`)
  }
  console.log(
    `MCP Inspector ${INSPECTOR}: ${tools.length} tools, ${prompts.length} prompts, the connection is ${status}`,
  )
} finally {
  await server.close()
  await rm(folder, { recursive: true, force: true })
}

async function inspect<T>(method: string, ...more: string[]): Promise<T> {
  const { environmentId, clientId, clientSecret, tokenAuthMethod } = sandbox.tenant
  const variables = {
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tokenAuthMethod,
    PINGONE_MFA_HOME: join(folder, 'home'),
  }
  const settings = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  const args = [
    '--cli',
    ...settings,
    process.execPath,
    join(root, 'dist/main.js'),
    'stdio',
    '--method',
    method,
    ...more,
  ]
  // It keeps a list of servers in its user's home, which is none of a check's business.
  const env = { ...process.env, MCP_CATALOG_PATH: join(folder, 'catalog.json') }
  const { stdout } = await promisify(execFile)(inspector, args, { env, cwd: folder, maxBuffer: 16_000_000 })
  return JSON.parse(stdout) as T
}
