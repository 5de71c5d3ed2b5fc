import { createHash, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Console, openConsole } from '../../src/console/console.ts'
import { createRoutes } from '../../src/console/routes.ts'
import { loopbackSite } from '../../src/console/site.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { type Desk, openDesk, PASSPHRASE } from '../cli/desk.ts'
import { type Answer, ask, say, squat } from './loopback.ts'

const ALICE = 'alice@example.com'
const BOB = 'bob@example.com'

let desk: Desk
let pages: Console
let port: number
const openPages = async () => {
  desk = await openDesk()
  await desk.enrol()
  pages = (await desk.app.console()) as Console
  port = Number(new URL(pages.url).port)
}
const closePages = () => desk[Symbol.asyncDispose]()

const askReset = (email = ALICE, reason?: string) => desk.ask('resetMfaDevices', { email, ...(reason && { reason }) })
const pageOf = async (id: string) => (await ask(port, { path: `/approvals/${id}` })).body

async function approve(id: string) {
  const approvals = await desk.app.approvals()
  const [approver] = await (await desk.app.approvers()).list()
  const { digest = '' } = (await approvals.find(id)) ?? {}
  if (approver === undefined) throw new Error('nobody is enrolled')
  const result = await approvals.approve({ id, digest, approver, passphrase: new Secret(PASSPHRASE) })
  expect(result).toMatchObject({ approved: true })
}

/** What a console needs that is opened beside the program's own. */
async function partsOf({ app }: Desk) {
  return {
    store: await app.store(),
    approvals: await app.approvals(),
    approvers: await app.approvers(),
    enrolments: {} as never,
    vouching: {} as never,
    catalog: app.catalog,
    search: app.search,
    health: () => app.health(),
    clock: systemClock,
    randomBytes,
    log: app.log,
  }
}

