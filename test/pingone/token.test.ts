import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/lib/errors.ts'
import type { BenchOptions } from './bench-client.ts'
import {
  bench,
  CLIENT_ID,
  CLIENT_SECRET,
  DEVICE_PATH,
  ENVIRONMENT_PATH,
  failure,
  peer as startOther,
  WORKER_ENVIRONMENT_ID,
} from './bench-client.ts'
import type { Reply } from './scripted-peer.ts'
import { ACCESS_TOKEN, CORRELATION_ID, cutOff, never, problem, reset } from './scripted-peer.ts'

const GET = { method: 'GET', path: ENVIRONMENT_PATH } as const
const REMOVE = { method: 'DELETE', path: DEVICE_PATH } as const

function token(name: string, expiresIn: unknown = 3600): Reply {
  return { json: { access_token: name, token_type: 'Bearer', expires_in: expiresIn } }
}

function oauthError(status: number, error: string, text: string): Reply {
  return { status, json: { error, error_description: `${text} (Correlation ID: ${CORRELATION_ID})` } }
}

const invalidToken = problem(401, 'ACCESS_FAILED', [{ code: 'INVALID_TOKEN', message: 'Expired.' }])

describe('asking for a token', () => {
  it('sends the credentials by HTTP Basic and not in the body', async () => {
    const { peer, client } = await bench()

    await client.request(GET)

    const [asked] = peer.tokenRequests()
    expect(asked?.path).toBe(`/${WORKER_ENVIRONMENT_ID}/as/token`)
    expect(Buffer.from(asked!.headers['authorization']!.slice('Basic '.length), 'base64').toString()).toBe(
      `${CLIENT_ID}:${CLIENT_SECRET}`,
    )
    expect(asked?.body).toBe('grant_type=client_credentials')
  })

  it('sends the credentials in the body and no header where the application is set to post', async () => {
    const { peer, client } = await bench({ connection: { tokenAuthMethod: 'post' } })

    await client.request(GET)

    const [asked] = peer.tokenRequests()
    expect(asked?.headers['authorization']).toBeUndefined()
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    })
  })

  it('keeps the path of an auth URL that has one', async () => {
    const auth = await startOther()
    const { client } = await bench({ connection: { authUrl: `${auth.url}/tenant/auth` } })

    await client.request(GET)

    expect(auth.tokenRequests()[0]?.path).toBe(`/tenant/auth/${WORKER_ENVIRONMENT_ID}/as/token`)
  })

  it('asks once for requests that come at the same time', async () => {
    const { peer, client } = await bench()

    await Promise.all(Array.from({ length: 8 }, () => client.request(GET)))

    expect(peer.tokenRequests()).toHaveLength(1)
    expect(peer.apiRequests()).toHaveLength(8)
  })

  it('keeps the token for the others when one caller gives up', async () => {
    const { peer, client } = await bench()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    peer.onToken(async () => {
      await gate
      return token('shared')
    })
    const leaving = new AbortController()
    const first = failure(client.request({ ...GET, signal: leaving.signal }))
    const second = client.request(GET)

    leaving.abort()
    const gaveUp = await first
    release()
    await second

    expect(gaveUp).toMatchObject({ code: 'PINGONE_UNAVAILABLE', delivery: 'not_sent' })
    expect(peer.tokenRequests()).toHaveLength(1)
    expect(peer.apiRequests().map((seen) => seen.headers['authorization'])).toEqual(['Bearer shared'])
  })

  it('uses the token until shortly before it ends', async () => {
    const { peer, client, clock } = await bench()

    await client.request(GET)
    clock.advance(3_539_000)
    await client.request(GET)
    expect(peer.tokenRequests()).toHaveLength(1)
    clock.advance(2_000)
    await client.request(GET)

    expect(peer.tokenRequests()).toHaveLength(2)
  })

  it('asks anew after a failure', async () => {
    const { peer, client } = await bench()
    peer.onToken(oauthError(401, 'invalid_client', 'No.'), token('later'))

    await failure(client.request(GET))
    const { status } = await client.request(GET)

    expect(status).toBe(200)
  })

  it.each([
    ['429', { status: 429 }],
    ['500', { status: 500, text: 'oops' }],
    ['a closed connection', reset],
    ['an answer that is cut off', cutOff],
  ])('asks again after %s', async (_, reply) => {
    const { peer, client } = await bench()
    peer.onToken(reply, token('second'))

    await client.request(GET)

    expect(peer.apiRequests()[0]?.headers['authorization']).toBe('Bearer second')
  })

  it('asks again after no answer', async () => {
    const { peer, client } = await bench({ timeouts: { attemptMs: 200 } })
    peer.onToken(never, token('second'))

    await client.request(GET)

    expect(peer.tokenRequests()).toHaveLength(2)
  })

  it('waits for Retry-After', async () => {
    const { peer, client, clock } = await bench()
    peer.onToken({ status: 429, headers: { 'retry-after': '7' } }, token('second'))

    await client.request(GET)

    expect(clock.sleeps).toEqual([7_000])
  })

  it('passes on why there is no secret, under its own code', async () => {
    const { client, peer } = await bench({
      secret: () =>
        Promise.reject(new AppError('NOT_CONFIGURED', 'PINGONE_CLIENT_SECRET is missing', { next: 'Set it.' })),
    })

    const error = await failure(client.request(GET))

    expect(error).toMatchObject({ code: 'NOT_CONFIGURED', next: 'Set it.', delivery: 'not_sent' })
    expect(peer.seen).toHaveLength(0)
  })
})

