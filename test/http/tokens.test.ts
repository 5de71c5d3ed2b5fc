import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIssuer, type TestIssuer } from './issuer.ts'
import { openService, type TestService } from './service.ts'

describe('an access token', () => {
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

  it('of a machine lets it list and ask', async () => {
    const token = await issuer.clientToken({ audience: service.audience })
    const listed = await service.rpc(token, 'tools/list')
    expect(listed).toMatchObject({ status: 200 })
    expect((listed.result as { tools: unknown[] }).tools).toHaveLength(12)
    const asked = await service.call(token, 'reset_mfa_devices', { email: 'alice@example.com' })
    expect(asked.structured.status).toBe('approval_required')
  })
})
