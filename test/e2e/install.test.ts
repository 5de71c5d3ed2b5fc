import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, test } from 'vitest'
import { CLIENT_NAMES } from '../../src/install/client-names.ts'
import { CLIENTS } from '../../src/install/clients.ts'
import { TOOLS } from '../../src/tools/index.ts'
import { SAMPLES } from '../install/configurations.ts'
import { onStage, type Stage } from './stage.ts'

interface Written {
  command: string
  args: string[]
  env?: Record<string, string>
}

describe.each(CLIENT_NAMES)('what install writes for %s', (name) => {
  const sample = SAMPLES[name]

  /** The configuration that the built program wrote, where the client itself will look for it. */
  const installed = async (stage: Stage, env: Record<string, string>): Promise<Written> => {
    const { homeFolder, file } = whereItIs(stage, env)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, sample.existing)
    const { code, stdout } = await stage.run(['install', name], {
      env: { ...env, HOME: homeFolder, USERPROFILE: homeFolder },
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}\n` })
    const { [sample.key]: servers } = sample.read(readFileSync(file, 'utf8'))
    return servers?.['pingone-mfa'] as unknown as Written
  }

  const whereItIs = (stage: Stage, env: Record<string, string>) => {
    const homeFolder = join(stage.home, 'person')
    const machine = { platform: process.platform, homeFolder, userName: 'person' }
    return { homeFolder, file: CLIENTS[name].file({ env, machine, listFolder: () => [] }) }
  }

  test('starts a server that lists the tools, with nothing but what stands there', async () => {
    await onStage(async (stage) => {
      const { command, args, env } = await installed(stage, {})

      await withServer({ command, args, env: { ...env, HOME: stage.home } }, async (client) => {
        expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(TOOLS.map((tool) => tool.name))
      })
    })
  })
})

test('the written variables and the saved secret connect the server to PingOne', async () => {
  // Not the stage's own home: there nobody's secret may stand, not even where it is saved on purpose.
  const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-saved-'))
  await onStage(async (stage) => {
    const { PINGONE_CLIENT_SECRET: secret = '', ...others } = stage.env
    const env = { ...others, PINGONE_CLIENT_SECRET: '', PINGONE_MFA_HOME: home, HOME: home }
    const ids = ['--environment-id', stage.sandbox.tenant.environmentId, '--client-id', stage.sandbox.tenant.clientId]
    await stage.run(['connect', ...ids, '--client-secret-stdin'], { env, input: secret })

    const { stdout } = await stage.run(['install', 'cursor', '--print'], { env })

    const { mcpServers } = JSON.parse(stdout) as { mcpServers: { 'pingone-mfa': Written } }
    await withServer(mcpServers['pingone-mfa'], async (client) => {
      const { structuredContent } = await client.callTool({ name: 'check_connection', arguments: {} })
      expect(structuredContent).toMatchObject({ status: 'ok' })
    })
  })
  rmSync(home, { recursive: true, force: true })
})

async function withServer({ command, args, env = {} }: Written, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ name: 'installed', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }))
  try {
    await use(client)
  } finally {
    await client.close()
  }
}