describe('a token that the API does not accept', () => {
  it('is replaced once, and a change is sent again with the fresh one', async () => {
    const { peer, client } = await bench()
    peer.onToken(token('old'), token('new'))
    peer.onApi(invalidToken, { status: 204 })

    const { status } = await client.request(REMOVE)

    expect(status).toBe(204)
    expect(peer.apiRequests().map((seen) => seen.headers['authorization'])).toEqual(['Bearer old', 'Bearer new'])
  })

  it('is AUTH_FAILED where the fresh one is not accepted either', async () => {
    const { peer, client } = await bench()
    peer.onApi(invalidToken)

    const error = await failure(client.request(REMOVE))

    expect(error).toMatchObject({
      code: 'AUTH_FAILED',
      status: 401,
      delivery: 'refused',
      correlationId: CORRELATION_ID,
    })
    expect(peer.tokenRequests()).toHaveLength(2)
    expect(peer.apiRequests()).toHaveLength(2)
  })

  it('is replaced once for all requests that held it', async () => {
    const { peer, client } = await bench()
    peer.onToken(token('old'), token('new'))
    peer.onApi((seen) => (seen.headers['authorization'] === 'Bearer old' ? invalidToken : { json: {} }))

    await Promise.all(Array.from({ length: 5 }, () => client.request(GET)))

    expect(peer.tokenRequests()).toHaveLength(2)
  })

  it('leaves a change refused where no fresh one can be had', async () => {
    const { peer, client } = await bench()
    peer.onToken(token('old'), oauthError(401, 'invalid_client', 'No.'))
    peer.onApi(invalidToken)

    const error = await failure(client.request(REMOVE))

    expect(error).toMatchObject({ code: 'AUTH_FAILED', delivery: 'refused' })
  })
})

