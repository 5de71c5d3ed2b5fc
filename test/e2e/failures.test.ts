import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FaultInput } from '../../src/sandbox/faults.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { openCanaryListener } from './canary-listener.ts'
import { shareStage } from './shared-stage.ts'
import { onStage } from './stage.ts'

const shared = shareStage({ enrolled: true })
const email = 'alice@example.com'
const list = () => shared.session.call('list_mfa_devices', { email })
const always = { times: Infinity } as const
const CORRELATION = /correlation id:? [0-9a-f-]{36}/i

const faults = () => shared.stage.sandbox.faults

interface Failing {
  what: string
  fault: FaultInput
  code: string
  text: RegExp
  next: RegExp | undefined
  /** Without an answer there is no correlation id. */
  unanswered?: true
}

const users = { match: { path: '/users' } }

const FAILING: Failing[] = [
  {
    what: '403: a permission is missing',
    fault: { kind: 'forbidden', ...users, ...always },
    code: 'FORBIDDEN',
    text: /INSUFFICIENT_PERMISSIONS/,
    next: /Identity Data Admin/,
  },
  {
    what: "403 in the gateway's own words",
    fault: { kind: 'gateway-forbidden', ...users, ...always },
    code: 'FORBIDDEN',
    text: /HTTP 403/,
    next: /Identity Data Admin/,
  },
  {
    what: '403: the licence does not cover it',
    fault: {
      kind: 'reply',
      status: 403,
      body: {
        id: 'x',
        code: 'ACCESS_FAILED',
        message: 'No.',
        details: [{ code: 'LICENSE_EXCEEDED', message: 'Over.' }],
      },
      ...users,
    },
    code: 'FORBIDDEN',
    text: /licence/,
    next: /licence/,
  },
  {
    what: '404 where the list of users should be',
    fault: { kind: 'not-found', match: { path: /\/users$/ } },
    code: 'NOT_FOUND',
    text: /NOT_FOUND/,
    next: undefined,
  },
  {
    what: '404 where the devices of the user should be',
    fault: { kind: 'not-found', match: { path: '/devices' } },
    code: 'USER_NOT_FOUND',
    text: /no user/,
    next: undefined,
  },
  {
    what: '429 that asks for more time than a call has',
    fault: { kind: 'rate-limited', retryAfterSeconds: 60, ...users, ...always },
    code: 'RATE_LIMITED',
    text: /wait 60 s/,
    next: /in 60 s/,
  },
  {
    what: '429 that names a date',
    fault: { kind: 'rate-limited', retryAfterSeconds: 300, retryAfterAs: 'date', ...users, ...always },
    code: 'RATE_LIMITED',
    text: /wait (29\d|300) s/,
    next: /in (29\d|300) s/,
  },
  {
    what: '500 each time',
    fault: { kind: 'server-error', ...users, ...always },
    code: 'PINGONE_UNAVAILABLE',
    text: /HTTP 500/,
    next: /Try again/,
  },
  {
    what: '502 with a page of HTML each time',
    fault: { kind: 'bad-gateway', ...users, ...always },
    code: 'PINGONE_UNAVAILABLE',
    text: /HTTP 502/,
    next: /Try again/,
  },
  {
    what: '503 that asks for more time than a call has',
    fault: { kind: 'unavailable', retryAfterAs: 'seconds', retryAfterSeconds: 90, ...users, ...always },
    code: 'PINGONE_UNAVAILABLE',
    text: /wait 90 s/,
    next: /in 90 s/,
  },
  {
    what: '400 with details',
    fault: {
      kind: 'reply',
      status: 400,
      body: { id: 'x', code: 'INVALID_DATA', message: 'No.', details: [{ code: 'INVALID_FILTER', target: 'filter' }] },
      ...users,
    },
    code: 'PINGONE_ERROR',
    text: /HTTP 400, INVALID_DATA; INVALID_FILTER on filter/,
    next: undefined,
  },
  {
    what: '418 without a body',
    fault: { kind: 'empty-body', status: 418, ...users },
    code: 'PINGONE_ERROR',
    text: /HTTP 418/,
    next: undefined,
  },
  {
    what: '200 that is HTML',
    fault: { kind: 'not-json', ...users },
    code: 'PINGONE_UNEXPECTED_RESPONSE',
    text: /not valid JSON/,
    next: /PINGONE_API_URL/,
  },
  {
    what: '200 without a body',
    fault: { kind: 'empty-body', ...users },
    code: 'PINGONE_UNEXPECTED_RESPONSE',
    text: /is empty/,
    next: /PINGONE_API_URL/,
  },
  {
    what: '200 with a list of another shape',
    fault: { kind: 'wrong-shape', body: { _embedded: { users: [{ id: 7 }] } }, ...users },
    code: 'PINGONE_UNEXPECTED_RESPONSE',
    text: /not as documented: the field _embedded\.users\.0\./,
    next: /PINGONE_API_URL/,
  },
  {
    what: 'an answer that breaks off each time',
    fault: { kind: 'cut-off', ...users, ...always },
    code: 'PINGONE_UNEXPECTED_RESPONSE',
    text: /broke off|cut off|incomplete/,
    next: /Try again/,
  },
  {
    what: 'a connection that is reset each time',
    fault: { kind: 'reset', ...users, ...always },
    code: 'PINGONE_UNAVAILABLE',
    text: /cannot be reached: the connection was closed/,
    next: /network/,
    unanswered: true,
  },
  {
    what: 'a token that is refused, and the fresh one too',
    fault: { kind: 'expired-token', match: { host: 'api' }, ...always },
    code: 'AUTH_FAILED',
    text: /neither a fresh one/,
    next: /same PingOne region/,
  },
]

