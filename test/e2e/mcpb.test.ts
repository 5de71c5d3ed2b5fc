import { mkdtemp, rm, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { getMcpConfigForManifest, type McpbManifestAny, unpackExtension } from '@anthropic-ai/mcpb'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packBundle } from '../../scripts/mcpb/pack.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.ts'

describe('the desktop bundle, packed and unpacked as a host does it', () => {
  const root = join(import.meta.dirname, '../..')
  let folder: string
  let file: string
  let sandbox: Sandbox
  let server: SandboxServer
  let manifest: McpbManifestAny

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pingone-mfa-mcpb-'))
    file = await packBundle(root, join(folder, 'packed'))
    await unpackExtension({ mcpbPath: file, outputDir: join(folder, 'unpacked'), silent: true })
    manifest = JSON.parse(await readFile(join(folder, 'unpacked/manifest.json'), 'utf8')) as McpbManifestAny
    sandbox = createSandbox()
    server = await serveSandbox(sandbox)
  })

  afterAll(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Starts what the host would, with what the person filled in; the tenant's URLs come from around it. */
  const withBundle = async (filledIn: Record<string, string | boolean>, use: (client: Client) => Promise<void>) => {
    const config = await getMcpConfigForManifest({
      manifest,
      extensionPath: join(folder, 'unpacked'),
      systemDirs: { HOME: folder },
      userConfig: filledIn,
      pathSeparator: sep,
    })
    if (config === undefined) throw new Error('a required field is not filled in')
    const outside = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_DATA_HOME: join(folder, 'data') }
    const urls = { PINGONE_API_URL: server.apiUrl, PINGONE_AUTH_URL: server.authUrl }
    const client = new Client({ name: 'desktop', version: '1.0.0' })
    const { command, args = [], env = {} } = config
    await client.connect(new StdioClientTransport({ command, args, env: { ...outside, ...urls, ...env } }))
    try {
      await use(client)
    } finally {
      await client.close()
    }
  }

  const filledIn = () => {
    const { environmentId, clientId, tokenAuthMethod } = sandbox.tenant
    return { region: 'EU', environment_id: environmentId, client_id: clientId, token_auth_method: tokenAuthMethod }
  }

  test('offers the tools and prompts that its manifest lists', async () => {
    await withBundle(filledIn(), async (client) => {
      const { tools } = await client.listTools()
      const { prompts } = await client.listPrompts()

      expect(tools.map(({ name }) => name)).toEqual(manifest.tools?.map(({ name }) => name))
      expect(prompts.map(({ name }) => name)).toEqual(manifest.prompts?.map(({ name }) => name))
    })
  })

  test('hands the secret that was filled in to the server, which signs in with it', async () => {
    await withBundle({ ...filledIn(), client_secret: sandbox.tenant.clientSecret }, async (client) => {
      const result = await client.callTool({ name: 'check_connection', arguments: {} })

      expect(result.structuredContent).toMatchObject({ status: 'ok' })
    })
  })

  test('takes optional fields that were left empty as not set', async () => {
    await withBundle(filledIn(), async (client) => {
      const result = await client.callTool({ name: 'check_connection', arguments: {} })
      const text = JSON.stringify(result.content)

      expect(text).toContain('NOT_CONFIGURED')
      expect(text).toContain('PINGONE_CLIENT_SECRET')
      expect(text).not.toContain('user_config')
    })
  })

  test('offers nothing that changes something where that was ticked', async () => {
    await withBundle({ ...filledIn(), read_only: true }, async (client) => {
      const { tools } = await client.listTools()

      expect(tools.map(({ name }) => name)).not.toContain('change_endpoint')
    })
  })

  test('does not start before the required fields are filled in', async () => {
    await expect(withBundle({ region: 'EU' }, async () => {})).rejects.toThrow('a required field is not filled in')
  })

  test('has the same bytes when it is packed again', async () => {
    const again = await packBundle(root, join(folder, 'again'))

    expect((await readFile(again)).equals(await readFile(file))).toBe(true)
  })

  test('keeps every secret out of sight', () => {
    const secrets = Object.entries(manifest.user_config ?? {}).filter(([, option]) => option.sensitive === true)

    expect(secrets.map(([name]) => name)).toEqual(['client_secret'])
  })
})
