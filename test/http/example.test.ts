import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIssuer, type TestIssuer } from './issuer.ts'
import { openService, type TestService } from './service.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/approved-reset/main.ts')

interface Ended {
  code: number | null
  output: string
}

describe('the example for workflow authors, over HTTP', () => {
  let issuer: TestIssuer
  let service: TestService
  beforeAll(async () => {
    issuer = await openIssuer()
    service = await openService({ issuer })
    await service.enrol()
  })
  afterAll(async () => {
    await service.close()
    await issuer.close()
  })

  const tokenOf = (scope: string) =>
    issuer.token({ subject: 'workflow', audience: service.audience, scope, claims: { email: 'workflow@example.com' } })

  /** As a workflow author starts it, without a connection to PingOne; `decide` gets the id that is printed. */
  const run = (token: string | undefined, decide: (id: string) => Promise<unknown> = async () => undefined) =>
    new Promise<Ended>((resolve, reject) => {
      const env = { PATH: process.env['PATH'] ?? '', ...(token !== undefined && { MCP_ACCESS_TOKEN: token }) }
      const child = spawn(process.execPath, [EXAMPLE, 'alice@example.com', '--url', service.audience], { env })
      let output = ''
      let isDecided = false
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const [, id] = /\/approvals\/([0-9a-z]{16})/.exec(output) ?? []
        if (id === undefined || isDecided) return
        isDecided = true
        decide(id).catch(reject)
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, output }))
    })

  it('without an access token changes nothing and says that one is missing', async () => {
    const { code, output } = await run(undefined)

    expect(code).toBe(1)
    expect(output).toMatch(/access token|401|unauthori[sz]ed/i)
    expect(service.sandbox.changes).toEqual([])
  })

  it('removes all devices of the user once somebody has approved, with an access token alone', async () => {
    const { code, output } = await run(await tokenOf('mfa:read mfa:write'), (id) => service.approve(id))

    expect(output).toContain('All devices are removed.')
    expect(code).toBe(0)
    expect(service.sandbox.state.devicesOf('alice@example.com')).toEqual([])
  })
})
