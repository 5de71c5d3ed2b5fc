import { describe, expect, it } from 'vitest'
import { sentenceOf } from './guest.ts'
import { ALICE, openService } from './service.ts'

const PUBLIC = 'https://mfa.example.com'
const PAGES = [
  '/approvals',
  '/approvals/history',
  '/approvals/audit',
  '/approvals/approvers',
  '/approvals/endpoints',
  '/approvals/connection',
]

describe('a visitor who has not signed in', () => {
  it('is told nothing of an approval or of anything else, and offered to sign in', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()

    for (const path of [...PAGES, `/approvals/${id}`]) {
      const { text } = await service.guest().get(path)
      expect(text).not.toMatch(/alice|remove all|rita@/i)
      expect(text).toContain(`href="/approvals/sign-in?return=${encodeURIComponent(path)}"`)
    }
  })

  it('gets 404 for an approval that is not there', async () => {
    const service = await openService({ publicUrl: PUBLIC })

    expect((await service.guest().get('/approvals/0123456789abcdef')).status).toBe(404)
  })

  it('follows no approval along, and denies none', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga')
    // A value that somebody else was given.
    const nonce = await olga.nonceOf(`/approvals/${id}`)

    const events = await service.guest().get(`/approvals/events?approval=${id}`)
    const denied = await service.guest().submit(`/approvals/${id}/deny`, { nonce, reason: 'no' })

    expect(events.status).toBe(204)
    expect(denied.status).toBe(403)
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('sees and may deny the one approval whose link they hold, where the public URL is on loopback', async () => {
    const service = await openService()
    const { id } = await service.ask()
    const guest = service.guest()

    const page = await guest.get(`/approvals/${id}`)
    const list = await guest.get('/approvals')
    await guest.submit(`/approvals/${id}/deny`, { nonce: await guest.nonceOf(`/approvals/${id}`), reason: 'Not today' })

    expect(page.text).toContain(`Remove all 3 MFA devices of ${ALICE}`)
    expect(list.text).not.toContain(ALICE)
    expect(await service.audited('approval.denied')).toMatchObject([{ how: 'page', reason: 'Not today' }])
  })

  it('is shut out for good where nobody can sign in and the public URL is not on loopback', async () => {
    const service = await openService({ publicUrl: PUBLIC, signIn: null })
    await service.program.enrol()
    const { id } = await service.ask()

    const { text } = await service.guest().get(`/approvals/${id}`)

    expect(service.openUrl).toBeUndefined()
    expect(text).toContain('PINGONE_MFA_APPROVER_CLIENT_ID')
    expect(text).not.toContain(ALICE)
  })

  it('comes in by a link that works once where nobody signs in on loopback', async () => {
    const service = await openService({ signIn: null, tokens: false })
    await service.program.enrol()
    await service.ask()
    const guest = service.guest()

    await guest.get(new URL(service.openUrl?.() ?? '').pathname)

    expect((await guest.get('/approvals')).text).toContain(ALICE)
    expect((await service.guest().get('/approvals')).text).not.toContain(ALICE)
  })
})

describe('a session', () => {
  it('is given to an approver, in a cookie that no script reads and no other site sends along', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    await service.ask()
    const olga = service.guest()

    const { cookies, status, location } = await olga.signIn('olga', '/approvals/history')

    expect({ status, location }).toEqual({ status: 303, location: '/approvals/history' })
    expect(cookies.find((line) => line.startsWith('__Host-pingone_mfa_session='))).toMatch(
      /; Path=\/; HttpOnly; Secure; SameSite=Lax$|; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect((await olga.get('/approvals')).text).toContain(ALICE)
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/approvals/sign-in',
    '/approvals/../x',
    '/mcp',
    'data:text/html,x',
  ])('does not begin with a way to %s', async (back) => {
    const service = await openService()

    expect((await service.guest().signIn('olga', back)).location).toBe('/approvals')
  })

  it.each(['ines', 'nobody'])('is not given to %s', async (person) => {
    const service = await openService({ publicUrl: PUBLIC })
    await service.ask()
    const guest = service.guest()

    const seen = await guest.signIn(person)

    expect(seen.status).toBe(403)
    expect(seen.text).toContain('You are not signed in')
    expect((await guest.get('/approvals')).text).not.toContain(ALICE)
  })

  it('approves nothing', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga')
    const path = `/approvals/${id}`

    const tried = [
      await olga.send(`${path}/approve`, await olga.nonceOf(path), {}),
      await olga.send(`${path}/options`, await olga.nonceOf(path), {}),
      await olga.submit(`${path}/approve`, { nonce: await olga.nonceOf(path) }),
    ]

    expect(tried.map(({ status }) => status)).toEqual([404, 404, 403])
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('denies, in the name of who has signed in', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id, token } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga')

    const nonce = await olga.nonceOf(`/approvals/${id}`)
    const seen = await olga.submit(`/approvals/${id}/deny`, { nonce, reason: 'Call first' })

    expect(seen).toMatchObject({ status: 303, location: `/approvals/${id}` })
    expect(await service.audited('approval.denied')).toMatchObject([
      { by: 'Olga Approver', how: 'sign-in', issuer: service.issuer.url, subject: 'olga', reason: 'Call first' },
    ])
    expect((await service.call('check_approval', { token })).structured.status).toBe('denied')
    expect((await service.program.verify()).broken).toBeUndefined()
  })

  it('ends with the sign-out, for every copy of its cookie and in every process', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    await service.ask()
    const olga = service.guest()
    const { cookies } = await olga.signIn('olga')
    const cookie = cookies.map((line) => line.split(';')[0]).join('; ')
    const other = await service.another()
    const withCopy = () => other.guest().raw('GET', '/approvals', { headers: { cookie } })
    expect((await withCopy()).text).toContain(ALICE)

    await olga.submit('/approvals/sign-out', {})

    expect((await withCopy()).text).not.toContain(ALICE)
    expect((await olga.get('/approvals')).text).not.toContain(ALICE)
  })

  it('ends after an hour', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const olga = service.guest()
    await olga.signIn('olga')
    service.program.clock.advance(61 * 60_000)

    expect((await olga.get('/approvals')).text).toContain('Sign in to see this')
  })

  it('is none where its cookie was made up', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const headers = { cookie: `__Host-pingone_mfa_session=${'A'.repeat(43)}.${'B'.repeat(43)}` }

    expect((await service.guest().raw('GET', '/approvals', { headers })).text).toContain('Sign in to see this')
  })
})

