import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Levers } from '../../src/sandbox/levers.ts'
import type { SandboxTenant } from '../../src/sandbox/records.ts'
import { shareStage } from './shared-stage.ts'
import { onStage } from './stage.ts'

const shared = shareStage()
const CONNECTION = 'Test PingID Connection'
const USERS = 'List PingOne Users'
const POPULATIONS = 'List PingOne Populations'
const NOT_RUN = `Not run, because "${CONNECTION}" failed`

let original: SandboxTenant | undefined

/** The tenant is other than it was, and whoever has a token needs a new one. */
function change(tenant: Parameters<Levers['changeTenant']>[0]): void {
  const { levers, tenant: now } = shared.stage.sandbox
  original ??= now
  levers.changeTenant(tenant)
  levers.revokeTokens()
}

afterEach(() => {
  if (original === undefined) return
  const { environmentId: _e, workerEnvironmentId: _w, ...rest } = original
  shared.stage.sandbox.levers.changeTenant(rest)
  original = undefined
})

test('all is well: ok, with the environment', async () => {
  const { structured, text } = await shared.session.call('check_connection')

  const { environmentId } = shared.stage.sandbox.tenant
  expect(structured).toEqual({
    status: 'ok',
    checks: [
      { name: CONNECTION, ok: true, message: 'Successfully authenticated with PingOne' },
      { name: USERS, ok: true, message: 'Users can be read' },
      { name: POPULATIONS, ok: true, message: 'Populations can be read' },
    ],
    environment: { id: environmentId, name: 'Sandbox', type: 'SANDBOX', region: 'EU' },
  })
  expect(text.replace(environmentId, '…')).toMatchInlineSnapshot(`
    "Connection ok (environment Sandbox, SANDBOX, EU, id …)
    ok: Test PingID Connection. Successfully authenticated with PingOne
    ok: List PingOne Users. Users can be read
    ok: List PingOne Populations. Populations can be read"
  `)
})

