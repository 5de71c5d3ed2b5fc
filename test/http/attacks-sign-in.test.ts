import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { senderOf } from '../../src/http/authorize.ts'
import { type Guest, openGuest } from '../console/guest.ts'
import type { TestIssuer } from './issuer.ts'
import { openService, type TestService } from './service.ts'
import { openStubIssuer, STUB_CLIENT, type StubIssuer } from './stub-issuer.ts'

const OLGA = {
  sub: 'olga',
  email: 'olga@example.com',
  email_verified: true,
  name: 'Olga',
  groups: ['staff', 'mfa-approvers'],
}
const USER = 'alice@example.com'

let issuer: StubIssuer
let service: TestService
let id: string
let count = 0

/** Where the public URL is: behind a proxy that speaks TLS elsewhere, or on this machine. */
const PUBLIC = 'https://mfa.example.com'

const open = (env: Record<string, string> = {}) =>
  openService({
    issuer,
    env: {
      PINGONE_MFA_APPROVER_CLIENT_ID: STUB_CLIENT.id,
      PINGONE_MFA_APPROVER_CLIENT_SECRET: STUB_CLIENT.secret,
      PINGONE_MFA_APPROVER_CLAIM: 'groups=mfa-approvers',
      ...env,
    },
  })
const seconds = () => Math.floor(Date.now() / 1000)

/** A browser; signing in is the stub's doing. */
const guestOf = (at: TestService = service): Guest =>
  openGuest({ publicUrl: at.url, port: at.port, issuer: issuer as unknown as TestIssuer })

/** An approval of an assistant that nobody else has. */
async function ask(at: TestService = service, own: Record<string, unknown> = {}): Promise<string> {
  count += 1
  const token = await issuer.sign({
    iss: issuer.url,
    aud: at.audience,
    sub: `rita-${count}`,
    email: `rita-${count}@example.com`,
    scope: 'mfa:read mfa:write',
    exp: seconds() + 600,
    ...own,
  })
  const asked = await at.call(token, 'reset_mfa_devices', { email: USER })
  return asked.structured.approval.id
}

const stateOf = async (which = id, at: TestService = service) => (await (await at.app.approvals()).find(which))?.state

/** Everything but the last step. */
async function approveWith(claims: Record<string, unknown>, change: (address: URL) => void = () => {}) {
  const guest = guestOf()
  const address = new URL(issuer.comeBack(await guest.beginApproving(id), claims))
  change(address)
  return guest.comeBack(address.href)
}

beforeAll(async () => {
  issuer = await openStubIssuer()
  service = await open()
})
afterAll(async () => {
  await service.close()
  await issuer.close()
})
beforeEach(async () => {
  issuer.userinfo = {}
  issuer.metadata = {}
  id = await ask()
})

