import { createServer } from 'node:net'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Authenticator } from './authenticator.ts'
import { type Desk, openDesk, send } from './desk.ts'

let desk: Desk
let olga: Authenticator
let id: string

beforeEach(async () => {
  desk = await openDesk()
  olga = await desk.enrol('Olga', 'olga.approver@example.com')
  id = (await desk.ask()).id
})

/** A denial as the page sends it, with these headers instead. */
async function deny(headers: Record<string, string>, body: unknown = { reason: 'attack' }) {
  const nonce = await desk.nonceOf(`/approvals/${id}`)
  return desk.post(`/approvals/${id}/deny`, body, { 'x-console-nonce': nonce, ...headers })
}

describe('a request that is not from this console’s own page changes nothing', () => {
  test.each<[string, Record<string, string>, number]>([
    ['a foreign origin', { origin: 'https://evil.example' }, 403],
    ['the origin of another port', { origin: 'http://localhost:1' }, 403],
    ['no origin that could be named', { origin: 'null' }, 403],
    ['a foreign host', { host: 'evil.example' }, 421],
    ['an address instead of the name', { host: '127.0.0.1' }, 421],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['no word of where it comes from', { 'sec-fetch-site': '' }, 403],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 403],
    ['a form that pretends', { 'content-type': 'text/plain' }, 403],
    ['no one-time value', { 'x-console-nonce': '' }, 409],
    ['a made-up one-time value', { 'x-console-nonce': '9999999999999.abc.def' }, 409],
  ])('%s', async (_what, headers, status) => {
    const reply = await deny(headers)

    expect(reply.status).toBe(status)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('while the same request from the page counts', async () => {
    expect((await deny({})).json).toMatchObject({ ok: true })
  })

  test('the one-time value of another approval', async () => {
    const other = await desk.ask('bob@example.com')
    const nonce = await desk.nonceOf(`/approvals/${other.id}`)

    expect((await deny({ 'x-console-nonce': nonce })).status).toBe(409)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('more than 64 kB', async () => {
    expect((await deny({}, { reason: 'x'.repeat(70_000) })).status).toBe(413)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s', async (method) => {
    const { host } = new URL(desk.origin)

    expect((await send(method, `${desk.origin}/approvals/${id}`, { host })).status).toBe(405)
  })

  test.each(['deny', 'approve', 'options'])('GET …/%s', async (what) => {
    expect((await desk.get(`/approvals/${id}/${what}`)).status).toBe(404)
    expect(await desk.stateOf(id)).toBe('pending')
  })
})

describe('a page', () => {
  test.each<[string, Record<string, string>]>([
    [
      'is not shown in a frame',
      { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' },
    ],
    ['is not fetched by another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['is not fetched by another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
    ['is not loaded ahead of time', { 'sec-purpose': 'prefetch' }],
  ])('%s', async (_what, headers) => {
    expect((await desk.get(`/approvals/${id}`, headers)).status).toBe(403)
  })

  test('forbids framing, foreign content and being kept', async () => {
    const { headers } = await desk.get(`/approvals/${id}`)

    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  test.each(['/approvals', '/approvals/history', '/approvals/audit', '/approvals/approvers', '/approvals/connection'])(
    '%s tells nothing without the link that `console` prints',
    async (path) => {
      expect((await desk.get(path)).text).not.toMatch(/alice|olga/i)
    },
  )

  test('is shown to a browser that came by that link, once', async () => {
    const link = new URL(desk.pages.openUrl()).pathname
    const first = await desk.get(link)
    const cookie = String(first.headers['set-cookie'])

    expect(first.status).toBe(303)
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    expect(cookie).not.toMatch(/Domain/i)
    expect((await desk.get('/approvals', { cookie: cookie.split(';')[0] ?? '' })).text).toMatch(/alice@example\.com/)
    expect((await desk.get(link)).status).toBe(404)
  })

  test('of that link is not used up by who only looks', async () => {
    const { pathname } = new URL(desk.pages.openUrl())
    await send('HEAD', desk.origin + pathname, { host: new URL(desk.origin).host })

    expect((await desk.get(pathname)).status).toBe(303)
  })

  test('with the cookie alone decides nothing', async () => {
    const cookie = await desk.letIn()

    expect((await deny({ cookie, 'x-console-nonce': '' })).status).toBe(409)
    expect(await desk.stateOf(id)).toBe('pending')
  })
})

describe('the ports', () => {
  test('somebody who holds [::1] at the same port keeps the console from opening there', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen({ host: '::1', port: 0, ipv6Only: true }, resolve))
    const { port } = squatter.address() as { port: number }

    const other = await desk.rehearsal.again({ PINGONE_MFA_CONSOLE_PORT: String(port) })
    const pages = await other.app.console()
    squatter.close()

    expect(pages).toBeUndefined()
  })
})

describe('events', () => {
  test('tell the holder of a link what becomes of that approval', async () => {
    const events = await openEvents(`/approvals/events?approval=${id}`)
    await events.next(/"state":"pending"/)

    await desk.approve(id, olga)

    await events.next(/"state":"approved"/)
    events.close()
  })

  test('of everything are for browsers that were let in', async () => {
    expect((await desk.get('/approvals/events')).status).toBe(204)
    const events = await openEvents('/approvals/events', await desk.letIn())

    expect(await events.next(/event: pending\ndata: .*\n/)).toContain('{"count":1}')
    events.close()
  })
})

async function openEvents(path: string, cookie = '') {
  const aborter = new AbortController()
  const response = await fetch(desk.origin + path, { headers: { cookie }, signal: aborter.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    async next(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        const part = await reader?.read()
        if (part?.done !== false) throw new Error(`ended without ${String(pattern)}: ${text}`)
        text += part.value
      }
      return text
    },
    close: () => aborter.abort(),
  }
}
