import { generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createAccessTokens } from '../../src/http/access-token.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { openIssuer } from './issuer.ts'
import { openService } from './service.ts'
import { openStubIssuer } from './stub-issuer.ts'

const AUDIENCE = 'https://mfa.example.com/mcp'

/** Only the time of day: whoever waits for a socket goes on as ever. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

function tokensOf(issuer: string) {
  return createAccessTokens({
    issuer,
    audience: AUDIENCE,
    clock: systemClock,
    log: createLog('error', systemClock, () => undefined),
  })
}

function passes(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}

describe('the keys of an issuer', () => {
  it('are taken within 40 seconds after they were rotated, without a restart', async () => {
    const issuer = await openIssuer()
    onTestFinished(() => issuer.close())
    const tokens = tokensOf(issuer.url)
    await tokens.check(await issuer.token({ subject: 'kim', audience: AUDIENCE }))

    await issuer.rotate()
    passes(39)
    const { principal } = await tokens.check(await issuer.token({ subject: 'kim', audience: AUDIENCE }))

    expect(principal).toEqual({ issuer: issuer.url, subject: 'kim' })
  })

  it('count no longer some minutes after they were taken away', async () => {
    const issuer = await openIssuer()
    onTestFinished(() => issuer.close())
    const tokens = tokensOf(issuer.url)
    const old = await issuer.token({ subject: 'kim', audience: AUDIENCE })
    await tokens.check(old)

    await issuer.rotate()
    passes(6 * 60)

    await expect(tokens.check(old)).rejects.toThrow('a key that the issuer does not have')
  })

  it('are not fetched for each token that names an unknown one', async () => {
    const issuer = await openStubIssuer()
    onTestFinished(() => issuer.close())
    const tokens = tokensOf(issuer.url)
    const { privateKey } = await generateKeyPair('RS256')
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'kim', exp: now + 600 }
    await tokens.check(await issuer.sign(claims))

    for (let second = 0; second < 40; second += 1) {
      const token = await issuer.sign(claims, { kid: `made up ${second}` }, privateKey)
      const alike = Array.from({ length: 5 }, () => tokens.check(token))
      for (const { status } of await Promise.allSettled(alike)) expect(status).toBe('rejected')
      passes(1)
    }

    expect(issuer.requests.filter((request) => request === 'GET /jwks').length).toBeLessThanOrEqual(3)
  })

  it('are not asked for again and again while the issuer is broken, and known ones go on counting', async () => {
    const issuer = await openStubIssuer()
    onTestFinished(() => issuer.close())
    const tokens = tokensOf(issuer.url)
    const { privateKey } = await generateKeyPair('RS256')
    const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'kim', exp: Math.floor(Date.now() / 1000) + 600 }
    const good = await issuer.sign(claims)
    await tokens.check(good)
    issuer.failWith = 500
    passes(60)
    issuer.requests.length = 0

    const unknown = await issuer.sign(claims, { kid: 'made up' }, privateKey)
    for (let turn = 0; turn < 50; turn += 1) await expect(tokens.check(unknown)).rejects.toThrow()

    expect(issuer.requests).toHaveLength(1)
    await expect(tokens.check(good)).resolves.toBeDefined()
    issuer.failWith = undefined
    passes(3)
    await expect(tokens.check(unknown)).rejects.toThrow('a key that the issuer does not have')
  })
})

describe('an issuer that', () => {
  it('is away when the service starts is asked later, and calls are told to come again', async () => {
    const issuer = await openIssuer()
    onTestFinished(() => issuer.close())
    const service = await openService({ issuer })
    onTestFinished(() => service.close())
    const token = await issuer.token({ subject: 'kim', audience: service.audience })
    await issuer.stop()

    const early = await service.rpc(token, 'tools/list')
    expect(early.status).toBe(503)
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(0)

    await issuer.start()
    passes(3)
    expect(await service.rpc(token, 'tools/list')).toMatchObject({ status: 200 })
  })

  it('is away is not asked anew by every call', async () => {
    const issuer = await openStubIssuer()
    onTestFinished(() => issuer.close())
    issuer.failWith = 503
    const tokens = tokensOf(issuer.url)

    for (let turn = 0; turn < 20; turn += 1) await expect(tokens.check('a.b.c')).rejects.toThrow(/issuer/)

    // One for each of the two places where its metadata may be.
    expect(issuer.requests).toHaveLength(2)
  })

  it.each([
    ['calls itself something else', { issuer: 'https://other.example.com' }],
    ['names keys that come unencrypted from elsewhere', { jwks_uri: 'http://keys.example.com/jwks' }],
    ['names keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['names no keys', { jwks_uri: undefined }],
  ])('%s is not believed', async (_what, metadata) => {
    const issuer = await openStubIssuer()
    onTestFinished(() => issuer.close())
    issuer.metadata = metadata
    const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'kim', exp: Math.floor(Date.now() / 1000) + 600 }

    await expect(tokensOf(issuer.url).check(await issuer.sign(claims))).rejects.toThrow('metadata')
    expect(issuer.requests).not.toContain('GET /jwks')
  })
})