describe('an approver', () => {
  it('who is one approves, so that the refusals below mean something', async () => {
    const seen = await approveWith(OLGA)
    expect(seen).toMatchObject({ status: 303, location: `/approvals/${id}` })
    expect(await stateOf()).toBe('approved')
  })

  const REFUSED: [string, Record<string, unknown>][] = [
    ['another nonce', { nonce: 'replayed' }],
    ['no nonce', { nonce: undefined }],
    ['another client as its audience', { aud: 'somebody-else' }],
    ['two audiences and another authorized party', { aud: [STUB_CLIENT.id, 'somebody-else'], azp: 'somebody-else' }],
    ['another issuer', { iss: 'https://issuer.example.com' }],
    ['an end that is past', { exp: 1 }],
    ['no end', { exp: undefined }],
    ['no time of signing in', { auth_time: undefined }],
    ['a text as its time of signing in', { auth_time: String(seconds()) }],
    ['a time of signing in that is an hour old', { auth_time: seconds() - 3600 }],
    ['a time of signing in that is yet to come', { auth_time: seconds() + 3600 }],
    ['no person', { sub: undefined }],
    ['an empty person', { sub: '' }],
    ['a number as the person', { sub: 7 }],
    ['no email', { email: undefined }],
    ['a list of emails', { email: ['olga@example.com'] }],
    ['an email of blanks', { email: '  \u200B ' }],
    ['an email that nobody has verified', { email_verified: false }],
    ['nothing about whether the email is verified', { email_verified: undefined }],
    ['a text that says that the email is verified', { email_verified: 'true' }],
    ['another group', { groups: ['staff'] }],
    ['a group that begins the same', { groups: ['mfa-approvers-candidates'] }],
    ['a group that ends the same', { groups: ['no-mfa-approvers'] }],
    ['the group in other letters', { groups: ['MFA-Approvers'] }],
    ['the group within a text', { groups: 'staff,mfa-approvers' }],
    ['the group within a text with blanks', { groups: 'staff mfa-approvers' }],
    ['the group as the name of a field', { groups: { 'mfa-approvers': true } }],
    ['the group as a part', { groups: [['mfa-approvers']] }],
    ['the group as an object', { groups: [{ toString: 'mfa-approvers' }] }],
    ['a yes instead of groups', { groups: true }],
    ['a length instead of groups', { groups: { length: 1, 0: 'mfa-approvers' } }],
    ['no groups', { groups: undefined }],
    ['groups of nobody', { groups: null }],
    ['the group as another claim', { groups: undefined, roles: ['mfa-approvers'], group: 'mfa-approvers' }],
  ]
  it.each(REFUSED)('whose ID token has %s approves nothing', async (_what, claims) => {
    const seen = await approveWith({ ...OLGA, ...claims })
    expect(seen.status).toBe(403)
    expect(await stateOf()).toBe('pending')
  })

  it('whose ID token has the wrong groups is not asked for at userinfo', async () => {
    issuer.userinfo = { ...OLGA }
    expect(await approveWith({ ...OLGA, groups: ['staff'] })).toMatchObject({ status: 403 })
    expect(await stateOf()).toBe('pending')
  })

  it('is not somebody else of whom userinfo speaks', async () => {
    issuer.userinfo = { ...OLGA, sub: 'somebody-else' }
    expect(await approveWith({ ...OLGA, groups: undefined })).toMatchObject({ status: 403 })
    expect(await stateOf()).toBe('pending')
  })

  it('is not made by a key that is not the issuer’s', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const sign = issuer.sign
    for (const forge of [
      (claims: object) => sign(claims as never, { typ: 'JWT' }, privateKey),
      (claims: object) => sign(claims as never, { alg: 'HS256' }, new TextEncoder().encode(STUB_CLIENT.secret)),
      async (claims: object) =>
        `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`,
    ]) {
      issuer.sign = forge
      try {
        expect(await approveWith(OLGA)).toMatchObject({ status: 403 })
      } finally {
        issuer.sign = sign
      }
      expect(await stateOf()).toBe('pending')
    }
  })
})

describe('at an issuer that calls the same person differently for each client', () => {
  /** What it publishes is read when the service first needs it. */
  const elsewhere = async (subjectTypes: string[], play: (at: TestService, guest: Guest) => Promise<void>) => {
    issuer.metadata = { subject_types_supported: subjectTypes }
    const at = await open()
    try {
      await play(at, guestOf(at))
    } finally {
      await at.close()
    }
  }
  const approve = async (guest: Guest, which: string) =>
    guest.comeBack(issuer.comeBack(await guest.beginApproving(which), OLGA))

  it('nobody approves what somebody without an email asked for', async () => {
    await elsewhere(['pairwise'], async (at, guest) => {
      const which = await ask(at, { email: undefined })
      expect(await approve(guest, which)).toMatchObject({ status: 403 })
      expect(await stateOf(which, at)).toBe('pending')
    })
  })

  it('people are told apart by email', async () => {
    await elsewhere(['pairwise', 'public'], async (at, guest) => {
      const which = await ask(at)
      expect(await approve(guest, which)).toMatchObject({ status: 303 })
      expect(await stateOf(which, at)).toBe('approved')
    })
  })

  it('but at another one the subject is enough', async () => {
    await elsewhere(['public'], async (at, guest) => {
      const which = await ask(at, { email: undefined })
      expect(await approve(guest, which)).toMatchObject({ status: 303 })
      expect(await stateOf(which, at)).toBe('approved')
    })
  })
})

