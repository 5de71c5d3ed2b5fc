import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bench, createFakeClock, DEVICE_PATH, ENVIRONMENT_PATH, failure, peer as startOther } from './bench-client.ts'
import type { Reply } from './scripted-peer.ts'
import { ACCESS_TOKEN, CORRELATION_ID, cutOff, never, problem, reset } from './scripted-peer.ts'

const GET = { method: 'GET', path: ENVIRONMENT_PATH } as const
const REMOVE = { method: 'DELETE', path: DEVICE_PATH } as const

describe('a request', () => {
  it('goes to the API URL with token, media types and the name of the program', async () => {
    const { peer, client } = await bench()

    await client.request({ ...GET, query: { filter: 'email eq "a+b"', limit: 1, cursor: undefined } })

    const [seen] = peer.apiRequests()
    expect(seen).toMatchObject({
      method: 'GET',
      path: `/v1${ENVIRONMENT_PATH}`,
      query: 'filter=email%20eq%20%22a%2Bb%22&limit=1',
    })
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${ACCESS_TOKEN}`,
      accept: 'application/json',
      'user-agent': 'pingone-mfa-mcp/1.2.3',
    })
    expect(seen?.headers['content-type']).toBeUndefined()
  })

  it('sends a body as JSON, by default as application/json', async () => {
    const { peer, client } = await bench()

    await client.request({ method: 'PUT', path: DEVICE_PATH, body: { nickname: 'Büro' } })

    const [seen] = peer.apiRequests()
    expect(seen?.body).toBe('{"nickname":"Büro"}')
    expect(seen?.headers['content-type']).toBe('application/json')
  })

  it('sends the media type that selects an action, even without a body', async () => {
    const { peer, client } = await bench()
    const contentType = 'application/vnd.pingidentity.device.block+json'

    await client.request({ method: 'POST', path: DEVICE_PATH, contentType })

    const [seen] = peer.apiRequests()
    expect(seen?.headers['content-type']).toBe(contentType)
    expect(seen?.body).toBe('')
  })

  it('sends a text body of another media type as it is', async () => {
    const { peer, client } = await bench()

    await client.request({ method: 'POST', path: DEVICE_PATH, contentType: 'text/csv', body: 'a;b' })

    expect(peer.apiRequests()[0]?.body).toBe('a;b')
  })

  it('carries a transaction id in the characters that PingOne takes', async () => {
    const { peer, client } = await bench()

    await client.request({ ...GET, transactionId: `apv 7/ä\n${'x'.repeat(200)}` })

    expect(peer.apiRequests()[0]?.headers['x-ping-external-transaction-id']).toBe(`apv_7/__${'x'.repeat(92)}`)
  })

  it('never leaves with a path that was not built', async () => {
    const { peer, client } = await bench()

    await expect(client.request({ method: 'GET', path: '/environments/x/../../secrets' })).rejects.toThrow(TypeError)

    expect(peer.seen).toHaveLength(0)
  })

  it('answers with status, data, correlation id and location', async () => {
    const { peer, client } = await bench()
    peer.onApi({
      status: 201,
      headers: { 'correlation-id': CORRELATION_ID, location: 'https://api.example.com/v1/x' },
      json: { id: 'x' },
    })

    const response = await client.request({ method: 'POST', path: DEVICE_PATH, schema: z.object({ id: z.string() }) })

    expect(response).toEqual({
      status: 201,
      data: { id: 'x' },
      correlationId: CORRELATION_ID,
      location: 'https://api.example.com/v1/x',
    })
  })

  it('takes the id of the gateway where there is no correlation id', async () => {
    const { peer, client } = await bench()
    peer.onApi({ headers: { 'x-amzn-requestid': 'gateway-1' }, json: {} })

    expect(await client.request(GET)).toMatchObject({ correlationId: 'gateway-1' })
  })

  it('needs no body after a change', async () => {
    const { peer, client } = await bench()
    peer.onApi({ status: 204 })

    expect(await client.request(REMOVE)).toEqual({ status: 204, data: undefined })
  })

  // undici opens a second one, because it lets a connection rest for a turn of the event loop after each answer.
  it('keeps its connections', async () => {
    const { peer, client } = await bench()
    const ports = new Set<number | undefined>()
    peer.onApi({
      raw: (response, request) => {
        ports.add(request.socket.remotePort)
        response.setHeader('content-type', 'application/json').end('{}')
      },
    })

    for (let i = 0; i < 6; i++) await client.request(GET)

    expect(ports.size).toBeLessThanOrEqual(2)
  })
})

describe('an answer that is not as expected', () => {
  const page: Reply = {
    headers: { 'content-type': 'text/html', 'correlation-id': CORRELATION_ID },
    text: '<html>hello',
  }
  const cases: [string, Reply, RegExp][] = [
    ['a web page', page, /is a web page, not JSON/],
    ['a text', { text: 'hello' }, /is not JSON/],
    ['no JSON', { headers: { 'content-type': 'application/json' }, text: '{"secret-value' }, /is not valid JSON$/],
    [
      'bytes that are no UTF-8',
      { raw: (r) => r.setHeader('content-type', 'application/json').end(Buffer.from([0x22, 0xff, 0x22])) },
      /is not valid JSON/,
    ],
    ['nothing', { text: '' }, /is empty/],
    ['cut off', cutOff, /was cut off/],
    ['too long', { json: { id: 'x'.repeat(3_000) } }, /is too long/],
    [
      'of another shape',
      { json: { id: 'secret-value', nested: { list: [{ n: 'secret-value' }] } } },
      /the field nested\.list\.0\.n is missing or of another kind$/,
    ],
    ['no object', { json: ['secret-value'] }, /it has another shape$/],
  ]
  const schema = z.looseObject({ id: z.string(), nested: z.object({ list: z.array(z.object({ n: z.number() })) }) })

  it.each(cases)('is a typed error: %s', async (_, reply, message) => {
    const { peer, client } = await bench({ maxBodyBytes: 2_000 })
    peer.onApi(reply)

    const error = await failure(client.request({ ...GET, schema }))

    expect(error.code).toBe('PINGONE_UNEXPECTED_RESPONSE')
    expect(error.message).toMatch(message)
    expect(`${error.message}${error.next}`).not.toContain('secret-value')
  })

  it.each(cases)('leaves it open whether a change was carried out: %s', async (_, reply) => {
    const { peer, client } = await bench({ maxBodyBytes: 2_000 })
    peer.onApi(reply)

    const error = await failure(client.request({ method: 'POST', path: DEVICE_PATH, schema }))

    expect(error).toMatchObject({ code: 'PINGONE_UNEXPECTED_RESPONSE', delivery: 'unknown' })
    expect(peer.apiRequests()).toHaveLength(1)
  })

  it('has the correlation id', async () => {
    const { peer, client } = await bench()
    peer.onApi(page)

    expect(await failure(client.request(GET))).toMatchObject({ correlationId: CORRELATION_ID })
  })

  it.each([301, 302, 303, 307, 308])('is never followed: a redirect with HTTP %i', async (status) => {
    const canary = await startOther()
    const { peer, client } = await bench()
    peer.onApi({ status, headers: { location: `${canary.url}/steal?x=1` } })

    const error = await failure(client.request(REMOVE))

    expect(error).toMatchObject({ code: 'PINGONE_UNEXPECTED_RESPONSE', delivery: 'unknown', status })
    expect(error.message).toContain(`redirect to 127.0.0.1:${canary.port}`)
    expect(canary.seen).toHaveLength(0)
  })
})

describe('sending again', () => {
  const lost: [string, Reply][] = [
    ['500', problem(500, 'UNEXPECTED_ERROR')],
    ['502 with a page', { status: 502, headers: { 'content-type': 'text/html' }, text: '<html>' }],
    ['a closed connection', reset],
    ['an answer that is cut off', cutOff],
    ['no answer', never],
  ]

  it.each([...lost, ['429', problem(429, 'REQUEST_LIMITED')], ['503', { status: 503 }]] as [string, Reply][])(
    'reads again after %s',
    async (_, reply) => {
      const { peer, client } = await bench({ timeouts: { attemptMs: 200 } })
      peer.onApi(reply, { json: { fine: true } })

      const { data } = await client.request(GET)

      expect(data).toEqual({ fine: true })
    },
  )

  it.each([...lost, ['503 without Retry-After', { status: 503 }]] as [string, Reply][])(
    'never changes again after %s',
    async (_, reply) => {
      const { peer, client } = await bench({ timeouts: { attemptMs: 200 } })
      peer.onApi(reply, { status: 204 })

      const error = await failure(client.request(REMOVE))

      expect(error.delivery).toBe('unknown')
      expect(peer.apiRequests()).toHaveLength(1)
    },
  )

  it.each([
    ['429', problem(429, 'REQUEST_LIMITED')],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }],
  ] as [string, Reply][])('changes again after %s', async (_, reply) => {
    const { peer, client } = await bench()
    peer.onApi(reply, { status: 204 })

    expect(await client.request(REMOVE)).toMatchObject({ status: 204 })
  })

  it('does not repeat a refusal', async () => {
    const { peer, client } = await bench()
    peer.onApi(problem(400, 'INVALID_DATA'), { json: {} })

    await failure(client.request(GET))

    expect(peer.apiRequests()).toHaveLength(1)
  })

  it('waits longer each time, the second half of the wait by chance, and gives up after four attempts', async () => {
    const { peer, client, clock } = await bench({ random: () => 0 })
    peer.onApi(problem(500, 'UNEXPECTED_ERROR'))

    const error = await failure(client.request(GET))

    expect(error).toMatchObject({ code: 'PINGONE_UNAVAILABLE', status: 500, correlationId: CORRELATION_ID })
    expect(clock.sleeps).toEqual([125, 250, 500])
    expect(peer.apiRequests()).toHaveLength(4)
  })

  it.each([
    ['in seconds', '3'],
    ['as a date', 'Tue, 24 Nov 2026 12:00:03 GMT'],
    ['as a date of the old form', 'Tuesday, 24-Nov-26 12:00:03 GMT'],
  ])('waits as long as Retry-After says %s', async (_, value) => {
    const { peer, client, clock } = await bench()
    peer.onApi(problem(429, 'REQUEST_LIMITED', [], { 'retry-after': value }), { json: {} })

    await client.request(GET)

    expect(clock.sleeps).toEqual([3_000])
  })

  it.each(['soon', '-1', '1.5', 'Tue', '2026-11-24T12:00:03Z'])(
    'waits as usual where Retry-After is %j',
    async (value) => {
      const { peer, client, clock } = await bench()
      peer.onApi(problem(429, 'REQUEST_LIMITED', [], { 'retry-after': value }), { json: {} })

      await client.request(GET)

      expect(clock.sleeps).toEqual([187.5])
    },
  )

  it('fails at once where Retry-After exceeds what is left of the time, and tells the seconds', async () => {
    const { peer, client, clock } = await bench()
    peer.onApi(problem(429, 'REQUEST_LIMITED', [], { 'retry-after': '45' }))

    const error = await failure(client.request(REMOVE))

    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      delivery: 'refused',
      retryAfterSeconds: 45,
      next: 'Try again in 45 s.',
    })
    expect(error.message).toContain('wait 45 s')
    expect(clock.sleeps).toEqual([])
  })

  it('keeps the waits of all attempts together within the budget', async () => {
    const { peer, client, clock } = await bench()
    peer.onApi(problem(429, 'REQUEST_LIMITED', [], { 'retry-after': '9' }))

    const error = await failure(client.request(GET))

    expect(error.code).toBe('RATE_LIMITED')
    expect(clock.sleeps).toEqual([9_000, 9_000])
  })

  it('takes the budget of the request where it has one', async () => {
    const { peer, client, clock } = await bench()
    peer.onApi(problem(429, 'REQUEST_LIMITED', [], { 'retry-after': '2' }))

    await failure(client.request({ ...GET, budgetMs: 3_000 }))

    expect(clock.sleeps).toEqual([2_000])
  })

  it('sends nothing once the budget is used up', async () => {
    const { peer, client } = await bench()

    const error = await failure(client.request({ ...REMOVE, budgetMs: 0 }))

    expect(error).toMatchObject({ code: 'PINGONE_UNAVAILABLE', delivery: 'not_sent' })
    expect(peer.apiRequests()).toHaveLength(0)
  })

  it('leaves a change that was refused, then lost, open', async () => {
    const { peer, client } = await bench()
    peer.onApi(problem(429, 'REQUEST_LIMITED'), reset)

    expect(await failure(client.request(REMOVE))).toMatchObject({ delivery: 'unknown' })
  })
})

describe('a time-out', () => {
  it.each([
    ['before the answer', never],
    ['in the middle of it', { raw: (r) => r.writeHead(200, { 'content-type': 'application/json' }).write('{') }],
  ] as [string, Reply][])('leaves a change open: %s', async (_, reply) => {
    const { peer, client } = await bench()
    peer.onApi(reply)

    const error = await failure(client.request({ ...REMOVE, timeoutMs: 150 }))

    expect(error).toMatchObject({ code: 'PINGONE_UNAVAILABLE', delivery: 'unknown' })
  })

  it('does not matter to a refusal whose body does not end', async () => {
    const { peer, client } = await bench()
    peer.onApi({ raw: (r) => r.writeHead(404, { 'content-type': 'application/json' }).write('{') })

    const error = await failure(client.request({ ...REMOVE, timeoutMs: 150 }))

    expect(error).toMatchObject({ code: 'NOT_FOUND', delivery: 'refused' })
  })

  it('means not sent where there was no connection', async () => {
    const closed = await startOther()
    await closed.close()
    const { client, peer } = await bench({ connection: { apiUrl: `${closed.url}/v1` } })

    const error = await failure(client.request(REMOVE))

    expect(error).toMatchObject({ code: 'PINGONE_UNAVAILABLE', delivery: 'not_sent' })
    expect(error.message).toContain('ECONNREFUSED')
    expect(peer.tokenRequests()).toHaveLength(1)
  })
})

describe('cancelling', () => {
  it('before the request means not sent', async () => {
    const { peer, client } = await bench()

    const error = await failure(client.request({ ...REMOVE, signal: AbortSignal.abort() }))

    expect(error).toMatchObject({
      code: 'PINGONE_UNAVAILABLE',
      message: 'The call was cancelled',
      delivery: 'not_sent',
    })
    expect(peer.seen).toHaveLength(0)
  })

  it('while the answer is awaited leaves a change open, and closes the connection', async () => {
    const { peer, client } = await bench()
    const cancel = new AbortController()
    const closed = new Promise<void>((resolve) => {
      peer.onApi({
        raw: (_, request) => {
          request.socket.on('close', () => resolve())
          cancel.abort()
        },
      })
    })

    const error = await failure(client.request({ ...REMOVE, signal: cancel.signal }))

    expect(error).toMatchObject({ code: 'PINGONE_UNAVAILABLE', message: 'The call was cancelled', delivery: 'unknown' })
    await closed
  })

  it('while waiting for another attempt leaves a change refused', async () => {
    const cancel = new AbortController()
    const clock = createFakeClock()
    clock.sleep = async (_, signal) => {
      cancel.abort()
      signal?.throwIfAborted()
    }
    const { peer, client } = await bench({ clock })
    peer.onApi(problem(429, 'REQUEST_LIMITED'))

    const error = await failure(client.request({ ...REMOVE, signal: cancel.signal }))

    expect(error).toMatchObject({ message: 'The call was cancelled', delivery: 'refused' })
    expect(peer.apiRequests()).toHaveLength(1)
  })

  it('while all connections are busy means not sent, and nothing is sent later', async () => {
    const { peer, client } = await bench()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    peer.onApi(async () => {
      await gate
      return { json: {} }
    })
    await client.request({ ...GET, timeoutMs: 50, budgetMs: 60 }).catch(() => {})
    const busy = Array.from({ length: 16 }, () => client.request({ ...GET, timeoutMs: 5_000 }))
    const cancel = new AbortController()
    const waiting = failure(client.request({ ...REMOVE, signal: cancel.signal }))
    await pause(50)

    cancel.abort()
    const error = await waiting
    release()
    await Promise.all(busy)
    await client.request(GET)

    expect(error).toMatchObject({ message: 'The call was cancelled', delivery: 'not_sent' })
    expect(peer.apiRequests().filter((seen) => seen.method === 'DELETE')).toHaveLength(0)
  })
})
