import { describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { ROLE_IDS } from '../../src/sandbox/roles.ts'
import { actions, basic, detail, openTenant } from './tenant.ts'
import type { Tenant } from './tenant.ts'

const { portal, expenses, fieldApp } = DIRECTORY_IDS
const OIDC = {
  name: 'Intranet',
  protocol: 'OPENID_CONNECT',
  type: 'WEB_APP',
  enabled: true,
  tokenEndpointAuthMethod: 'CLIENT_SECRET_POST',
  redirectUris: ['https://intranet.example.com/callback'],
}
const SAML = {
  name: 'Payroll',
  protocol: 'SAML',
  type: 'WEB_APP',
  enabled: true,
  acsUrls: ['https://payroll.example.com/acs'],
  assertionDuration: 60,
  spEntityId: 'urn:example:payroll',
}
const LINK = {
  name: 'Canteen',
  protocol: 'EXTERNAL_LINK',
  type: 'PORTAL_LINK_APP',
  enabled: true,
  homePageUrl: 'https://canteen.example.com',
}

function askForToken(tenant: Tenant, secret: string) {
  const { environmentId, clientId } = tenant.sandbox.tenant
  return tenant.send('POST', `/${environmentId}/as/token`, {
    contentType: 'application/x-www-form-urlencoded',
    body: 'grant_type=client_credentials',
    headers: { authorization: basic(clientId, secret) },
  })
}

describe('applications', () => {
  test('are listed, the worker among them, and without a secret in it', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', '/applications')

    expect(answer.body._embedded.applications.map(({ id }) => id)).toEqual(
      expect.arrayContaining([tenant.sandbox.tenant.clientId, portal, expenses]),
    )
    const secrets = tenant.sandbox.state.applications().flatMap(({ secret }) => secret ?? [])
    expect(secrets).toHaveLength(2)
    for (const secret of secrets) expect(answer.text).not.toContain(secret)
  })

  test('hold no worker that lives in another environment', async () => {
    const tenant = await openTenant({ workerEnvironmentId: '12345678-1234-4234-8234-123456789012' })

    const answer = await tenant.ask('GET', `/applications/${tenant.sandbox.tenant.clientId}`)

    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND'])
  })

  test.each([[OIDC], [SAML], [LINK]])('are made, as %j', async (body) => {
    const tenant = await openTenant()

    const made = await tenant.ask('POST', '/applications', { body: { ...body, unknown: 1 } })
    const read = await tenant.ask('GET', `/applications/${made.body.id}`)

    expect(made.status).toBe(201)
    expect(read.body).toEqual(made.body)
    expect(read.body).toMatchObject(body)
    expect(tenant.sandbox.state.application(body.name)?.config).toEqual(body)
    expect(tenant.sandbox.changes).toMatchObject([{ action: 'application.create', applicationId: made.body.id }])
  })

  test.each<[unknown, string, string]>([
    [{}, 'REQUIRED_VALUE', 'protocol'],
    [{ ...OIDC, protocol: 'LDAP' }, 'INVALID_VALUE', 'protocol'],
    [{ ...OIDC, tokenEndpointAuthMethod: undefined }, 'REQUIRED_VALUE', 'tokenEndpointAuthMethod'],
    [{ ...OIDC, type: 'GAME' }, 'INVALID_VALUE', 'type'],
    [{ ...OIDC, refreshTokenDuration: 5 }, 'OUT_OF_RANGE', 'refreshTokenDuration'],
    [{ ...SAML, spEntityId: undefined }, 'REQUIRED_VALUE', 'spEntityId'],
    [{ ...LINK, homePageUrl: undefined }, 'REQUIRED_VALUE', 'homePageUrl'],
    [{ ...LINK, enabled: 'yes' }, 'INVALID_VALUE', 'enabled'],
  ])('are not made of %j', async (body, code, target) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', '/applications', { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
    expect(tenant.sandbox.changes).toEqual([])
  })

  test('are replaced as a whole, and deleted', async () => {
    const tenant = await openTenant()
    const path = `/applications/${portal}`

    const put = await tenant.ask('PUT', path, { body: OIDC })
    const state = tenant.sandbox.state.application(portal)
    const deleted = await tenant.ask('DELETE', path)

    expect(put.body).not.toHaveProperty('pkceEnforcement')
    expect(state?.config).toEqual(OIDC)
    expect([deleted.status, tenant.sandbox.state.application(portal)]).toEqual([204, undefined])
    expect(actions(tenant)).toEqual(['application.update', 'application.remove'])
  })
})