describe('the way back from the issuer', () => {
  const CHANGES: [string, (address: URL) => void][] = [
    ['another state', ({ searchParams }) => searchParams.set('state', 'A'.repeat(43))],
    ['no state', ({ searchParams }) => searchParams.delete('state')],
    ['two states', ({ searchParams }) => searchParams.append('state', 'x')],
    ['no code', ({ searchParams }) => searchParams.delete('code')],
    ['two codes', ({ searchParams }) => searchParams.append('code', 'x')],
    ['another code', ({ searchParams }) => searchParams.set('code', 'x')],
    ['an error beside the code', ({ searchParams }) => searchParams.set('error', 'access_denied')],
    ['the name of another issuer', ({ searchParams }) => searchParams.set('iss', 'https://issuer.example.com')],
    ['a token of its own', ({ searchParams }) => searchParams.set('id_token', 'a.b.c')],
    ['an answer as a whole', ({ searchParams }) => searchParams.set('response', 'a.b.c')],
  ]
  it.each(CHANGES)('with %s approves nothing', async (_what, change) => {
    const seen = await approveWith(OLGA, change)
    expect(seen.status).toBe(403)
    expect(await stateOf()).toBe('pending')
    expect(seen.text).not.toContain('A'.repeat(43))
  })

  it('with the code of somebody else’s sign-in approves nothing', async () => {
    const [mine, theirs] = [guestOf(), guestOf()]
    const stolen = new URL(issuer.comeBack(await theirs.beginApproving(id), OLGA)).searchParams.get('code') ?? ''
    const address = new URL(issuer.comeBack(await mine.beginApproving(id), { ...OLGA, sub: 'mallory', groups: [] }))
    address.searchParams.set('code', stolen)
    expect(await mine.comeBack(address.href)).toMatchObject({ status: 403 })
    expect(await stateOf()).toBe('pending')
  })

  it('for one approval does not serve for another', async () => {
    const guest = guestOf()
    const other = await ask()
    const [first, second] = [await guest.beginApproving(id), await guest.beginApproving(other)]
    const code = new URL(issuer.comeBack(first, OLGA)).searchParams.get('code') ?? ''
    const address = new URL(issuer.comeBack(second, OLGA))
    address.searchParams.set('code', code)
    expect(await guest.comeBack(address.href)).toMatchObject({ status: 403 })
    expect([await stateOf(), await stateOf(other)]).toEqual(['pending', 'pending'])
  })

  it('decides nothing that was decided meanwhile', async () => {
    const guest = guestOf()
    const address = issuer.comeBack(await guest.beginApproving(id), OLGA)
    await (await service.app.approvals()).deny({ id, reason: 'no' })
    const seen = await guest.comeBack(address)
    expect(seen.status).toBe(403)
    expect(await stateOf()).toBe('denied')
  })

  it('of one sign-in serves once, however many pages were opened before it', async () => {
    const guest = guestOf()
    const other = await ask()
    const [first, second] = [await guest.beginApproving(id), await guest.beginApproving(other)]
    // The issuer names the same moment for both, a little before: it has not asked anew.
    const once = { ...OLGA, sub: 'olga once', auth_time: seconds() - 2 }
    await guest.comeBack(issuer.comeBack(first, once))
    await guest.comeBack(issuer.comeBack(second, once))
    expect([await stateOf(), await stateOf(other)]).toEqual(['approved', 'pending'])
  })
})

describe('a return path', () => {
  it.each([
    'https://evil.example.com',
    '//evil.example.com',
    '/\\evil.example.com',
    '/approvals/../../evil',
    '/approvals//evil.example.com',
    '/approvals@evil.example.com',
    '/approvals\r\nset-cookie: a=b',
    '/approvals/callback?x',
    '/approvals/sign-out',
    '/approvals?x=//evil.example.com',
    'data:text/html,x',
    '/mcp',
    ' /approvals',
  ])('%j leads nowhere but to our own pages', async (path) => {
    const guest = guestOf()
    const { location } = await guest.get(`/approvals/sign-in?return=${encodeURIComponent(path)}`)
    const seen = await guest.comeBack(issuer.comeBack(location, OLGA))
    expect(seen).toMatchObject({ status: 303, location: '/approvals' })
    expect(seen.cookies.join()).not.toContain('a=b')
  })
})