describe('several processes under one public URL', () => {
  it('share what a page, its form and the way back from the issuer need', async () => {
    const one = await openService({ publicUrl: PUBLIC })
    const [two, three] = [await one.another(), await one.another()]
    const { id } = await one.ask()
    const jar = { cookie: '' }
    const keep = ({ cookies }: { cookies: string[] }) => {
      jar.cookie = [jar.cookie, ...cookies.map((line) => line.split(';')[0])].filter(Boolean).join('; ')
    }
    const guest = one.guest()
    keep(await guest.signIn('olga'))
    const { text } = await guest.get(`/approvals/${id}`)
    const [nonce = '', digest = ''] = ['nonce', 'digest'].map(
      (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1],
    )

    const sent = await two.guest().raw('POST', `/approvals/${id}/sign-in`, {
      headers: {
        ...jar,
        origin: PUBLIC,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ nonce, digest }).toString(),
    })
    keep(sent)
    const back = new URL(await guest.logIn(sent.location, 'olga'))
    await three.guest().raw('GET', back.pathname + back.search, { headers: jar })

    expect(await one.stateOf(id)).toBe('approved')
  })

  it('take a one-time value once between them', async () => {
    const one = await openService({ publicUrl: PUBLIC })
    const two = await one.another()
    const { id } = await one.ask()
    const olga = one.guest()
    const { cookies } = await olga.signIn('olga')
    const nonce = await olga.nonceOf(`/approvals/${id}`)
    const cookie = cookies.map((line) => line.split(';')[0]).join('; ')
    const deny = (headers: Record<string, string>) =>
      two.guest().raw('POST', `/approvals/${id}/deny`, {
        headers: { origin: PUBLIC, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
        body: '{"reason":1}',
      })
    await olga.send(`/approvals/${id}/deny`, nonce, { reason: 1 })

    const again = await deny({ cookie, 'x-console-nonce': nonce })

    expect(again.status).toBe(409)
    expect(again.text).toContain('used already')
  })

  it('tell each other’s pages what was decided', async () => {
    const one = await openService({ publicUrl: PUBLIC })
    const two = await one.another()
    const { id } = await one.ask()
    const olga = one.guest()
    await olga.signIn('olga')
    const heard = olga.listen(`/approvals/events?approval=${id}`)
    await heard.next(/"state":"pending"/)

    await two.approvals.deny({ id, reason: '' })

    await heard.next(/"state":"denied"/)
    heard.close()
  })
})

describe('every page', () => {
  it('forbids framing and loads nothing from elsewhere; a form may reach the issuer', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga')

    for (const path of [...PAGES, `/approvals/${id}`, '/approvals/none', '/approvals/callback?state=x']) {
      const { headers } = await olga.get(path)
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['content-security-policy']).toMatch(
        new RegExp(
          `^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' ${new URL(service.issuer.url).origin}; frame-ancestors 'none'$`,
        ),
      )
    }
  })

  it('lets who has signed in sign out', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga')

    for (const path of [...PAGES, `/approvals/${id}`, '/approvals/none']) {
      expect((await olga.get(path)).text).toMatch(/action="\/approvals\/sign-out"[^]*Olga Approver/)
    }
  })

  it('names no terminal of this machine to people elsewhere', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga')

    const { text } = await olga.get(`/approvals/${id}`)

    expect(text).toContain('Sign in and approve')
    expect(text).not.toMatch(/pingone-mfa-mcp approvals|this machine|passkey/)
  })

  it.each([
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['no word of where it comes from', { 'sec-fetch-site': '' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['an origin that cannot be named', { origin: 'null' }, 403],
    ['another name', { host: 'evil.example' }, 421],
    ['text that pretends to be a form', { 'content-type': 'text/plain' }, 403],
  ] as [string, Record<string, string>, number][])('sends nobody away for %s', async (_what, headers, status) => {
    const service = await openService()
    const { id } = await service.ask()
    const guest = service.guest()
    const nonce = await guest.nonceOf(`/approvals/${id}`)

    const seen = await guest.raw('POST', `/approvals/${id}/sign-in`, {
      headers: {
        origin: service.publicUrl,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams({ nonce, digest: 'x' }).toString(),
    })

    expect(seen.status).toBe(status)
    expect(seen.location).toBe('')
  })

  it('says what was wrong with a form, and the way back', async () => {
    const service = await openService()
    const { id } = await service.ask()

    const seen = await service.guest().submit(`/approvals/${id}/sign-in`, { nonce: 'made-up', digest: 'x' })

    expect(seen.status).toBe(409)
    expect(sentenceOf(seen.text)).toContain('Load it again')
    expect(seen.text).toContain(`href="/approvals/${id}"`)
  })
})