describe('a missing permission is degraded, and says which role is wanted', () => {
  test.each([
    ['users', ['ENVIRONMENT_ADMIN'], [USERS]],
    ['users', ['CONFIGURATION_READ_ONLY'], [USERS]],
    ['users', ['CLIENT_APPLICATION_DEVELOPER'], [USERS]],
    ['users and populations', ['ORGANIZATION_ADMIN'], [USERS, POPULATIONS]],
  ] as const)('%s with %j', async (_what, roles, failing) => {
    change({ workerRoles: roles.map((role) => ({ role })) })

    const { structured, text } = await shared.session.call('check_connection')

    expect(structured.status).toBe('degraded')
    expect(structured.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(failing)
    for (const { message, next } of structured.checks.filter(({ ok }) => !ok)) {
      expect(message).toMatch(
        /lacks the role Identity Data Admin \(or an equivalent .*\) \(correlation id [0-9a-f-]{36}\)/,
      )
      expect(next).toContain('Assign Identity Data Admin')
      expect(text).toContain(message)
    }
  })

  test('populations alone', async () => {
    shared.stage.sandbox.faults.add({ kind: 'forbidden', match: { path: '/populations' }, times: Infinity })

    const { structured } = await shared.session.call('check_connection')

    expect(structured.status).toBe('degraded')
    expect(structured.checks.map(({ ok }) => ok)).toEqual([true, true, false])
    expect(structured.checks[2]?.message).toContain('Identity Data Admin')
  })

  test.each(['IDENTITY_DATA_ADMIN', 'IDENTITY_DATA_READ_ONLY'] as const)('nothing with %s', async (role) => {
    change({ workerRoles: [{ role }] })

    const { structured } = await shared.session.call('check_connection')

    expect(structured.status).toBe('ok')
  })

  test('another failure of the second check says what it is', async () => {
    shared.stage.sandbox.faults.add({ kind: 'rate-limited', retryAfterSeconds: 60, match: { path: '/users' } })

    const { structured } = await shared.session.call('check_connection')

    expect(structured.status).toBe('degraded')
    expect(structured.checks[1]?.message).toContain('limits the rate of requests')
    expect(structured.checks[1]?.message).not.toContain('Identity Data Admin')
  })
})

interface FailingCase {
  what: string
  arrange: () => void
  message: RegExp
  next: RegExp
}

const faults = () => shared.stage.sandbox.faults

const FAILING: FailingCase[] = [
  {
    what: 'another secret',
    arrange: () => change({ clientSecret: 'another-secret-of-the-tenant' }),
    message: /does not accept the client id and client secret.*HTTP 401, invalid_client/,
    next: /PINGONE_CLIENT_ID.*client secret.*PINGONE_REGION/,
  },
  {
    what: 'another client id',
    arrange: () => change({ clientId: '0f1e2d3c-0000-4000-8000-00000000000b' }),
    message: /does not accept the client id and client secret/,
    next: /PINGONE_CLIENT_ID/,
  },
  {
    what: 'an application that is disabled',
    arrange: () => change({ applicationEnabled: false }),
    message: /does not accept the client id and client secret.*disabled/,
    next: /that the application is enabled/,
  },
  {
    what: 'the other authentication method',
    arrange: () => change({ tokenAuthMethod: 'post' }),
    message: /does not take its credentials by the method "basic"/,
    next: /PINGONE_TOKEN_AUTH_METHOD to "post"/,
  },
  {
    what: 'an application without roles',
    arrange: () => change({ workerRoles: [] }),
    message: /it has no roles.*access_denied/,
    next: /Assign roles.*Identity Data Admin/,
  },
  {
    what: 'an application that may not use client credentials',
    arrange: () => change({ grantTypes: ['authorization_code'] }),
    message: /may not use client credentials.*unauthorized_client/,
    next: /type Worker/,
  },
  {
    what: 'an environment that the worker has no role in',
    arrange: () => void faults().add({ kind: 'forbidden', match: { host: 'api' }, times: Infinity }),
    message: /does not allow this to the worker application.*INSUFFICIENT_PERMISSIONS/,
    next: /Give the worker application any role.*PINGONE_ENVIRONMENT_ID and PINGONE_REGION/,
  },
  {
    what: 'an environment that is not there',
    arrange: () => void faults().add({ kind: 'not-found', match: { host: 'api' }, times: Infinity }),
    message: /does not have what was asked for.*NOT_FOUND/,
    next: /PINGONE_ENVIRONMENT_ID and PINGONE_REGION/,
  },
  {
    what: 'an API that takes no token of this auth service',
    arrange: () => void faults().add({ kind: 'expired-token', match: { host: 'api' }, times: Infinity }),
    message: /does not accept the access token, and neither a fresh one.*INVALID_TOKEN/,
    next: /PINGONE_API_URL and PINGONE_AUTH_URL \(or PINGONE_REGION\) belong to the same/,
  },
  {
    what: 'something else that answers in place of the API',
    arrange: () => void faults().add({ kind: 'not-json', match: { host: 'api' } }),
    message: /answer \(HTTP 200\) is not valid JSON/,
    next: /PINGONE_API_URL.*proxy/,
  },
  {
    what: 'something else that answers in place of the auth service',
    arrange: () => {
      shared.stage.sandbox.levers.revokeTokens()
      faults().add({ kind: 'not-json', match: { host: 'auth' } })
    },
    message: /token endpoint gave an answer that is not valid JSON/,
    next: /PINGONE_AUTH_URL/,
  },
]

describe('a first check that fails is failed, says what to look at, and runs no other', () => {
  test.each(FAILING)('$what', async ({ arrange, message, next }) => {
    arrange()

    const { structured, text, raw } = await shared.session.call('check_connection')

    const [first, ...others] = structured.checks
    expect(raw.isError ?? false).toBe(false)
    expect(structured.status).toBe('failed')
    expect(structured.environment).toBeUndefined()
    expect(first).toMatchObject({ name: CONNECTION, ok: false })
    expect(first?.message).toMatch(message)
    expect(first?.message).toMatch(/correlation id [0-9a-f-]{36}/i)
    expect(first?.next).toMatch(next)
    expect(others).toEqual([
      { name: USERS, ok: false, message: NOT_RUN },
      { name: POPULATIONS, ok: false, message: NOT_RUN },
    ])
    expect(text).toContain(first?.message)
    expect(text).toContain(`Next: ${first?.next ?? '?'}`)
  })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('what is configured wrong', () => {
  const OTHER_ID = '0f1e2d3c-0000-4000-8000-00000000000e'

  test.each([
    {
      what: 'another environment, where the worker application is not',
      env: { PINGONE_ENVIRONMENT_ID: OTHER_ID },
      message: /does not know the environment that holds the worker application/,
      next: /PINGONE_ENVIRONMENT_ID/,
    },
    {
      what: 'another environment, and the worker application where it is',
      env: { PINGONE_ENVIRONMENT_ID: OTHER_ID, PINGONE_WORKER_ENVIRONMENT_ID: 'worker' },
      message: /does not allow this to the worker application/,
      next: /PINGONE_ENVIRONMENT_ID and PINGONE_REGION/,
    },
    {
      what: 'an API URL where nobody listens',
      env: { PINGONE_API_URL: 'closed' },
      message: /PingOne cannot be reached.*ECONNREFUSED/,
      next: /PINGONE_API_URL/,
    },
    {
      what: 'an auth URL where nobody listens',
      env: { PINGONE_AUTH_URL: 'closed' },
      message: /token endpoint cannot be reached.*ECONNREFUSED/,
      next: /PINGONE_AUTH_URL/,
    },
    {
      what: 'an auth URL with a path that is not there',
      env: { PINGONE_AUTH_URL: 'below' },
      message: /gave no access token/,
      next: /region/,
    },
    {
      what: 'the method post, where the application takes basic',
      env: { PINGONE_TOKEN_AUTH_METHOD: 'post' },
      message: /by the method "post"/,
      next: /to "basic"/,
    },
  ])('$what', async ({ env, message, next }) => {
    await onStage(async (stage) => {
      const closed = `http://127.0.0.1:${await closedPort()}`
      const words: Record<string, string> = {
        closed,
        below: `${stage.server.authUrl}/somewhere`,
        worker: stage.sandbox.tenant.environmentId,
      }
      const resolved = Object.entries(env).map(([name, value]) => [name, words[value] ?? value] as const)
      const session = await stage.connect({ env: Object.fromEntries(resolved) })

      const { structured } = await session.call('check_connection')

      expect(structured.status).toBe('failed')
      expect(structured.checks[0]?.message).toMatch(message)
      expect(structured.checks[0]?.next).toMatch(next)
    })
  })
})

test('an API URL with and without /v1, and a slash at the end, are the same', async () => {
  await onStage(async (stage) => {
    for (const apiUrl of [stage.server.url, `${stage.server.url}/`, `${stage.server.url}/v1/`]) {
      const session = await stage.connect({ env: { PINGONE_API_URL: apiUrl } })

      const { structured } = await session.call('check_connection')

      expect(structured.status).toBe('ok')
    }
  })
})
