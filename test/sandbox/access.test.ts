import { describe, expect, test } from 'vitest'
import type { RoleName } from '../../src/sandbox/roles.ts'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { detail, openTenant } from './tenant.ts'

const READ_ENVIRONMENT = ['GET', '', undefined] as const
const READ_POPULATIONS = ['GET', '/populations', undefined] as const
const READ_USERS = ['GET', '/users?limit=1', undefined] as const
const READ_DEVICES = ['GET', `/users/${FIXED_IDS.alice}/devices`, undefined] as const
const CREATE_DEVICE = ['POST', `/users/${FIXED_IDS.alice}/devices`, { type: 'TOTP' }] as const
const CREATE_KEY = ['POST', `/users/${FIXED_IDS.alice}/pairingKeys`, { applications: [{ id: 'app' }] }] as const
const SET_MFA = ['PUT', `/users/${FIXED_IDS.alice}/mfaEnabled`, { mfaEnabled: true }] as const
const READ_POLICIES = ['GET', '/deviceAuthenticationPolicies', undefined] as const
const RESET_SETTINGS = ['DELETE', '/mfaSettings', undefined] as const
const READ_GROUPS = ['GET', '/groups', undefined] as const
const CREATE_GROUP = ['POST', '/groups', { name: 'Design' }] as const
const CREATE_USER = ['POST', '/users', { username: 'nadia', email: 'nadia@example.com' }] as const
const DISABLE_USER = ['PUT', `/users/${FIXED_IDS.carol}/enabled`, { enabled: false }] as const
const CREATE_POPULATION = ['POST', '/populations', { name: 'Alumni' }] as const
const RETYPE_ENVIRONMENT = ['PUT', '/type', { type: 'PRODUCTION' }] as const
const READ_APPLICATIONS = ['GET', '/applications', undefined] as const
const DELETE_APPLICATION = ['DELETE', `/applications/${DIRECTORY_IDS.wiki}`, undefined] as const
const READ_SECRET = ['GET', `/applications/${DIRECTORY_IDS.portal}/secret`, undefined] as const
const READ_PROVIDERS = ['GET', '/identityProviders', undefined] as const
const CREATE_CREDENTIAL = ['POST', `/gateways/${DIRECTORY_IDS.gateway}/credentials`, undefined] as const
const EVERYTHING = [
  READ_ENVIRONMENT,
  READ_POPULATIONS,
  READ_USERS,
  READ_DEVICES,
  CREATE_DEVICE,
  CREATE_KEY,
  SET_MFA,
  READ_POLICIES,
  RESET_SETTINGS,
  READ_GROUPS,
  CREATE_GROUP,
  CREATE_USER,
  DISABLE_USER,
  CREATE_POPULATION,
  RETYPE_ENVIRONMENT,
  READ_APPLICATIONS,
  DELETE_APPLICATION,
  READ_SECRET,
  READ_PROVIDERS,
  CREATE_CREDENTIAL,
]

describe('roles', () => {
  const table: [RoleName, readonly (typeof EVERYTHING)[number][]][] = [
    ['ORGANIZATION_ADMIN', [READ_ENVIRONMENT]],
    [
      'ENVIRONMENT_ADMIN',
      [
        READ_ENVIRONMENT,
        READ_POPULATIONS,
        READ_POLICIES,
        RESET_SETTINGS,
        CREATE_POPULATION,
        RETYPE_ENVIRONMENT,
        READ_APPLICATIONS,
        DELETE_APPLICATION,
        READ_SECRET,
        READ_PROVIDERS,
        CREATE_CREDENTIAL,
      ],
    ],
    [
      'IDENTITY_DATA_ADMIN',
      [
        READ_ENVIRONMENT,
        READ_POPULATIONS,
        READ_USERS,
        READ_DEVICES,
        CREATE_DEVICE,
        CREATE_KEY,
        SET_MFA,
        READ_GROUPS,
        CREATE_GROUP,
        CREATE_USER,
        DISABLE_USER,
        CREATE_POPULATION,
      ],
    ],
    ['IDENTITY_DATA_READ_ONLY', [READ_ENVIRONMENT, READ_POPULATIONS, READ_USERS, READ_DEVICES, READ_GROUPS]],
    ['CONFIGURATION_READ_ONLY', [READ_ENVIRONMENT, READ_POPULATIONS, READ_POLICIES, READ_APPLICATIONS, READ_PROVIDERS]],
    ['CLIENT_APPLICATION_DEVELOPER', [READ_ENVIRONMENT, READ_POPULATIONS, READ_APPLICATIONS]],
  ]
  test.each(table)('%s may do what PingOne lets it do, and nothing else', async (role, allowed) => {
    const tenant = await openTenant({ workerRoles: [{ role }] })

    for (const request of EVERYTHING) {
      const [method, path, body] = request
      const answer = await tenant.ask(method, path, { ...(body !== undefined && { body }) })
      const isAllowed = answer.status < 300
      expect([method, path, isAllowed]).toEqual([method, path, allowed.includes(request)])
      if (!isAllowed) {
        expect(detail(answer)).toMatchObject({ status: 403, code: 'ACCESS_FAILED', detail: 'INSUFFICIENT_PERMISSIONS' })
      }
    }
  })

  test('count on each request, not when the token was made', async () => {
    const tenant = await openTenant()
    const before = await tenant.ask('GET', READ_USERS[1])

    tenant.sandbox.levers.setWorkerRoles(['ENVIRONMENT_ADMIN'])
    const after = await tenant.ask('GET', READ_USERS[1])

    expect([before.status, after.status]).toEqual([200, 403])
  })

  test('in one population show only its people', async () => {
    const tenant = await openTenant()
    const populations = await tenant.ask('GET', '/populations')
    const partners = populations.body._embedded.populations.find(({ name }) => name === 'Partners')

    tenant.sandbox.levers.setWorkerRoles([{ role: 'IDENTITY_DATA_ADMIN', populationId: partners?.id }])
    const users = await tenant.ask('GET', '/users')
    const alice = await tenant.ask('GET', `/users/${FIXED_IDS.alice}`)

    const seen = new Set(users.body._embedded.users.map((user) => user.population.id))
    expect([...seen]).toEqual([partners?.id])
    expect(alice.status).toBe(404)
  })
})