describe('a page of another site', () => {
  const own = () => ({ origin: service.url, 'sec-fetch-site': 'same-origin' })
  const FOREIGN: [string, (own: Record<string, string>) => Record<string, string | undefined>][] = [
    ['with another origin', (given) => ({ ...given, origin: 'https://evil.example.com' })],
    ['with no origin', (given) => ({ ...given, origin: undefined })],
    ['with a hidden origin', (given) => ({ ...given, origin: 'null' })],
    ['with the origin of another port', (given) => ({ ...given, origin: 'http://localhost:1' })],
    ['across sites', (given) => ({ ...given, 'sec-fetch-site': 'cross-site' })],
    ['from a neighbour', (given) => ({ ...given, 'sec-fetch-site': 'same-site' })],
    ['by hand', (given) => ({ ...given, 'sec-fetch-site': 'none' })],
    ['by an old browser', (given) => ({ ...given, 'sec-fetch-site': undefined })],
  ]
  it.each(FOREIGN)('%s can send no form', async (_what, change) => {
    const guest = guestOf()
    await guest.comeBack(issuer.comeBack((await guest.get('/approvals/sign-in')).location, OLGA))
    const nonce = await guest.nonceOf(`/approvals/${id}`)
    const headers = Object.fromEntries(
      Object.entries(change(own())).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain', 'multipart/form-data']) {
      for (const path of [`/approvals/${id}/deny`, `/approvals/${id}/sign-in`, '/approvals/sign-out']) {
        const body = type.endsWith('json') ? '{}' : new URLSearchParams({ nonce, reason: 'x', digest: 'x' }).toString()
        const sent = await guest.raw('POST', path, { body, headers: { ...headers, 'content-type': type } })
        expect({ type, path, status: sent.status }).toEqual({ type, path, status: 403 })
      }
    }
    expect(await stateOf()).toBe('pending')
    // Still signed in.
    expect((await guest.get('/approvals')).text).toContain('Olga')
  })

  it('can neither include, frame nor fetch what an approver sees', async () => {
    const guest = guestOf()
    await guest.comeBack(issuer.comeBack((await guest.get('/approvals/sign-in')).location, OLGA))
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      { origin: 'https://evil.example.com' },
    ] as Record<string, string>[]) {
      const seen = await guest.raw('GET', `/approvals/${id}`, { headers })
      expect(seen.status).toBe(403)
      expect(seen.text).not.toContain(USER)
    }
  })
})

describe('every answer of the pages', () => {
  it('forbids framing, keeping and loading, also where it is an error', async () => {
    const guest = guestOf()
    const seen = [
      ...(await Promise.all(
        [
          '/',
          '/approvals',
          `/approvals/${id}`,
          '/approvals/0123456789abcdef',
          '/approvals/history',
          '/approvals/callback',
          '/approvals/callback?state=x&code=y',
          '/approvals/sign-in',
          '/approvals/console.js',
          '/approvals/icon.svg',
          '/nothing',
          '/approvals/%ff',
          '/approvals/events',
          `/approvals/${id}/deny`,
        ].map((path) => guest.get(path)),
      )),
      await guest.raw('PUT', '/approvals'),
      await guest.raw('POST', `/approvals/${id}/deny`),
      await guest.raw('GET', '/approvals', { headers: { host: 'evil.example.com' } }),
      await guest.raw('GET', '/approvals', { headers: { origin: 'https://evil.example.com' } }),
      await guest.submit('/approvals/sign-out', {}),
      await guest.submit(`/approvals/${id}/sign-in`, { nonce: 'x'.repeat(70_000) }),
    ]
    for (const { status, headers } of seen) {
      const policy = String(headers['content-security-policy'])
      expect({ status, policy }).toEqual({ status, policy: expect.stringContaining("frame-ancestors 'none'") })
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/unsafe-|\*/)
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      })
    }
  })

  it('takes its name from the configuration, whatever a proxy header says', async () => {
    const { location } = await guestOf().raw('GET', '/approvals/sign-in', {
      headers: {
        'x-forwarded-host': 'evil.example.com',
        'x-forwarded-proto': 'gopher',
        forwarded: 'host=evil.example.com',
      },
    })
    expect(new URL(location).searchParams.get('redirect_uri')).toBe(`${service.url}/approvals/callback`)
  })
})

