import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METADATA_PATH } from '../../src/http/authorize.ts'
import { TOOLS } from '../../src/tools/index.ts'
import { openIssuer, type TestIssuer } from './issuer.ts'
import { MCP_HEADERS, openService, type TestService } from './service.ts'

const ALICE = { email: 'alice@example.com' }
const READING = TOOLS.filter(({ effect }) => effect === 'read').map(({ name }) => name)
const CHANGING = TOOLS.filter(({ effect }) => effect !== 'read').map(({ name }) => name)

describe('who may call', () => {
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
  const tokenOf = (subject: string, scope?: string) =>
    issuer.token({ subject, audience: service.audience, ...(scope === undefined ? {} : { scope }) })
  const namesOf = async (token: string) => {
    const { result } = await service.rpc(token, 'tools/list')
    return (result as { tools: { name: string }[] }).tools.map(({ name }) => name)
  }

  it('is told by the challenge where to get a token, and by the metadata from whom', async () => {
    const answer = await service.rpc(undefined, 'tools/list')
    expect(answer.status).toBe(401)
    const challenge = String(answer.headers['www-authenticate'])
    expect(challenge).toBe(`Bearer resource_metadata="${service.url}${METADATA_PATH}", scope="mfa:read mfa:write"`)

    for (const path of [METADATA_PATH, `${METADATA_PATH}/mcp`]) {
      const metadata = await service.send({ path })
      expect(metadata).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': '*' } })
      expect(JSON.parse(metadata.body)).toEqual({
        resource: service.audience,
        authorization_servers: [issuer.url],
        scopes_supported: ['mfa:read', 'mfa:write'],
        bearer_methods_supported: ['header'],
        resource_name: 'PingOne MFA',
      })
    }
  })

  it('sees with mfa:read the tools that read, and is told what is missing for the others', async () => {
    const token = await tokenOf('reader', 'mfa:read')
    expect(await namesOf(token)).toEqual(READING)
    const listed = await service.call(token, 'list_mfa_devices', ALICE)
    expect(listed.structured.status).toBe('ok')

    for (const name of CHANGING) {
      const refused = await service.rpc(token, 'tools/call', { name, arguments: { ...ALICE, token: 'apv_x' } })
      expect(refused.status).toBe(403)
      const challenge = String(refused.headers['www-authenticate'])
      expect(challenge).toContain('error="insufficient_scope"')
      expect(challenge).toContain('scope="mfa:read mfa:write"')
      expect(challenge).toContain('lacks the scope mfa:write')
    }
  })

  it.each(['mfa:write', undefined, 'openid', 'MFA:READ', 'mfa:reader', 'mfa:read,mfa:write'])(
    'gets nothing with the scope %s',
    async (scope) => {
      const token = await issuer.token({ subject: 'kim', audience: service.audience, scope: scope ?? ' ' })
      const refused = await service.rpc(token, 'tools/list')
      expect(refused.status).toBe(403)
      expect(String(refused.headers['www-authenticate'])).toContain('scope="mfa:read"')
    },
  )

  it('cannot slip a change past the scope by what the headers say', async () => {
    const before = service.sandbox.state.devicesOf(ALICE.email).length
    const token = await tokenOf('reader', 'mfa:read')
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'reset_mfa_devices', arguments: ALICE },
    }
    const read = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} }
    for (const message of [call, [read, call], [call], [[call]]]) {
      for (const own of [
        {},
        { 'mcp-method': 'tools/list' },
        { 'mcp-method': 'tools/call', 'mcp-name': 'list_mfa_devices' },
      ]) {
        const answer = await service.send({
          method: 'POST',
          path: '/mcp',
          headers: { ...MCP_HEADERS, authorization: `Bearer ${token}`, ...own },
          body: JSON.stringify(message),
        })
        expect([400, 403]).toContain(answer.status)
      }
    }
    expect(await (await service.app.approvals()).list()).toEqual([])
    expect(service.sandbox.state.devicesOf(ALICE.email)).toHaveLength(before)
  })

  it("has approvals of their own: another principal's token is unknown", async () => {
    const own = { subject: 'kim', audience: service.audience, claims: { email: 'kim@example.com' } }
    const [kim, lee] = [await issuer.token(own), await tokenOf('lee')]
    const asked = await service.call(kim, 'reset_mfa_devices', ALICE)
    const { token: claim, id } = asked.structured.approval

    for (const name of ['check_approval', 'execute_approved_action']) {
      expect((await service.call(lee, name, { token: claim })).text).toMatch(/^APPROVAL_UNKNOWN:/)
    }
    expect(await service.approve(id)).toBe(true)
    expect((await service.call(lee, 'execute_approved_action', { token: claim })).text).toMatch(/^APPROVAL_UNKNOWN:/)
    expect(service.sandbox.state.devicesOf(ALICE.email)).not.toEqual([])
    const done = await service.call(kim, 'execute_approved_action', { token: claim })
    expect(done.structured.status).toBe('completed')
    expect(service.sandbox.state.devicesOf(ALICE.email)).toEqual([])
  })

  it('is the same caller with another token and another client', async () => {
    const bob = { email: 'bob@example.com' }
    const first = await service.call(await tokenOf('kim'), 'reset_mfa_devices', bob)
    const again = await service.call(await tokenOf('kim'), 'reset_mfa_devices', bob)
    const other = await service.call(await tokenOf('lee'), 'reset_mfa_devices', bob)
    expect(again.structured.approval.id).toBe(first.structured.approval.id)
    expect(again.structured.approval.token).not.toBe(first.structured.approval.token)
    expect(other.structured.approval.id).not.toBe(first.structured.approval.id)
  })

  it('may not approve at the terminal what they asked for', async () => {
    await service.enrol('Kim', 'KIM@example.com')
    const audience = service.audience
    const token = await issuer.token({ subject: 'kim-2', audience, claims: { email: 'kim@example.com' } })
    const asked = await service.call(token, 'reset_mfa_devices', { email: 'bob@example.com' })
    const { id } = asked.structured.approval
    expect(await service.approve(id, 'Kim')).toBe(false)
    expect(await service.approve(id, 'Olga')).toBe(true)
  })

  it('without an email may have nobody at the terminal approve it, since it cannot be told who asked', async () => {
    const asked = await service.call(await tokenOf('nameless'), 'reset_mfa_devices', { email: 'dave@example.com' })
    expect(await service.approve(asked.structured.approval.id, 'Olga')).toBe(false)
  })
})