describe('another environment', () => {
  const path = '/v1/environments/99999999-9999-4999-8999-999999999999/users'

  test('is forbidden rather than missing', async () => {
    const tenant = await openTenant()

    const answer = await tenant.send('GET', path, { headers: { authorization: `Bearer ${await tenant.token()}` } })

    expect(detail(answer)).toMatchObject({ status: 403, code: 'ACCESS_FAILED', detail: 'INSUFFICIENT_PERMISSIONS' })
  })

  test('is missing with the knob', async () => {
    const tenant = await openTenant({ knobs: { missingEnvironmentStatus: 404 } })

    const answer = await tenant.send('GET', path, { headers: { authorization: `Bearer ${await tenant.token()}` } })

    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('every answer', () => {
  test('is HAL, uncached, and has a correlation id of its own', async () => {
    const tenant = await openTenant()

    const [one, two] = [await tenant.ask('GET', ''), await tenant.ask('GET', '')]

    expect(one.headers.get('content-type')).toBe('application/hal+json;charset=UTF-8')
    expect(one.headers.get('cache-control')).toBe('no-cache, no-store, max-age=0, must-revalidate')
    expect(one.headers.get('correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(one.headers.get('x-amzn-requestid')).toBe(one.headers.get('correlation-id'))
    expect(two.headers.get('correlation-id')).not.toBe(one.headers.get('correlation-id'))
  })

  test('names the environment on the origin that was asked', async () => {
    const tenant = await openTenant({ environmentName: 'Acme', environmentType: 'PRODUCTION', region: 'NA' })

    const answer = await tenant.ask('GET', '')

    expect(answer.body).toMatchObject({
      _links: { self: { href: `${tenant.server.apiUrl}/environments/${tenant.sandbox.tenant.environmentId}` } },
      id: tenant.sandbox.tenant.environmentId,
      name: 'Acme',
      type: 'PRODUCTION',
      region: 'NA',
      organization: { id: expect.any(String) },
      license: { id: expect.any(String) },
    })
  })

  test('to an unknown path is 404', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', '/nothing')

    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND'])
  })

  test('to a method that the path does not know is the gateway’s', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('PATCH', `/users/${FIXED_IDS.alice}/mfaEnabled`, { body: {} })

    expect(answer.status).toBe(403)
    expect(Object.keys(answer.body)).toEqual(['message'])
  })

  test('to a method that the path does not know is 405 with the knob', async () => {
    const tenant = await openTenant({ knobs: { unsupportedMethod: 'method-not-allowed' } })

    const answer = await tenant.ask('PATCH', `/users/${FIXED_IDS.alice}/devices`, { body: {} })

    expect(answer.status).toBe(405)
  })

  test('is on record, with the transaction id that came with it', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', '/users?limit=2', {
      headers: { 'x-ping-external-transaction-id': 'call-7' },
    })

    expect(tenant.sandbox.requests.at(-1)).toMatchObject({
      host: 'api',
      method: 'GET',
      path: `/v1/environments/${tenant.sandbox.tenant.environmentId}/users`,
      query: '?limit=2',
      status: 200,
      correlationId: answer.headers.get('correlation-id'),
      externalTransactionId: 'call-7',
    })
  })

  test.each([
    ['no JSON', '{"mfaEnabled":', 400],
    ['an array', '[]', 400],
    ['a bare string', '"text"', 400],
    ['nothing', '', 400],
    ['a megabyte', JSON.stringify({ mfaEnabled: true, text: 'x'.repeat(1_000_001) }), 413],
  ])('to a body with %s is a refusal', async (_what, body, status) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('PUT', `/users/${FIXED_IDS.alice}/mfaEnabled`, {
      body,
      contentType: 'application/json',
    })

    expect([answer.status, answer.body.code]).toEqual([status, 'INVALID_REQUEST'])
    expect(tenant.sandbox.changes).toEqual([])
  })

  test('to a body that is no UTF-8 is 400', async () => {
    const tenant = await openTenant()
    const { environmentId } = tenant.sandbox.tenant

    const response = await fetch(
      `${tenant.server.apiUrl}/environments/${environmentId}/users/${FIXED_IDS.alice}/mfaEnabled`,
      {
        method: 'PUT',
        headers: { authorization: `Bearer ${await tenant.token()}`, 'content-type': 'application/json' },
        body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      },
    )

    expect(response.status).toBe(400)
  })
})