describe('a session', () => {
  it('of another service, or with a letter changed, is none', async () => {
    const other = await open()
    try {
      const guest = guestOf(other)
      const { cookies } = await guest.comeBack(issuer.comeBack((await guest.get('/approvals/sign-in')).location, OLGA))
      const [, name = '', value = ''] = /^(pingone_mfa_session_)\d+=([^;]+)/.exec(cookies.join('\n')) ?? []
      expect(value).not.toBe('')
      const mine = (shown: string) =>
        guestOf().raw('GET', '/approvals', { headers: { cookie: `${name}${service.port}=${shown}` } })
      const [random = '', signature = ''] = value.split('.')
      for (const shown of [
        value,
        `${random}.`,
        random,
        `.${signature}`,
        '.',
        `${random.slice(1)}A.${signature}`,
        `${random}.${signature}.${signature}`,
        '__proto__.x',
        '%00.%00',
      ]) {
        expect((await mine(shown)).text).not.toContain('Olga')
      }
    } finally {
      await other.close()
    }
  })
})

describe('a visitor of a public URL who has not signed in', () => {
  it('learns nothing of what there is', async () => {
    const elsewhere = await open({ PINGONE_MFA_PUBLIC_URL: PUBLIC })
    try {
      // The port of this machine answers, too, for a proxy in front of it.
      const guest = openGuest({ publicUrl: PUBLIC, port: elsewhere.port, issuer: issuer as unknown as TestIssuer })
      const there = await ask(elsewhere)
      const [known, other] = [await guest.get(`/approvals/${there}`), await guest.get('/approvals/history')]
      const same = (text: string) =>
        text
          .replaceAll(encodeURIComponent(`/approvals/${there}`), 'X')
          .replaceAll(encodeURIComponent('/approvals/history'), 'X')
      expect(same(known.text)).toBe(same(other.text))
      expect(await guest.get('/approvals/0123456789abcdef')).toMatchObject({ status: 404 })

      const sent = async (which: string, nonce: string) => {
        const answers = [
          await guest.submit(`/approvals/${which}/deny`, { nonce, reason: 'x' }),
          await guest.submit(`/approvals/${which}/sign-in`, { nonce, digest: 'x' }),
          await guest.send(`/approvals/${which}/deny`, nonce, { reason: 'x' }),
          await guest.get(`/approvals/events?approval=${which}`),
          await guest.send(`/approvals/${which}/options`, nonce, {}),
          await guest.send(`/approvals/${which}/approve`, nonce, {}),
        ]
        return answers.map(({ status, text }) => ({ status, text: text.replaceAll(which, 'X') }))
      }
      expect(await sent(there, 'made up')).toEqual(await sent('0123456789abcdef', 'made up'))
      expect(await stateOf(there, elsewhere)).toBe('pending')
    } finally {
      await elsewhere.close()
    }
  })
})

describe('somebody who begins to sign in again and again', () => {
  it('and comes back in other browsers writes nothing into the log', async () => {
    const entries = async () => (await (await service.app.store()).auditEntries()).length
    const before = await entries()
    for (let turn = 0; turn < 20; turn += 1) {
      const { location } = await guestOf().get('/approvals/sign-in')
      expect(await guestOf().comeBack(issuer.comeBack(location, OLGA))).toMatchObject({ status: 403 })
    }
    expect(await entries()).toBe(before)
  })
})

describe('two principals', () => {
  it('are two callers, however their issuer and name are cut', () => {
    const idOf = (at: string, subject: string) =>
      senderOf({ principal: { issuer: at, subject }, scopes: new Set() }).caller('x').id
    const pairs: [string, string][] = [
      ['https://a.example.com', 'b c'],
      ['https://a.example.com b', 'c'],
      ['https://a.example.com/', 'b c'],
      ['https://a.example.com', 'b|c'],
      ['https://a.example.com|b', 'c'],
      ['https://a.example.com', 'b","c'],
      ['https://a.example.com","b', 'c'],
      ['https://a.example.com', 'B c'],
      ['https://a.example.com', 'b c '],
      ['https://a.example.com', 'b\u200Bc'],
      ['https://a.example.com', '\uD800'],
      ['https://a.example.com', '\uFFFD'],
    ]
    const parsable = pairs.filter(([at]) => URL.canParse(at))
    expect(new Set(parsable.map(([at, subject]) => idOf(at, subject))).size).toBe(parsable.length)
    expect(parsable.map(([at, subject]) => idOf(at, subject))).not.toContain('local')
  })
})
