import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/lib/errors.ts'
import { runHealthChecks } from '../../src/pingone/health.ts'
import { bench, ENVIRONMENT_ID, failure, USER_ID } from './bench-client.ts'
import type { Reply, Script, Seen } from './scripted-peer.ts'
import { CORRELATION_ID, problem } from './scripted-peer.ts'

const NAMES = ['Test PingID Connection', 'List PingOne Users', 'List PingOne Populations']
const environment = { id: ENVIRONMENT_ID, name: 'Test', type: 'SANDBOX', region: 'EU' }
const users = { json: { _embedded: { users: [{ id: USER_ID, username: 'a', enabled: true }] } } }
const populations = { json: { _embedded: { populations: [{ id: 'p', name: 'People' }] } } }
const denied = problem(403, 'ACCESS_FAILED', [{ code: 'INSUFFICIENT_PERMISSIONS' }])

function tenant(answers: { environment?: Reply; users?: Reply; populations?: Reply }): Script {
  return (seen: Seen) => {
    if (seen.path.endsWith('/users')) return answers.users ?? users
    if (seen.path.endsWith('/populations')) return answers.populations ?? populations
    return answers.environment ?? { json: environment }
  }
}

describe('the health checks', () => {
  it('pass in their order, and tell the environment', async () => {
    const { peer, client } = await bench()
    peer.onApi(tenant({}))

    const health = await runHealthChecks(client)

    expect(health).toEqual({
      status: 'ok',
      checks: [
        { name: NAMES[0], ok: true, message: 'Successfully authenticated with PingOne' },
        { name: NAMES[1], ok: true, message: 'Users can be read' },
        { name: NAMES[2], ok: true, message: 'Populations can be read' },
      ],
      environment,
    })
  })

  it('pass in a tenant without people', async () => {
    const { peer, client } = await bench()
    peer.onApi(tenant({ users: { json: { size: 0 } }, populations: { json: {} } }))

    expect(await runHealthChecks(client)).toMatchObject({ status: 'ok' })
  })

  it.each([
    ['users', 1],
    ['populations', 2],
  ] as const)('are degraded without permission for %s, and name the role', async (what, at) => {
    const { peer, client } = await bench()
    peer.onApi(tenant({ [what]: denied }))

    const health = await runHealthChecks(client)

    expect(health.status).toBe('degraded')
    expect(health.environment).toEqual(environment)
    expect(health.checks.map(({ name }) => name)).toEqual(NAMES)
    expect(health.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([NAMES[at]])
    expect(health.checks[at]?.message).toContain('lacks the role Identity Data Admin (or an equivalent role')
    expect(health.checks[at]?.message).toContain(CORRELATION_ID)
    expect(health.checks[at]?.next).toContain('Identity Data Admin')
  })

  it('do not blame a role where something else is wrong', async () => {
    const { peer, client } = await bench()
    peer.onApi(tenant({ users: problem(400, 'INVALID_REQUEST') }))

    const health = await runHealthChecks(client)

    expect(health.status).toBe('degraded')
    expect(health.checks[1]?.message).toContain('HTTP 400')
    expect(health.checks[1]?.message).not.toContain('Identity Data Admin')
  })

  it.each([
    [
      'the token is refused',
      { token: { status: 401, json: { error: 'invalid_client' } } },
      /client id and client secret/,
      /PINGONE_CLIENT_ID/,
    ],
    [
      'the environment is not there',
      { environment: problem(404, 'NOT_FOUND') },
      /does not have/,
      /PINGONE_ENVIRONMENT_ID/,
    ],
    [
      'there is no permission or no environment',
      { environment: denied },
      /does not allow/,
      /any role.*PINGONE_ENVIRONMENT_ID/,
    ],
    [
      'the answer is a page',
      { environment: { headers: { 'content-type': 'text/html' }, text: '<p>' } },
      /web page/,
      /PINGONE_API_URL/,
    ],
  ] as [string, { token?: Reply; environment?: Reply }, RegExp, RegExp][])(
    'run no further where %s',
    async (_, answers, message, next) => {
      const { peer, client } = await bench()
      if (answers.token !== undefined) peer.onToken(answers.token)
      peer.onApi(tenant(answers.environment === undefined ? {} : { environment: answers.environment }))

      const health = await runHealthChecks(client)

      expect(health.status).toBe('failed')
      expect(health).not.toHaveProperty('environment')
      expect(health.checks.map(({ name, ok }) => [name, ok])).toEqual(NAMES.map((name) => [name, false]))
      expect(health.checks[0]?.message).toMatch(message)
      expect(health.checks[0]?.next).toMatch(next)
      expect(health.checks[1]).toEqual({
        name: NAMES[1],
        ok: false,
        message: 'Not run, because "Test PingID Connection" failed',
      })
      expect(peer.apiRequests().filter(({ path }) => /users|populations/.test(path))).toHaveLength(0)
    },
  )

  it('say nothing where nothing is configured', async () => {
    const { client } = await bench({ secret: () => Promise.reject(new AppError('NOT_CONFIGURED', 'No secret')) })

    expect(await failure(runHealthChecks(client))).toMatchObject({ code: 'NOT_CONFIGURED' })
  })

  it('end with the signal', async () => {
    const { client } = await bench()

    expect(await failure(runHealthChecks(client, AbortSignal.abort()))).toMatchObject({
      message: 'The call was cancelled',
    })
  })
})