describe('an answer of the API that is no success', () => {
  test.each(FAILING)('$what: $code', async ({ fault, code, text, next, unanswered }) => {
    faults().add(fault)

    const answer = await list()

    const [first, second] = answer.text.split('\n')
    expect(answer.code).toBe(code)
    expect(first).toMatch(text)
    if (unanswered !== true) expect(first).toMatch(CORRELATION)
    expect(second).toEqual(next === undefined ? undefined : (expect.stringMatching(next) as string))
  })

  test('stops every changing tool before anybody is asked', async () => {
    const { human } = shared.stage
    faults().add({ kind: 'not-json', match: { path: '/devices' }, ...always })
    const deviceId = FIXED_IDS.aliceSms

    const codes = []
    for (const [tool, args] of [
      ['add_sms_device', { email, phone: '+12025550155' }],
      ['activate_mfa_device', { email, deviceId }],
      ['unpair_mfa_device', { email, deviceId }],
      ['reset_mfa_devices', { email }],
    ] as const) {
      codes.push((await shared.session.call(tool, args)).code)
    }

    expect(codes).toEqual(Array.from({ length: 4 }, () => 'PINGONE_UNEXPECTED_RESPONSE'))
    expect(await (await human.app.approvals()).list()).toEqual([])
    expect(shared.changes()).toEqual([])
  })
})

describe('an answer of the token endpoint that is no success', () => {
  const auth = { match: { host: 'auth' } } as const

  test.each<Failing>([
    {
      what: 'invalid_client',
      fault: { kind: 'reply', status: 401, body: { error: 'invalid_client', error_description: 'No.' }, ...auth },
      code: 'AUTH_FAILED',
      text: /client id and client secret/,
      next: /PINGONE_CLIENT_ID/,
    },
    {
      what: 'an error without a word',
      fault: { kind: 'empty-body', status: 403, ...auth },
      code: 'AUTH_FAILED',
      text: /HTTP 403/,
      next: /region/,
    },
    {
      what: '429 that asks for a minute',
      fault: { kind: 'rate-limited', retryAfterSeconds: 60, ...auth },
      code: 'RATE_LIMITED',
      text: /token endpoint limits/,
      next: /in 60 s/,
    },
    {
      what: '503 each time',
      fault: { kind: 'unavailable', ...auth, ...always },
      code: 'PINGONE_UNAVAILABLE',
      text: /token endpoint failed to answer/,
      next: /Try again/,
    },
    {
      what: 'a token that is none',
      fault: { kind: 'wrong-shape', body: { access_token: 'a\nb', token_type: 'Bearer', expires_in: 60 }, ...auth },
      code: 'PINGONE_UNEXPECTED_RESPONSE',
      text: /no usable bearer token/,
      next: /PINGONE_AUTH_URL/,
    },
  ])('$what: $code', async ({ fault, code, text, next }) => {
    shared.stage.sandbox.levers.revokeTokens()
    faults().add(fault)

    const answer = await list()

    const [first, second] = answer.text.split('\n')
    expect(answer.code).toBe(code)
    expect(first).toMatch(text)
    expect(first).toMatch(CORRELATION)
    expect(second).toMatch(next ?? /./)
  })
})