function expectClosed({ headers }: Answer) {
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
  )
  expect(headers).toMatchObject({
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(Object.keys(headers).filter((name) => /^access-control-|^set-cookie|^server$|^x-powered/.test(name))).toEqual(
    [],
  )
}

describe('who is answered', () => {
  beforeAll(openPages)
  afterAll(closePages)

  test.each([
    ['its own name', { headers: {} }, 200],
    ['its own origin', { headers: { origin: 'OWN' } }, 200],
    ['the address instead of the name', { headers: { host: '127.0.0.1:PORT' } }, 421],
    ['the other address', { headers: { host: '[::1]:PORT' } }, 421],
    ['a name that somebody points at this machine', { headers: { host: 'evil.example:PORT' } }, 421],
    ['a name that ends like its own', { headers: { host: 'localhost.evil.example:PORT' } }, 421],
    ['its name without the port', { headers: { host: 'localhost' } }, 421],
    ['its name with another port', { headers: { host: 'localhost:1' } }, 421],
    ['an empty name', { headers: { host: '' } }, 421],
    ['another origin', { headers: { origin: 'https://evil.example' } }, 403],
    ['no origin that can be named', { headers: { origin: 'null' } }, 403],
    ['the same name by TLS', { headers: { origin: 'https://localhost:PORT' } }, 403],
    ['a page of another port', { headers: { origin: 'http://localhost:1' } }, 403],
  ] as [string, { headers: Record<string, string> }, number][])('%s', async (_who, { headers }, status) => {
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('PORT', String(port)).replace('OWN', `http://localhost:${port}`),
      ]),
    )

    const answer = await ask(port, { headers: own })

    expect(answer.status).toBe(status)
    expectClosed(answer)
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('nobody who says %s', async (method) => {
    const { id } = await askReset()

    const answer = await ask(port, { method, path: `/approvals/${id}` })

    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD, POST')
    expectClosed(answer)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test.each([
    '/approvals/nope',
    '/approvals/%00',
    '/approvals/..%2f..%2fetc%2fpasswd',
    '/approvals/%E0%A4%A',
    "/approvals/'%20OR%20'1'='1",
    '/approvals/__proto__',
    `/approvals/${'x'.repeat(5000)}`,
    '/approvals/a/b',
    '/approvals/',
    '/favicon.ico',
    '/approvals/connection.json',
    '//evil.example/approvals',
    '/\\evil.example',
    '/approvals/%',
  ])('nothing at %s', async (path) => {
    const answer = await ask(port, { path })

    expect([400, 404]).toContain(answer.status)
    expect(answer.body).not.toMatch(/passwd|proto|evil|'1'='1/)
    expectClosed(answer)
  })

  test('a request without any Host is refused', async () => {
    expect(await say(port, 'GET /approvals HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await say(port, 'GET /approvals HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.[01] 4\d\d /)
  })

  test.each([
    'GET http://evil.example/approvals HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n',
    'NOT HTTP\r\n\r\n',
    '\x16\x03\x01\x02\x00',
  ])('what is sent as %j gets nothing of an approval', async (bytes) => {
    await askReset()

    const answer = await say(port, bytes.replace('PORT', String(port)))

    expect(answer).not.toMatch(/^HTTP\/1\.1 200/)
    expect(answer).not.toContain(ALICE)
  })

  test('a mistake inside is told without its words', async () => {
    const routes = createRoutes({
      ...(await partsOf(desk)),
      approvals: { find: () => Promise.reject(new Error('SQLITE_CORRUPT in the folder of olga')) } as never,
      site: loopbackSite(80),
      nonceKey: randomBytes(32),
      closing: new AbortController().signal,
    })

    const response = await routes.request('http://localhost/approvals/any', { headers: { host: 'localhost' } })

    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/SQLITE|olga/)
    expectClosed({ status: 500, headers: Object.fromEntries(response.headers), body: '' })
  })
})

describe('where it is served', () => {
  beforeAll(openPages)
  afterAll(closePages)

  test('on both loopback addresses under one port', async () => {
    const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => ask(port, { host })))

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(pages.url).toBe(`http://localhost:${port}/approvals`)
  })

  const open = async (own: number) => openConsole({ ...(await partsOf(desk)), port: own })

  test.each(['127.0.0.1', '::1'] as const)('nowhere while another program holds the port of %s', async (held) => {
    const other = await squat(held)

    expect(await open(other.port)).toBeUndefined()

    // Neither is the half that was free kept.
    const free = await squat(held === '::1' ? '127.0.0.1' : '::1', other.port)
    await Promise.all([free.close(), other.close()])
    const opened = await open(other.port)
    expect(opened?.url).toBe(`http://localhost:${other.port}/approvals`)
    await opened?.close()
  })

  test('on another port where the first choice is half taken', async () => {
    // Hold ::1 of many ports: whichever 127.0.0.1 gives, a pair that is free on both is found.
    const held = await Promise.all(Array.from({ length: 50 }, () => squat('::1')))
    const opened = await open(0)

    expect(opened).toBeDefined()
    expect(held.map((other) => other.port)).not.toContain(Number(new URL(opened?.url ?? '').port))
    await opened?.close()
    await Promise.all(held.map((other) => other.close()))
  })

  test('no more once it is closed', async () => {
    await pages.close()

    await expect(ask(port)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a page', () => {
  beforeEach(openPages)
  afterEach(closePages)

  test.each([{}, { purpose: 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { 'x-moz': 'prefetch' }])(
    'changes nothing by being loaded (%j)',
    async (headers) => {
      const { id } = await askReset()
      const store = await desk.app.store()
      const before = (await store.auditEntries()).length

      for (const method of ['GET', 'HEAD']) await ask(port, { method, path: `/approvals/${id}`, headers })

      expect(await desk.stateOf(id)).toBe('pending')
      expect((await store.auditEntries()).length).toBe(before)
    },
  )

  test('is styled by what its policy names, and loads nothing from elsewhere', async () => {
    const { id } = await askReset()

    for (const path of ['/approvals', `/approvals/${id}`, '/approvals/nope']) {
      const { headers, body } = await ask(port, { path })
      const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? ''
      expect(headers['content-security-policy']).toContain(
        `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      )
      expect(style).not.toMatch(/@import|url\(/)
      expect(body).not.toMatch(/<(img|iframe|base|object)\b|\s(style|on\w+)=/i)
      expect(body.match(/\s(src|href|action)="(?!\/(?!\/)|#)[^"]*"/gi)).toBeNull()
      expect(body.match(/<script\b[^>]*>/g)).toEqual(['<script src="/approvals/console.js" defer>'])
    }
  })

  test('shows who asks for what, for whom, where, why and how long', async () => {
    const { id } = await askReset(ALICE, 'Lost phone, ticket 4711')

    const page = await pageOf(id)

    for (const text of [
      'Remove all 3 MFA devices of alice@example.com',
      'No factor remains: alice@example.com cannot complete',
      'Remove SMS +1•••••••0150 (Work phone)',
      'Remove TOTP',
      'test-client 1.0 over stdio',
      'Lost phone, ticket 4711',
      'not verified',
      FIXED_IDS.alice,
      `pingone-mfa-mcp approvals approve ${id}`,
    ])
      expect(page).toContain(text)
    expect(page).toMatch(/>1[45]:\d\d left</)
  })

  test('masks a number that is to be paired', async () => {
    const { id } = await desk.ask('addSmsDevice', { email: BOB, phone: '+12125550199' })

    const page = await pageOf(id)

    expect(page).toContain('+1•••••••0199')
    expect(page).not.toContain('2125550199')
  })

  test.each(['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</style><b>x', '&lt;b&gt;'])(
    'shows a device called %s as just that',
    async (nickname) => {
      desk.sandbox.levers.changeDevice(FIXED_IDS.aliceTotp, { nickname })
      const { id } = await askReset(ALICE, nickname)

      const page = await pageOf(id)

      const escaped = nickname.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      expect(page.replaceAll('&quot;', '"')).toContain(`Remove TOTP (${escaped})`)
      expect(page).not.toMatch(/<script(?! src="\/approvals\/console\.js")|<(img|b)\b/)
    },
  )

  test.each([
    ['PRODUCTION', { environmentType: 'PRODUCTION' as const, environmentName: 'Acme' }, 'PRODUCTION environment: Acme'],
    ['what cannot be read', undefined, 'This may be a PRODUCTION environment'],
  ])('says across its whole width that it is %s', async (_what, tenant, alarm) => {
    if (tenant === undefined)
      desk.sandbox.faults.add({ kind: 'forbidden', match: { path: /environments\/[^/]+$/ }, times: 5 })
    else desk.sandbox.levers.changeTenant(tenant)
    const { id } = await askReset()

    expect(await pageOf(id)).toMatch(new RegExp(`class="alarm"[^>]*>\\s*<p>${alarm}`))
  })

  test('raises no alarm for a sandbox', async () => {
    const { id } = await askReset()

    expect(await pageOf(id)).not.toContain('class="alarm"')
  })

  test('follows the state, and stops where there is nothing left to follow', async () => {
    const { id, token } = await askReset()
    const refresh = '<meta http-equiv="refresh"'
    const seen: [string, boolean, boolean][] = []
    const look = async () => {
      const page = await pageOf(id)
      const state = /data-state="(\w+)"/.exec(page)?.[1] ?? 'none'
      seen.push([state, page.includes(refresh), page.includes(`approvals approve ${id}`)])
      return page
    }
    await look()
    await approve(id)
    expect(await look()).toContain('Olga, by passphrase')
    await desk.execute(token)
    expect(await look()).toContain('<strong>removed</strong>')

    expect(seen).toEqual([
      ['pending', true, true],
      ['approved', true, false],
      ['succeeded', false, false],
    ])
  })

  test('shows a denial with its reason', async () => {
    const { id } = await askReset()
    await (await desk.app.approvals()).deny({ id, reason: 'Not <b>today</b>' })

    expect(await pageOf(id)).toContain('Not &lt;b&gt;today&lt;/b&gt;')
  })

  test('in front of all tells a browser that was not let in nothing', async () => {
    const first = await askReset()
    await askReset(BOB)

    const { body } = await ask(port)

    expect(body).toContain('not open in this browser')
    for (const text of [ALICE, BOB, first.id, 'Remove']) expect(body).not.toContain(text)
  })
})
