import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIssuer, type TestIssuer } from './issuer.ts'
import { type Answer, MCP_HEADERS, openService, sayTo, type TestService } from './service.ts'

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }

describe('the service', () => {
  let issuer: TestIssuer
  let service: TestService
  let authorization: string
  beforeAll(async () => {
    issuer = await openIssuer()
    service = await openService({ issuer })
    authorization = `Bearer ${await issuer.token({ subject: 'kim', audience: service.audience })}`
  })
  afterAll(async () => {
    await service.close()
    await issuer.close()
  })

  const post = (body: string | Buffer, headers: Record<string, string | string[]> = {}, chunked = false) =>
    service.send({
      method: 'POST',
      path: '/mcp',
      body,
      chunked,
      headers: { ...MCP_HEADERS, authorization, ...headers },
    })
  const isWell = async () => expect(await post(JSON.stringify(LIST))).toMatchObject({ status: 200 })
  const raw = (lines: string[], body = '') => sayTo(service.port, [...lines, '', body].join('\r\n'))
  const statusesOf = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

  describe('answers under its own name alone:', () => {
    it.each([
      'evil.example.com',
      'localhost.evil.example.com',
      'localhost',
      'localhost:1',
      'localhost:99999',
      '127.0.0.1.nip.io',
      'evil@localhost',
      '0.0.0.0',
      'localhost evil',
    ])('not %j', async (host) => {
      const given = host.includes(':') || host === '' || host.includes(' ') ? host : `${host}:${service.port}`
      const name = host === 'localhost' ? host : given
      const { status, body } = await post(JSON.stringify(LIST), { host: name })
      expect([400, 421]).toContain(status)
      expect(body).not.toContain('list_mfa_devices')
    })

    it('not with a user or a path written into the name', async () => {
      for (const host of [
        `evil@localhost:${service.port}`,
        `localhost:${service.port}/x`,
        `localhost:${service.port}?`,
      ]) {
        const answer = await raw(
          [
            'POST /mcp HTTP/1.1',
            `Host: ${host}`,
            `Authorization: ${authorization}`,
            ...Object.entries(MCP_HEADERS).map(([name, value]) => `${name}: ${value}`),
            `Content-Length: ${JSON.stringify(LIST).length}`,
            'Connection: close',
          ],
          JSON.stringify(LIST),
        )
        expect({ host, statuses: statusesOf(answer) }).toEqual({ host, statuses: [expect.toBeOneOf([400, 421])] })
      }
    })

    it.each(['localhost', '127.0.0.1', '[::1]'])('but under %s', async (name) => {
      expect(await post(JSON.stringify(LIST), { host: `${name}:${service.port}` })).toMatchObject({ status: 200 })
    })

    it('whatever a proxy header says', async () => {
      const forwarded = {
        'x-forwarded-host': 'evil.example.com',
        'x-forwarded-proto': 'https',
        forwarded: 'host=evil.example.com',
        'x-original-url': '/metrics',
        'x-http-method-override': 'DELETE',
      }
      const listed = await post(JSON.stringify(LIST), forwarded)
      expect(listed.status).toBe(200)
      const metadata = await service.send({ path: '/.well-known/oauth-protected-resource', headers: forwarded })
      expect(metadata.body).not.toContain('evil')
      const challenge = await service.send({
        method: 'POST',
        path: '/mcp',
        headers: { ...MCP_HEADERS, ...forwarded },
        body: '{}',
      })
      expect(JSON.stringify(challenge)).not.toContain('evil')
    })

    it.each(['https://evil.example.com', 'null', 'http://localhost:1', 'file://', ''])(
      'not to pages of %j',
      async (origin) => {
        expect(await post(JSON.stringify(LIST), { origin })).toMatchObject({ status: 403 })
      },
    )

    it('and lets no page of another origin ask first', async () => {
      const asked = await service.send({
        method: 'OPTIONS',
        path: '/mcp',
        headers: { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' },
      })
      expect(asked.headers['access-control-allow-origin']).toBeUndefined()
      expect(asked.status).toBe(403)
    })
  })

  describe('takes a body of 1 MB and no more:', () => {
    const sized = (bytes: number) => {
      const frame = JSON.stringify({ ...LIST, params: { _meta: { filler: '' } } })
      return frame.replace('"filler":""', `"filler":"${'x'.repeat(bytes - frame.length)}"`)
    }

    it.each([false, true])('just under, chunked: %j', async (chunked) => {
      expect(await post(sized(1_000_000), {}, chunked)).toMatchObject({ status: 200 })
    })

    it.each([false, true])('just over, chunked: %j', async (chunked) => {
      expect(await post(sized(1_000_001), {}, chunked)).toMatchObject({ status: 413 })
      await isWell()
    })

    it('a compressed one is not unpacked', async () => {
      const body = gzipSync(Buffer.from(sized(900_000)))
      expect(await post(body, { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
      await isWell()
    })

    it('one of somebody unknown is not read', async () => {
      // Were it read, there would be no answer: the rest never comes.
      const answer = await raw(
        [
          'POST /mcp HTTP/1.1',
          `Host: localhost:${service.port}`,
          ...Object.entries(MCP_HEADERS).map(([name, value]) => `${name}: ${value}`),
          'Transfer-Encoding: chunked',
        ],
        '5\r\nabcde\r\n',
      )
      expect(statusesOf(answer)).toEqual([401])
    })
  })

  const REFUSED: [string, string | Buffer][] = [
    ['nothing', ''],
    ['no JSON', '{"jsonrpc":'],
    ['a text', '"tools/list"'],
    ['a number', '1'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['an empty object', '{}'],
    ['a list of lists', '[[]]'],
    ['deeply nested lists', '['.repeat(400_000) + ']'.repeat(400_000)],
    ['deeply nested objects', `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`],
    ['a huge list', `[${'1,'.repeat(400_000)}1]`],
    ['a huge batch', JSON.stringify(Array.from({ length: 10_000 }, () => LIST))],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x7b, 0x7d, 0xc3, 0x28])],
    ['a byte order mark alone', Buffer.from([0xef, 0xbb, 0xbf])],
    ['another version', JSON.stringify({ ...LIST, jsonrpc: '1.0' })],
    ['an id that is an object', JSON.stringify({ ...LIST, id: {} })],
    ['a prototype', '{"__proto__":{"jsonrpc":"2.0","id":1,"method":"tools/list"}}'],
  ]
  it.each(REFUSED)('refuses %s as a message, and goes on', async (_what, body) => {
    const answer = await post(body)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers['x-request-id']).toBeDefined()
    await isWell()
  })

  it('takes deep nesting inside arguments without falling over', async () => {
    const depth = 200_000
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_mfa_devices","arguments":{"email":${deep}}}}`
    const answer = await post(body)
    expect(answer.status).toBeLessThan(500)
    expect(answer.body).not.toContain('"status":"ok"')
    await isWell()
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('takes no body of the type %j', async (type) => {
    expect(await post(JSON.stringify(LIST), { 'content-type': type })).toMatchObject({ status: 415 })
  })

  it.each(['text/html', 'application/json', 'text/event-stream', '*/*'])(
    'answers or refuses who accepts %j',
    async (accept) => {
      const { status } = await post(JSON.stringify(LIST), { accept })
      expect([200, 406]).toContain(status)
    },
  )

  describe('knows its methods:', () => {
    const ROUTES = [
      '/',
      '/mcp',
      '/mcp/',
      '/healthz',
      '/readyz',
      '/metrics',
      '/.well-known/oauth-protected-resource',
      '/approvals',
      '/approvals/0123456789abcdef',
      '/approvals/callback',
      '/approvals/sign-out',
      '/nothing',
      '//mcp',
      '/%2e%2e/mcp',
    ]
    it.each(['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])(
      '%s changes and breaks nothing',
      async (method) => {
        for (const path of ROUTES) {
          const { status, body } = await service.send({
            method,
            path,
            headers: { authorization, 'x-secret': 'echoed' },
          })
          expect({ method, path, status: status < 500 || (path === '/readyz' && status === 503) }).toEqual({
            method,
            path,
            status: true,
          })
          expect(body).not.toContain('echoed')
          if (method === 'HEAD') expect(body).toBe('')
        }
        await isWell()
      },
    )

    it.each(['GET', 'DELETE', 'PUT', 'PATCH'])('%s of /mcp is not allowed', async (method) => {
      const answer = await service.send({ method, path: '/mcp', headers: { ...MCP_HEADERS, authorization } })
      expect(answer.status).toBe(405)
      expect(answer.headers.allow).toContain('POST')
    })
  })

  describe('is not confused by', () => {
    const head = () => [
      `Host: localhost:${service.port}`,
      `Authorization: ${authorization}`,
      ...Object.entries(MCP_HEADERS).map(([name, value]) => `${name}: ${value}`),
    ]
    const hidden = () => `GET /metrics HTTP/1.1\r\nHost: localhost:${service.port}\r\n\r\n`

    it('a length beside chunks', async () => {
      const answer = await raw(
        ['POST /mcp HTTP/1.1', ...head(), 'Content-Length: 4', 'Transfer-Encoding: chunked'],
        `0\r\n\r\n${hidden()}`,
      )
      expect(statusesOf(answer)).toEqual([400])
    })
    it('two lengths', async () => {
      const answer = await raw(
        ['POST /mcp HTTP/1.1', ...head(), 'Content-Length: 0', `Content-Length: ${hidden().length}`],
        hidden(),
      )
      expect(statusesOf(answer)).toEqual([400])
    })
    it('an encoding that it does not know', async () => {
      const answer = await raw(
        ['POST /mcp HTTP/1.1', ...head(), 'Transfer-Encoding: chunked, identity'],
        `0\r\n\r\n${hidden()}`,
      )
      expect(statusesOf(answer)[0]).toBe(400)
      expect(statusesOf(answer)).toHaveLength(1)
    })
    it('two names', async () => {
      const answer = await raw([
        'GET /approvals HTTP/1.1',
        `Host: localhost:${service.port}`,
        'Host: evil.example.com',
        'Connection: close',
      ])
      expect(statusesOf(answer)).toEqual([expect.toBeOneOf([400, 421])])
    })
    it('an address with another name in it', async () => {
      const answer = await raw([
        'GET http://evil.example.com/approvals HTTP/1.1',
        `Host: localhost:${service.port}`,
        'Connection: close',
      ])
      expect([400, 403, 404, 421]).toContain(statusesOf(answer)[0])
    })
    it('a tunnel or another protocol', async () => {
      const connected = await sayTo(
        service.port,
        `CONNECT evil.example.com:443 HTTP/1.1\r\nHost: evil.example.com\r\n\r\n`,
      )
      expect(connected).not.toContain(' 200 ')
      const upgraded = await raw([
        'GET /approvals HTTP/1.1',
        `Host: localhost:${service.port}`,
        'Connection: Upgrade, close',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ])
      expect(statusesOf(upgraded)).not.toContain(101)
    })
    it('a body that waits to be asked for, where nobody wants it', async () => {
      const answer = await raw([
        'POST /mcp HTTP/1.1',
        ...head().filter((line) => !line.startsWith('Authorization')),
        'Expect: 100-continue',
        'Content-Length: 900000',
      ])
      expect(statusesOf(answer)).toContain(401)
    })
    it('a client of the last century', async () => {
      expect(statusesOf(await raw(['GET /healthz HTTP/1.0']))).toEqual([200])
      for (const path of ['/approvals', '/mcp']) {
        expect(statusesOf(await raw([`GET ${path} HTTP/1.0`, `Authorization: ${authorization}`]))).toEqual([421])
      }
      expect(statusesOf(await raw(['GET /approvals']))).toEqual([expect.toBeOneOf([400, 421])])
    })
    it('a line break in a header', async () => {
      const answer = await raw([
        'GET /approvals/sign-in?return=/approvals%0d%0aSet-Cookie:%20a=b HTTP/1.1',
        `Host: localhost:${service.port}`,
        'Connection: close',
      ])
      expect(answer).not.toMatch(/^set-cookie: a=b/im)
    })
    it('many requests at once on one connection', async () => {
      const one = `GET /healthz HTTP/1.1\r\nHost: localhost:${service.port}\r\n\r\n`
      const last = one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
      expect(statusesOf(await sayTo(service.port, one.repeat(200) + last))).toEqual(
        Array.from({ length: 201 }, () => 200),
      )
    })
  })

  it('tells nothing of its insides in an error, and names the request', async () => {
    const answers: Answer[] = [await post('{'), await service.send({ path: '/nothing' }), await post('null')]
    for (const { body } of answers) expect(body).not.toMatch(/\bat .*\.ts|node_modules|stack/i)
    expect(service.log.join('\n')).not.toContain('http.broken')
  })
})