describe('what passes by itself is waited for', () => {
  test.each<[string, FaultInput]>([
    ['429 for a second', { kind: 'rate-limited', ...users }],
    ['503 for a second', { kind: 'unavailable', retryAfterAs: 'seconds', ...users }],
    ['two times 500', { kind: 'server-error', ...users, times: 2 }],
    ['one lost connection', { kind: 'reset', ...users }],
    ['one answer that broke off', { kind: 'cut-off', ...users }],
    ['a token that has expired', { kind: 'expired-token', ...users }],
    ['a slow answer', { kind: 'slow', ms: 300, ...users }],
  ])('%s', async (_what, fault) => {
    const armed = faults().add(fault)

    const answer = await list()

    expect(armed.hits).toBeGreaterThan(0)
    expect(answer.structured.count).toBe(3)
  })
})

describe('no redirect is followed', () => {
  test.each(['auth', 'api'] as const)('of the %s host, not even with what it would carry', async (host) => {
    const elsewhere = await openCanaryListener()
    shared.stage.sandbox.levers.revokeTokens()
    for (const status of [302, 307] as const) {
      faults().add({ kind: 'redirect', status, to: `${elsewhere.url}/taken`, match: { host } })

      const answer = await list()

      expect(answer.code).toBe('PINGONE_UNEXPECTED_RESPONSE')
      expect(answer.text).toContain(`redirect to ${elsewhere.url.slice('http://'.length)}`)
      expect(answer.text.split('\n')[1]).toMatch(host === 'auth' ? /PINGONE_AUTH_URL/ : /PINGONE_API_URL/)
    }
    expect(elsewhere.connections()).toBe(0)
  })

  test('of a change: nothing goes elsewhere, and reading tells that it was not done', async () => {
    const elsewhere = await openCanaryListener()
    const asked = await shared.session.call('reset_mfa_devices', { email: 'bob@example.com' })
    await shared.stage.human.approve(asked.structured.approval.id)
    faults().add({ kind: 'redirect', status: 307, to: elsewhere.url, match: { method: 'DELETE' } })

    const done = await shared.session.call('execute_approved_action', { token: asked.structured.approval.token })

    expect(done.code).toBe('ACTION_FAILED')
    expect(elsewhere.connections()).toBe(0)
    expect(shared.stage.sandbox.state.devicesOf('bob@example.com')).toHaveLength(1)
  })
})

test.each([
  ['another port', (elsewhere: string) => `${elsewhere}/v1/environments/x/users?cursor=1`],
  ['another host name', (_: string, own: string) => own.replace('127.0.0.1', 'localhost')],
  ['another scheme', (_: string, own: string) => own.replace('http:', 'https:')],
  ['a user name', (_: string, own: string) => own.replace('http://', 'http://user@')],
  ['a path outside of the API', (_: string, own: string) => own.replace('/v1/', '/v2/')],
  ['a network path', (elsewhere: string) => `${elsewhere.replace('http:', '')}/v1/environments`],
])('a next page at %s is not fetched', async (_what, at) => {
  const elsewhere = await openCanaryListener()
  const { apiUrl } = shared.stage.server
  const next = at(elsewhere.url, `${apiUrl}/environments/${shared.stage.sandbox.tenant.environmentId}/users?cursor=1`)
  const body = { _embedded: { users: [] }, _links: { next: { href: next } } }
  faults().add({ kind: 'wrong-shape', body, ...users })

  const answer = await list()

  expect(answer.code).toBe('PINGONE_UNEXPECTED_RESPONSE')
  expect(answer.text).toMatch(/link to the next page (leads to another address|is not)/)
  expect(elsewhere.connections()).toBe(0)
  expect(shared.requestCount()).toBeLessThanOrEqual(2)
})

test('a next page that leads round in a circle ends', async () => {
  const own = `${shared.stage.server.apiUrl}/environments/${shared.stage.sandbox.tenant.environmentId}/users?cursor=1`
  faults().add({ kind: 'wrong-shape', body: { _links: { next: { href: own } } }, ...users, ...always })

  const answer = await list()

  expect(answer.code).toBe('PINGONE_UNEXPECTED_RESPONSE')
  expect(answer.text).toContain('read already')
})

test('a secret that a command prints is fetched once, when it is needed', async () => {
  await onStage(async (stage) => {
    const { clientSecret } = stage.sandbox.tenant
    const runs = join(stage.home, 'runs')
    const command = `sh -c 'echo once >> "${runs}"; printf %s "${clientSecret}"'`
    const session = await stage.connect({
      env: { PINGONE_CLIENT_SECRET: '', PINGONE_CLIENT_SECRET_COMMAND: command },
    })
    await session.tools()
    const before = existsSync(runs)

    const first = await session.call('check_connection')
    stage.sandbox.levers.revokeTokens()
    const second = await session.call('check_connection')

    expect(before).toBe(false)
    expect([first.structured.status, second.structured.status]).toEqual(['ok', 'ok'])
    expect(readFileSync(runs, 'utf8')).toBe('once\n')
  })
})
