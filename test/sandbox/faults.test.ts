import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { FaultInput } from '../../src/sandbox/faults.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { basic, detail, openTenant } from './tenant.ts'

const ALICE = `/users/${FIXED_IDS.alice}/devices`
const SMS = `${ALICE}/${FIXED_IDS.aliceSms}`

describe('a fault that answers', () => {
  const answering: [FaultInput, { status: number; code?: string; retryAfter?: RegExp; text?: RegExp }][] = [
    [{ kind: 'rate-limited' }, { status: 429, code: 'REQUEST_LIMITED', retryAfter: /^1$/ }],
    [
      { kind: 'rate-limited', retryAfterSeconds: 7 },
      { status: 429, code: 'REQUEST_LIMITED', retryAfter: /^7$/ },
    ],
    [
      { kind: 'rate-limited', retryAfterAs: 'date' },
      { status: 429, code: 'REQUEST_LIMITED', retryAfter: /^\w{3}, \d{2} \w{3} \d{4} .* GMT$/ },
    ],
    [
      { kind: 'rate-limited', retryAfterAs: 'none' },
      { status: 429, code: 'REQUEST_LIMITED' },
    ],
    [{ kind: 'server-error' }, { status: 500, code: 'UNEXPECTED_ERROR' }],
    [{ kind: 'bad-gateway' }, { status: 502, text: /^<!doctype html>/ }],
    [{ kind: 'unavailable' }, { status: 503 }],
    [
      { kind: 'unavailable', retryAfterAs: 'seconds', retryAfterSeconds: 2 },
      { status: 503, retryAfter: /^2$/ },
    ],
    [{ kind: 'forbidden' }, { status: 403, code: 'ACCESS_FAILED' }],
    [{ kind: 'gateway-forbidden' }, { status: 403, text: /^\{"message":"[^"]+"\}$/ }],
    [{ kind: 'not-found' }, { status: 404, code: 'NOT_FOUND' }],
    [{ kind: 'empty-body' }, { status: 200, text: /^$/ }],
    [{ kind: 'not-json' }, { status: 200, text: /^<!doctype html>/ }],
    [{ kind: 'wrong-shape' }, { status: 200, text: /^\{"unexpected":true\}$/ }],
    [
      { kind: 'wrong-shape', body: [1] },
      { status: 200, text: /^\[1\]$/ },
    ],
    [
      { kind: 'reply', status: 418, body: { text: 'tea' } },
      { status: 418, text: /tea/ },
    ],
  ]
  test.each(answering)('%j meets one request, which is not carried out', async (fault, expected) => {
    const tenant = await openTenant()
    tenant.sandbox.faults.add({ ...fault, match: { method: 'DELETE' } })

    const met = await tenant.ask('DELETE', SMS)
    const stillThere = tenant.sandbox.state.device(FIXED_IDS.aliceSms)
    const unmet = await tenant.ask('DELETE', SMS)

    expect([met.status, met.body?.code]).toEqual([expected.status, expected.code])
    expect(met.text).toMatch(expected.text ?? /./)
    expect(met.headers.get('retry-after') ?? '').toMatch(expected.retryAfter ?? /^$/)
    expect(met.headers.get('correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(stillThere).toBeDefined()
    expect(unmet.status).toBe(204)
  })

  test.each([302, 307] as const)('redirects with %i, on either host', async (status) => {
    const tenant = await openTenant()
    await tenant.token()
    tenant.sandbox.faults.add({ kind: 'redirect', status, to: 'http://127.0.0.1:9/elsewhere', times: 2 })
    const path = `/${tenant.sandbox.tenant.environmentId}/as/token`

    const answers = [await tenant.send('POST', path), await tenant.send('GET', '/v1/environments')]

    expect(answers.map((answer) => answer.status)).toEqual([status, status])
    expect(answers[0]?.headers.get('location')).toBe('http://127.0.0.1:9/elsewhere')
  })

  test('makes the token of the request useless for good', async () => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')
    tenant.sandbox.faults.add({ kind: 'expired-token', match: { path: '/users' } })

    const met = await tenant.ask('GET', '/users')
    const again = await tenant.ask('GET', '')

    expect(detail(met)).toMatchObject({ status: 401, detail: 'INVALID_TOKEN' })
    expect(again.status).toBe(401)
  })
})

describe('a fault', () => {
  test('with `when: after` loses the answer alone', async () => {
    const tenant = await openTenant()
    tenant.sandbox.faults.add({ kind: 'server-error', when: 'after', match: { method: 'DELETE' } })

    const answer = await tenant.ask('DELETE', SMS)

    expect(answer.status).toBe(500)
    expect(tenant.sandbox.state.device(FIXED_IDS.aliceSms)).toBeUndefined()
    expect(tenant.sandbox.changes).toMatchObject([{ action: 'device.remove' }])
  })

  test('with `times` and `after` meets just those requests', async () => {
    const tenant = await openTenant()
    const handle = tenant.sandbox.faults.add({ kind: 'forbidden', after: 1, times: 2, match: { path: '/users' } })

    const statuses = []
    for (const path of ['/users', '', '/users', '/users', '/users'])
      statuses.push((await tenant.ask('GET', path)).status)

    expect(statuses).toEqual([200, 200, 403, 403, 200])
    expect(handle.hits).toBe(2)
  })

  test('can last for ever, until it is cleared', async () => {
    const tenant = await openTenant()
    tenant.sandbox.faults.add({ kind: 'server-error', times: Infinity, match: { path: /\/users$/, host: 'api' } })
    const met = [
      await tenant.ask('GET', '/users'),
      await tenant.ask('GET', '/users'),
      await tenant.ask('GET', '/users'),
    ]

    tenant.sandbox.faults.clear()
    const cleared = await tenant.ask('GET', '/users')

    expect(met.map((answer) => answer.status)).toEqual([500, 500, 500])
    expect(cleared.status).toBe(200)
  })

  test('of the auth host leaves the API host alone', async () => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')
    tenant.sandbox.faults.add({ kind: 'server-error', match: { host: 'auth' } })

    const api = await tenant.ask('GET', '')
    const auth = await tenant.send('POST', `/${tenant.sandbox.tenant.environmentId}/as/token`)

    expect([api.status, auth.status]).toEqual([200, 500])
  })

  test('of no known kind is refused when it is added', async () => {
    const tenant = await openTenant()

    expect(() => tenant.sandbox.faults.add({ kind: 'gremlins' } as unknown as FaultInput)).toThrow()
  })

  test('can run code between the request and its answer', async () => {
    const tenant = await openTenant()
    const run = () => tenant.sandbox.levers.removeDevice(FIXED_IDS.aliceSms)
    tenant.sandbox.faults.add({ kind: 'meanwhile', run, match: { method: 'DELETE' } })

    const answer = await tenant.ask('DELETE', SMS)

    expect(answer.status).toBe(404)
    expect(tenant.sandbox.changes).toEqual([])
  })

  test('is on record with the request that it met', async () => {
    const tenant = await openTenant()
    tenant.sandbox.faults.add({ kind: 'bad-gateway', match: { path: '/users' } })

    await tenant.ask('GET', '/users')

    expect(tenant.sandbox.requests.at(-1)).toMatchObject({ fault: 'bad-gateway', status: 502 })
  })

  test('can make a page repeat the end of the one before', async () => {
    const tenant = await openTenant()
    const first = await tenant.ask('GET', '/users?limit=3')
    tenant.sandbox.faults.add({ kind: 'page-change' })

    const next = first.body._links.next.href.split('/users')[1] ?? ''
    const second = await tenant.ask('GET', `/users${next}`)

    const ids = (answer: typeof first): string[] => answer.body._embedded.users.map(({ id }) => id)
    expect(ids(second)[0]).toBe(ids(first).at(-1))
    expect(ids(second)).toHaveLength(3)
  })
})

describe('a fault of the connection', () => {
  test.each(['before', 'after'] as const)('resets it %s the request is carried out', async (when) => {
    const tenant = await openTenant()
    tenant.sandbox.faults.add({ kind: 'reset', when, match: { method: 'DELETE' } })

    await expect(tenant.ask('DELETE', SMS)).rejects.toThrow('fetch failed')

    expect(tenant.sandbox.state.device(FIXED_IDS.aliceSms) === undefined).toBe(when === 'after')
    expect(tenant.sandbox.requests.at(-1)?.status).toBeUndefined()
  })

  test('breaks off in the middle of the body', async () => {
    const tenant = await openTenant()
    const { environmentId } = tenant.sandbox.tenant
    const authorization = `Bearer ${await tenant.token()}`
    tenant.sandbox.faults.add({ kind: 'cut-off' })

    const url = `${tenant.server.apiUrl}/environments/${environmentId}/users`
    const response = await fetch(url, { headers: { authorization } })

    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })

  test('never answers, until the client gives up or the server ends', async () => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')
    tenant.sandbox.faults.add({ kind: 'hang', times: 2 })
    const abort = new AbortController()
    const url = `${tenant.server.url}/v1/environments`

    const given = fetch(url, { signal: abort.signal })
    const held = fetch(url)
    const bothAreIn = async () => {
      while (tenant.sandbox.requests.filter(({ fault }) => fault === 'hang').length < 2) await new Promise(setImmediate)
    }
    await bothAreIn()
    abort.abort()
    await expect(given).rejects.toThrow('aborted')
    await tenant.server.close()

    await expect(held).rejects.toThrow('fetch failed')
  })

  test.each(['slow', 'slow-body'] as const)('is %s and yet true', async (kind) => {
    const tenant = await openTenant()
    await tenant.ask('GET', '')
    tenant.sandbox.faults.add({ kind, ms: 60 })
    const startedAt = performance.now()

    const answer = await tenant.ask('GET', ALICE)

    expect(performance.now() - startedAt).toBeGreaterThan(50)
    expect(answer.body._embedded.devices).toHaveLength(3)
  })
})

test('latency delays every request', async () => {
  const tenant = await openTenant()
  await tenant.ask('GET', '')
  tenant.sandbox.setLatency(60)
  const startedAt = performance.now()

  const answer = await tenant.ask('GET', '')

  expect(performance.now() - startedAt).toBeGreaterThan(50)
  expect(answer.status).toBe(200)
})

describe('without a socket', () => {
  async function ask(sandbox: ReturnType<typeof createSandbox>): Promise<Response> {
    const { environmentId, clientId, clientSecret } = sandbox.tenant
    return sandbox.fetch(
      new Request(`http://sandbox.test/${environmentId}/as/token`, {
        method: 'POST',
        headers: {
          authorization: basic(clientId, clientSecret),
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      }),
    )
  }

  test('the tenant answers a plain Request', async () => {
    const response = await ask(createSandbox())

    expect(response.status).toBe(200)
  })

  test('a body that is cut off fails when it is read', async () => {
    const sandbox = createSandbox()
    sandbox.faults.add({ kind: 'cut-off' })

    const response = await ask(sandbox)

    await expect(response.text()).rejects.toThrow()
  })
})
