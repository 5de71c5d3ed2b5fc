import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'

/** A sandbox tenant with a server process in front of it, a client, and a person who approves. */
export async function openTenant(program: readonly string[]) {
  const sandbox = createSandbox()
  const server = await serveSandbox(sandbox)
  const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-bench-'))
  const { environmentId, clientId, clientSecret } = sandbox.tenant
  const env = {
    PATH: process.env['PATH'] ?? '',
    PINGONE_MFA_HOME: home,
    PINGONE_MFA_LOG_LEVEL: 'error',
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
  }
  const client = new Client({ name: 'bench', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [...program, 'stdio'], env }))
  const app = createApp({
    env,
    machine: { platform: process.platform, homeFolder: home, userName: 'bench' },
    clock: systemClock,
    randomBytes,
    writeLog: () => {},
    readTextFile: () => undefined,
  })
  const approvers = await app.approvers()
  const passphrase = new Secret(randomBytes(16).toString('hex'))
  await approvers.enrol({ name: 'Bench', email: 'bench@example.com', passphrase, voucher: undefined })

  const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const result = await client.callTool({ name, arguments: args })
    if (result.isError === true) throw new Error(`${name} failed: ${JSON.stringify(result.content)}`)
    return result.structuredContent as Record<string, unknown>
  }
  return {
    env,
    sandbox,
    server,
    call,
    async approve(id: string) {
      const approver = await approvers.find('Bench')
      if (approver === undefined) throw new Error('the approver of the bench is gone')
      const approvals = await app.approvals()
      const digest = (await approvals.find(id))?.digest ?? ''
      const result = await approvals.approve({ id, digest, approver, passphrase })
      if (!result.approved) throw new Error(result.why)
    },
    async close() {
      await client.close()
      await app.close()
      await server.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