describe('a refusal of the token endpoint', () => {
  interface Expected {
    code: string
    message: RegExp
    next: RegExp
  }
  const cases: [string, Reply, BenchOptions['connection'], Expected][] = [
    [
      'names the other method where the application wants post',
      oauthError(401, 'invalid_client', 'Request denied: Unsupported authentication method'),
      {},
      { code: 'AUTH_FAILED', message: /by the method "basic"/, next: /PINGONE_TOKEN_AUTH_METHOD to "post"/ },
    ],
    [
      'names the other method where the application wants basic',
      oauthError(401, 'invalid_client', 'Request denied: Unsupported authentication method'),
      { tokenAuthMethod: 'post' },
      { code: 'AUTH_FAILED', message: /by the method "post"/, next: /PINGONE_TOKEN_AUTH_METHOD to "basic"/ },
    ],
    [
      'points at the credentials and where they belong',
      oauthError(401, 'invalid_client', 'Request denied: Invalid client credentials'),
      {},
      {
        code: 'AUTH_FAILED',
        message: /client id and client secret/,
        next: /PINGONE_CLIENT_ID .*PINGONE_WORKER_ENVIRONMENT_ID .*PINGONE_REGION/,
      },
    ],
    [
      'points at the roles',
      oauthError(403, 'access_denied', 'Request denied: Application does not have any role assignments'),
      {},
      { code: 'AUTH_FAILED', message: /no roles/, next: /Assign roles/ },
    ],
    [
      'points at the type of the application',
      oauthError(400, 'unauthorized_client', 'Request denied'),
      {},
      { code: 'AUTH_FAILED', message: /client credentials/, next: /type Worker/ },
    ],
    [
      'points at the environment and the region',
      problem(404, 'NOT_FOUND'),
      {},
      {
        code: 'AUTH_FAILED',
        message: /does not know the environment/,
        next: /PINGONE_ENVIRONMENT_ID .*PINGONE_REGION/,
      },
    ],
    [
      'is told for anything else',
      { status: 418, text: '<p>' },
      {},
      { code: 'AUTH_FAILED', message: /HTTP 418/, next: /client secret/ },
    ],
    [
      'is RATE_LIMITED for good',
      { status: 429 },
      {},
      { code: 'RATE_LIMITED', message: /token endpoint limits/, next: /Try again/ },
    ],
    [
      'is PINGONE_UNAVAILABLE for good',
      { status: 502, text: '<html>' },
      {},
      { code: 'PINGONE_UNAVAILABLE', message: /HTTP 502/, next: /again/ },
    ],
    [
      'tells that a page is no token',
      { headers: { 'content-type': 'text/html' }, text: '<html>' },
      {},
      { code: 'PINGONE_UNEXPECTED_RESPONSE', message: /web page/, next: /PINGONE_AUTH_URL/ },
    ],
    [
      'tells that nothing is no token',
      { text: '' },
      {},
      { code: 'PINGONE_UNEXPECTED_RESPONSE', message: /is empty/, next: /PINGONE_AUTH_URL/ },
    ],
    [
      'takes no token that cannot be a header',
      token('a\r\nb'),
      {},
      { code: 'PINGONE_UNEXPECTED_RESPONSE', message: /no usable bearer token/, next: /PINGONE_AUTH_URL/ },
    ],
  ]

  it.each(cases)('%s', async (_, reply, connection, { code, message, next }) => {
    const { peer, client } = await bench({ connection: connection ?? {} })
    peer.onToken(reply)

    const error = await failure(client.request(REMOVE))

    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.next).toMatch(next)
    expect(error.delivery).toBe('not_sent')
    expect(peer.apiRequests()).toHaveLength(0)
  })

  it('is never repeated, nor tried by the other method', async () => {
    const { peer, client } = await bench()
    peer.onToken(oauthError(401, 'invalid_client', 'Request denied: Unsupported authentication method'))

    await failure(client.request(GET))

    expect(peer.tokenRequests()).toHaveLength(1)
  })

  it('has the correlation id that stands in its text', async () => {
    const { peer, client } = await bench()
    peer.onToken(oauthError(401, 'invalid_client', 'Request denied'))

    const error = await failure(client.request(GET))

    expect(error.correlationId).toBe(CORRELATION_ID)
  })

  it('is not a redirect that is followed', async () => {
    const canary = await startOther()
    const { peer, client } = await bench()
    peer.onToken({ status: 307, headers: { location: `http://127.0.0.1:${canary.port}/steal` } })

    const error = await failure(client.request(GET))

    expect(error.code).toBe('PINGONE_UNEXPECTED_RESPONSE')
    expect(error.message).toContain(`redirect to 127.0.0.1:${canary.port}`)
    expect(canary.seen).toHaveLength(0)
  })
})

describe('secrets', () => {
  it('stay out of every error and every log line, even where PingOne repeats them', async () => {
    const { peer, client, logged } = await bench()
    const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')
    const echo = `You sent ${CLIENT_SECRET}, ${encodeURIComponent(CLIENT_SECRET)}, ${basic} and Bearer ${ACCESS_TOKEN}`
    peer.onToken(oauthError(401, 'invalid_client', echo), {
      json: { access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 3600 },
    })
    peer.onApi(
      problem(400, 'INVALID_DATA', [
        { code: echo, target: echo, message: echo, innerError: { allowedValues: [echo] } },
      ]),
      { status: 302, headers: { location: `https://${ACCESS_TOKEN.replaceAll(/[^\w-]/g, '')}.example.com/` } },
      reset,
    )

    const errors = [
      await failure(client.request(GET)),
      await failure(client.request(GET)),
      await failure(client.request({ ...REMOVE, body: { otp: '918273' } })),
      await failure(client.request(REMOVE)),
    ]

    const everything =
      inspect(errors, { depth: 10, showHidden: true }) + errors.map(({ stack }) => stack).join() + logged.join()
    expect(everything).not.toContain(CLIENT_SECRET)
    expect(everything).not.toContain(encodeURIComponent(CLIENT_SECRET))
    expect(everything).not.toContain(basic)
    expect(everything).not.toContain(ACCESS_TOKEN)
    expect(errors.map(({ code }) => code)).toEqual([
      'AUTH_FAILED',
      'PINGONE_ERROR',
      'PINGONE_UNEXPECTED_RESPONSE',
      'PINGONE_UNAVAILABLE',
    ])
  })

  it('stay out of the text where PingOne repeats the one-time code', async () => {
    const { peer, client } = await bench()
    peer.onApi(problem(400, 'INVALID_DATA', [{ code: 'INVALID_OTP', target: 'otp', message: '918273 is wrong' }]))

    const error = await failure(client.request({ method: 'POST', path: DEVICE_PATH, body: { otp: '918273' } }))

    expect(error.code).toBe('OTP_REJECTED')
    expect(error.message).not.toContain('918273')
    expect(JSON.stringify(error.details)).not.toContain('918273')
  })
})