describe('the secret of an application', () => {
  const path = `/applications/${portal}/secret`

  test('is read where it is, and only there', async () => {
    const tenant = await openTenant()

    const secret = await tenant.ask('GET', path)
    const none = await tenant.ask('GET', `/applications/${fieldApp}/secret`)

    expect(secret.body.secret).toBe(tenant.sandbox.state.application(portal)?.secret)
    expect(secret.body.secret).toHaveLength(64)
    expect(none.status).toBe(404)
  })

  test('is another one after a rotation, and the old one is gone at once', async () => {
    const tenant = await openTenant()
    const before = tenant.sandbox.state.application(portal)?.secret

    const rotated = await tenant.ask('POST', path)

    expect(rotated.status).toBe(200)
    expect(rotated.body).not.toHaveProperty('previous')
    expect(rotated.body.secret).not.toBe(before)
    expect(tenant.sandbox.state.application(portal)?.secret).toBe(rotated.body.secret)
    expect(actions(tenant)).toEqual(['secret.rotate'])
  })

  test('leaves the one before for a while, until it is deleted', async () => {
    const tenant = await openTenant()
    const { body: before } = await tenant.ask('GET', path)
    const expiresAt = '2999-01-01T00:00:00.000Z'

    await tenant.ask('POST', path, { body: { previous: { expiresAt } } })
    const rotated = await tenant.ask('GET', path)
    const deleted = await tenant.ask('DELETE', path)
    const after = await tenant.ask('GET', path)

    expect(rotated.body.previous).toEqual({ secret: before.secret, expiresAt })
    expect([deleted.status, after.body.secret]).toEqual([204, rotated.body.secret])
    expect(after.body).not.toHaveProperty('previous')
  })

  test('is not for readers of the configuration', async () => {
    const tenant = await openTenant({ workerRoles: [{ role: 'CONFIGURATION_READ_ONLY' }] })

    const application = await tenant.ask('GET', `/applications/${portal}`)
    const secret = await tenant.ask('GET', path)

    expect([application.status, secret.status]).toEqual([200, 403])
  })
})

describe('the worker itself', () => {
  const worker = (tenant: Tenant) => `/applications/${tenant.sandbox.tenant.clientId}`

  test('is one of the applications, with its own client id and secret', async () => {
    const tenant = await openTenant({ tokenAuthMethod: 'basic' })

    const application = await tenant.ask('GET', worker(tenant))
    const secret = await tenant.ask('GET', `${worker(tenant)}/secret`)

    expect(application.body).toMatchObject({
      clientId: tenant.sandbox.tenant.clientId,
      type: 'WORKER',
      tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      grantTypes: ['CLIENT_CREDENTIALS'],
    })
    expect(secret.body.secret).toBe(tenant.sandbox.tenant.clientSecret)
  })

  test('authenticates with the new secret after a rotation, and with the old one while it lasts', async () => {
    const tenant = await openTenant()
    const old = tenant.sandbox.tenant.clientSecret
    const expiresAt = new Date(Date.now() + 600_000).toISOString()

    const { body } = await tenant.ask('POST', `${worker(tenant)}/secret`, { body: { previous: { expiresAt } } })
    const statuses = [await askForToken(tenant, old), await askForToken(tenant, body.secret)]
    tenant.sandbox.levers.advance(601_000)
    const late = await askForToken(tenant, old)

    expect(statuses.map(({ status }) => status)).toEqual([200, 200])
    expect([late.status, tenant.sandbox.tenant.clientSecret]).toEqual([401, body.secret])
  })

  test('loses what it may do with the role that is revoked', async () => {
    const tenant = await openTenant()
    const path = `${worker(tenant)}/roleAssignments`

    const held = await tenant.ask('GET', path)
    const identity = (held.body._embedded.roleAssignments as unknown as { id: string; role: { id: string } }[]).find(
      ({ role }) => role.id === ROLE_IDS.IDENTITY_DATA_ADMIN,
    )
    const revoked = await tenant.ask('DELETE', `${path}/${identity?.id}`)
    const users = await tenant.ask('GET', '/users')

    expect([held.body.size, revoked.status, users.status]).toEqual([2, 204, 403])
    expect(tenant.sandbox.tenant.workerRoles).toEqual([{ role: 'ENVIRONMENT_ADMIN' }])
  })

  test('may do more with the role that is granted to it', async () => {
    const tenant = await openTenant({
      workerRoles: [{ role: 'ENVIRONMENT_ADMIN' }],
      knobs: { grantsOfRolesNotHeld: 'allowed' },
    })
    const scope = { id: tenant.sandbox.tenant.environmentId, type: 'ENVIRONMENT' }
    const path = `${worker(tenant)}/roleAssignments`

    const granted = await tenant.ask('POST', path, { body: { role: { id: ROLE_IDS.IDENTITY_DATA_READ_ONLY }, scope } })
    const read = await tenant.ask('GET', `${path}/${granted.body.id}`)
    const users = await tenant.ask('GET', '/users')

    expect([granted.status, read.status, users.status]).toEqual([201, 200, 200])
  })

  test('gets no token once it is disabled, or deleted', async () => {
    const [disabled, deleted] = [await openTenant(), await openTenant()]
    const { body } = await disabled.ask('GET', worker(disabled))

    await disabled.ask('PUT', worker(disabled), { body: { ...body, enabled: false } })
    await deleted.ask('DELETE', worker(deleted))
    const answers = [
      await askForToken(disabled, disabled.sandbox.tenant.clientSecret),
      await askForToken(deleted, deleted.sandbox.tenant.clientSecret),
    ]

    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect((await deleted.ask('GET', '')).status).toBe(401)
  })

  test('is the same application under another client id', async () => {
    const tenant = await openTenant()
    const clientId = '77777777-7777-4777-8777-777777777777'

    tenant.sandbox.levers.changeTenant({ clientId })

    expect(tenant.sandbox.state.application('MFA assistant')?.id).toBe(clientId)
  })
})
