import { describe, expect, test } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { Ask, Tenant } from './tenant.ts'
import { basic, openTenant } from './tenant.ts'

const FORM = 'application/x-www-form-urlencoded'
const GRANT = 'grant_type=client_credentials'
const OTHER_ID = '99999999-9999-4999-8999-999999999999'

function askToken(tenant: Tenant, ask: Ask = {}, environmentId = tenant.sandbox.tenant.workerEnvironmentId) {
  const { clientId, clientSecret } = tenant.sandbox.tenant
  const headers = { authorization: basic(clientId, clientSecret) }
  return tenant.send('POST', `/${environmentId}/as/token`, { contentType: FORM, body: GRANT, headers, ...ask })
}

function posted(tenant: Tenant): Ask {
  const { clientId, clientSecret } = tenant.sandbox.tenant
  return { headers: {}, body: `${GRANT}&client_id=${clientId}&client_secret=${encodeURIComponent(clientSecret)}` }
}

describe('the token endpoint', () => {
  test('gives an RS256-looking token that lives an hour', async () => {
    const tenant = await openTenant()

    const answer = await askToken(tenant)

    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
    const [header, claims] = answer.body.access_token
      .split('.', 2)
      .map((part): unknown => JSON.parse(Buffer.from(part, 'base64url').toString()))
    expect(header).toMatchObject({ alg: 'RS256' })
    expect(claims).toMatchObject({
      client_id: tenant.sandbox.tenant.clientId,
      env: tenant.sandbox.tenant.environmentId,
      iss: `${tenant.server.url}/${tenant.sandbox.tenant.environmentId}/as`,
    })
  })

  test('takes the secret in the body where the application is set to it', async () => {
    const tenant = await openTenant({ tokenAuthMethod: 'post' })

    const answer = await askToken(tenant, posted(tenant))

    expect(answer.status).toBe(200)
  })

  test('keeps the worker application to its own environment', async () => {
    const tenant = await openTenant({ workerEnvironmentId: OTHER_ID })

    const there = await askToken(tenant)
    const here = await askToken(tenant, {}, tenant.sandbox.tenant.environmentId)

    expect(there.status).toBe(200)
    expect([here.status, here.body.error]).toEqual([401, 'invalid_client'])
  })

  const refusals: [string, SandboxOptions, (tenant: Tenant) => Ask, [number, string], string][] = [
    [
      'a secret in the body of a basic application',
      {},
      posted,
      [401, 'invalid_client'],
      'Unsupported authentication method',
    ],
    [
      'a secret in the header of a post application',
      { tokenAuthMethod: 'post' },
      () => ({}),
      [401, 'invalid_client'],
      'Unsupported authentication method',
    ],
    [
      'a wrong secret',
      {},
      ({ sandbox }) => ({ headers: { authorization: basic(sandbox.tenant.clientId, 'wrong') } }),
      [401, 'invalid_client'],
      'Invalid client credentials',
    ],
    [
      'a wrong secret, with the knob',
      { knobs: { wrongSecretStatus: 400 } },
      ({ sandbox }) => ({ headers: { authorization: basic(sandbox.tenant.clientId, 'wrong') } }),
      [400, 'invalid_client'],
      'Invalid client credentials',
    ],
    [
      'an unknown client',
      {},
      ({ sandbox }) => ({ headers: { authorization: basic(OTHER_ID, sandbox.tenant.clientSecret) } }),
      [401, 'invalid_client'],
      'Invalid client credentials',
    ],
    [
      'an application without roles',
      { workerRoles: [] },
      () => ({}),
      [403, 'access_denied'],
      'Application does not have any role assignments',
    ],
    ['a disabled application', { applicationEnabled: false }, () => ({}), [401, 'invalid_client'], 'disabled'],
    ['a missing grant type', {}, () => ({ body: 'scope=x' }), [400, 'invalid_request'], 'grant_type is missing'],
    ['another grant type', {}, () => ({ body: 'grant_type=password' }), [400, 'unsupported_grant_type'], 'Unsupported'],
    [
      'a grant type that the application does not have',
      {},
      () => ({ body: 'grant_type=refresh_token' }),
      [400, 'unauthorized_client'],
      'not enabled',
    ],
    ['a repeated parameter', {}, () => ({ body: `${GRANT}&${GRANT}` }), [400, 'invalid_request'], 'repeated'],
    ['a JSON body', {}, () => ({ contentType: 'application/json' }), [400, 'invalid_request'], 'form-encoded'],
  ]
  test.each(refusals)('refuses %s', async (_what, options, ask, refusal, description) => {
    const tenant = await openTenant(options)

    const answer = await askToken(tenant, ask(tenant))

    expect([answer.status, answer.body.error]).toEqual(refusal)
    expect(answer.body.error_description).toContain(`Request denied: `)
    expect(answer.body.error_description).toContain(description)
    expect(answer.body.error_description).toContain(`(Correlation ID: ${answer.headers.get('correlation-id')})`)
  })

  test.each([
    ['not-found' as const, 404, { code: 'NOT_FOUND' }],
    ['invalid-client' as const, 401, { error: 'invalid_client' }],
  ])('answers for an unknown environment with %s', async (unknownEnvironmentAtToken, status, body) => {
    const tenant = await openTenant({ knobs: { unknownEnvironmentAtToken } })

    const answer = await askToken(tenant, {}, OTHER_ID)

    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject(body)
  })

  test('answers for a malformed environment id with 400', async () => {
    const tenant = await openTenant()

    const answer = await askToken(tenant, {}, 'my-environment')

    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_REQUEST'])
  })
})

describe('a token', () => {
  test('is refused after an hour', async () => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')

    tenant.sandbox.levers.advance(3_600_000)
    const answer = await tenant.ask('GET', '')

    expect([answer.status, answer.body.code, answer.body.details[0].code]).toEqual([
      401,
      'ACCESS_FAILED',
      'INVALID_TOKEN',
    ])
  })

  test('is refused once it is revoked, and a new one is taken', async () => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')

    tenant.sandbox.levers.revokeTokens()
    const refused = await tenant.ask('GET', '')
    const taken = await tenant.ask('GET', '', { headers: { authorization: `Bearer ${await tenant.token()}` } })

    expect([refused.status, taken.status]).toEqual([401, 200])
  })

  test.each(['', 'Bearer', 'Bearer nonsense', 'Basic abc'])('is missed in "%s"', async (authorization) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', '', { headers: { authorization } })

    expect([answer.status, answer.body.details[0].code]).toEqual([401, 'INVALID_TOKEN'])
  })
})
