import { describe, expect, test } from 'vitest'
import { request } from 'node:http'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { openTenant } from './tenant.ts'

const json = (body: unknown) => ({ contentType: 'application/json', body })

describe('the back door', () => {
  test('shows the state, without the secret', async () => {
    const tenant = await openTenant()

    const answer = await tenant.send('GET', '/_sandbox/state')

    expect(answer.body.tenant.environmentId).toBe(tenant.sandbox.tenant.environmentId)
    expect(answer.body.users[0]).toMatchObject({ email: 'alice@example.com', devices: [{}, {}, {}] })
    expect(answer.text).not.toContain(tenant.sandbox.tenant.clientSecret)
  })

  test('shows changes, requests and messages', async () => {
    const tenant = await openTenant()
    const body = { type: 'SMS', phone: '+12025550177', status: 'ACTIVATION_REQUIRED' }
    await tenant.ask('POST', `/users/${FIXED_IDS.carol}/devices`, { body })

    const changes = await tenant.send('GET', '/_sandbox/changes')
    const requests = await tenant.send('GET', '/_sandbox/requests')
    const messages = await tenant.send('GET', '/_sandbox/messages')

    expect(changes.body.changes).toMatchObject([{ action: 'device.create' }])
    expect(requests.body.requests).toMatchObject([{ host: 'auth' }, { host: 'api', method: 'POST', status: 201 }])
    expect(messages.body.messages).toMatchObject([{ to: '+12025550177', otp: expect.stringMatching(/^\d{6}$/) }])
  })

  test('adds faults and takes them away', async () => {
    const tenant = await openTenant()
    const fault = { kind: 'server-error', times: 9, match: { pathPattern: '/users$' } }

    const added = await tenant.send('POST', '/_sandbox/faults', json(fault))
    const met = await tenant.ask('GET', '/users')
    const cleared = await tenant.send('DELETE', '/_sandbox/faults')
    const unmet = await tenant.ask('GET', '/users')

    expect([added.status, met.status, cleared.status, unmet.status]).toEqual([201, 500, 204, 200])
  })

  test('moves people and devices', async () => {
    const tenant = await openTenant()

    const user = await tenant.send('POST', '/_sandbox/users', json({ email: 'new@example.com' }))
    const device = await tenant.send('POST', '/_sandbox/users/new@example.com/devices', json({ type: 'TOTP' }))
    await tenant.send('PATCH', '/_sandbox/users/new@example.com', json({ email: 'newer@example.com', enabled: false }))

    expect(tenant.sandbox.state.user(user.body.id)).toMatchObject({ email: 'newer@example.com', enabled: false })
    expect(tenant.sandbox.state.devicesOf(user.body.id)).toMatchObject([{ id: device.body.id, type: 'TOTP' }])

    await tenant.send('DELETE', `/_sandbox/devices/${device.body.id}`)
    await tenant.send('DELETE', `/_sandbox/users/${user.body.id}`)

    expect(tenant.sandbox.state.user(user.body.id)).toBeUndefined()
    expect(tenant.sandbox.changes).toEqual([])
  })

  test('sets the worker’s roles and revokes its tokens', async () => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')

    await tenant.send('PUT', '/_sandbox/worker/roles', json({ roles: ['ENVIRONMENT_ADMIN'] }))
    const forbidden = await tenant.ask('GET', '/users')
    await tenant.send('POST', '/_sandbox/tokens/revoke')
    const revoked = await tenant.ask('GET', '')

    expect([forbidden.status, revoked.status]).toEqual([403, 401])
  })

  test.each([
    ['POST', '/faults', { kind: 'gremlins' }, 400],
    ['POST', '/faults', { kind: 'server-error', match: { pathPattern: '(' } }, 400],
    ['POST', '/users', { email: 5 }, 400],
    ['POST', '/users', 'not json', 400],
    ['PUT', '/worker/roles', { roles: ['KING'] }, 400],
    ['DELETE', '/devices/nothing', undefined, 404],
    ['PATCH', '/users/nobody@example.com', { enabled: true }, 404],
    ['GET', '/nothing', undefined, 404],
  ])('refuses %s %s with %j', async (method, path, body, status) => {
    const tenant = await openTenant()

    const answer = await tenant.send(method, `/_sandbox${path}`, body === undefined ? {} : json(body))

    expect(answer.status).toBe(status)
  })

  test.each(['origin', 'sec-fetch-site'])('is closed to a request with the header %s', async (name) => {
    const tenant = await openTenant()

    const answer = await tenant.send('GET', '/_sandbox/state', { headers: { [name]: tenant.server.url } })

    expect(answer.status).toBe(403)
  })

  test('is closed to a name that was rebound to this machine', async () => {
    const tenant = await openTenant()

    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' }
      const options = { port: tenant.server.port, host: '127.0.0.1', path: '/_sandbox/state', headers }
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })

    expect(status).toBe(403)
  })
})
