import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIssuer, type TestIssuer } from './issuer.ts'

describe('the issuer of the tests', () => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await openIssuer()
  })
  afterAll(() => issuer.close())

  it('gives the access token of a person and of a machine', async () => {
    const audience = 'https://mfa.example.com/mcp'
    const ofPerson = await issuer.token({ subject: 'kim', audience, claims: { email: 'kim@example.com' } })
    expect(decodeProtectedHeader(ofPerson)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    expect(decodeJwt(ofPerson)).toMatchObject({
      iss: issuer.url,
      aud: audience,
      sub: 'kim',
      scope: 'mfa:read mfa:write',
      email: 'kim@example.com',
    })
    const ofMachine = await issuer.clientToken({ audience, scope: 'mfa:read' })
    expect(decodeJwt(ofMachine)).toMatchObject({ iss: issuer.url, aud: audience, sub: 'automation', scope: 'mfa:read' })
  })

  it('signs a person in and sends the browser back with a code', async () => {
    const back = 'http://localhost:1/approvals/callback'
    issuer.allowRedirect(back)
    issuer.people.set('olga', { email: 'olga@example.com', email_verified: true, groups: ['approvers'] })
    const request = new URLSearchParams({
      client_id: issuer.client.id,
      response_type: 'code',
      redirect_uri: back,
      scope: 'openid email profile',
      state: 'state',
      nonce: 'nonce',
      prompt: 'login',
      max_age: '0',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const returned = new URL(await issuer.logIn(`${issuer.url}/auth?${request.toString()}`, 'olga'))
    expect(returned.searchParams.get('state')).toBe('state')
    const got = await fetch(`${issuer.url}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${issuer.client.id}:${issuer.client.secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: returned.searchParams.get('code') ?? '',
        redirect_uri: back,
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      }),
    })
    const { id_token: idToken, access_token: accessToken } = (await got.json()) as Record<string, string>
    expect(decodeJwt(idToken ?? '')).toMatchObject({
      sub: 'olga',
      nonce: 'nonce',
      email: 'olga@example.com',
      email_verified: true,
      groups: ['approvers'],
      auth_time: expect.any(Number),
    })
    const userinfo = await fetch(`${issuer.url}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(await userinfo.json()).toMatchObject({ sub: 'olga', groups: ['approvers'] })
    const turnedBack = new URL(await issuer.logIn(`${issuer.url}/auth?${request.toString()}`, undefined))
    expect(turnedBack.searchParams.get('error')).toBe('access_denied')
  })
})
