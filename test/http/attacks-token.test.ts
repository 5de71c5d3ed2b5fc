import { createPublicKey } from 'node:crypto'
import { base64url, exportJWK, generateKeyPair, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MCP_HEADERS, openService, type TestService } from './service.ts'
import { openStubIssuer, type StubIssuer } from './stub-issuer.ts'

describe('an access token that', () => {
  let issuer: StubIssuer
  let service: TestService
  beforeAll(async () => {
    issuer = await openStubIssuer()
    service = await openService({ issuer })
  })
  afterAll(async () => {
    await service.close()
    await issuer.close()
  })

  const seconds = () => Math.floor(Date.now() / 1000)
  const claims = (own: Record<string, unknown> = {}): JWTPayload => ({
    iss: issuer.url,
    aud: service.audience,
    sub: 'kim',
    scope: 'mfa:read mfa:write',
    iat: seconds(),
    exp: seconds() + 600,
    ...own,
  })
  const list = (token: string) => service.rpc(token, 'tools/list')
  const unsigned = (header: object, payload: object, signature = '') =>
    [...[header, payload].map((part) => base64url.encode(JSON.stringify(part))), signature].join('.')
  const pem = () =>
    createPublicKey({ key: issuer.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()

  const TAKEN: [string, () => Promise<string>][] = [
    ['is of the usual kind', () => issuer.sign(claims())],
    ['has no type', () => issuer.sign(claims(), { typ: undefined as never })],
    ['is of the type JWT', () => issuer.sign(claims(), { typ: 'JWT' })],
    ['names several audiences, this one among them', () => issuer.sign(claims({ aud: ['a', service.audience] }))],
    ['has its scopes as a list', () => issuer.sign(claims({ scope: undefined, scp: ['mfa:read', 'mfa:write'] }))],
    ['has its scopes as `scp` with blanks', () => issuer.sign(claims({ scope: undefined, scp: 'mfa:read mfa:write' }))],
    ['ended ten seconds ago, as clocks differ', () => issuer.sign(claims({ exp: seconds() - 10 }))],
    [
      'has keys of its own in the header, which count for nothing',
      async () => {
        const { publicKey } = await generateKeyPair('RS256', { extractable: true })
        return issuer.sign(claims(), { jwk: await exportJWK(publicKey) })
      },
    ],
  ]
  it.each(TAKEN)('%s is taken', async (_what, make) => {
    expect(await list(await make())).toMatchObject({ status: 200 })
  })

  const REFUSED: [string, () => Promise<string>][] = [
    ['is for another audience', () => issuer.sign(claims({ aud: 'https://elsewhere.example.com/mcp' }))],
    ['is for an audience that begins the same', () => issuer.sign(claims({ aud: `${service.audience}/` }))],
    ['names no audience', () => issuer.sign(claims({ aud: undefined }))],
    ['names its audience as an object', () => issuer.sign(claims({ aud: { [service.audience]: true } }))],
    ['is of another issuer', () => issuer.sign(claims({ iss: 'https://issuer.example.com' }))],
    ['is of the issuer with a slash at the end', () => issuer.sign(claims({ iss: `${issuer.url}/` }))],
    ['names no issuer', () => issuer.sign(claims({ iss: undefined }))],
    ['has expired', () => issuer.sign(claims({ exp: seconds() - 120 }))],
    ['never expires', () => issuer.sign(claims({ exp: undefined }))],
    ['expires at a text', () => issuer.sign(claims({ exp: String(seconds() + 600) }))],
    ['is not valid yet', () => issuer.sign(claims({ nbf: seconds() + 120 }))],
    ['was issued in the future', () => issuer.sign(claims({ iat: seconds() + 3600, exp: seconds() + 7200 }))],
    ['names nobody', () => issuer.sign(claims({ sub: undefined }))],
    ['names nobody by an empty text', () => issuer.sign(claims({ sub: '' }))],
    ['names somebody by a number', () => issuer.sign(claims({ sub: 7 }))],
    ['names several people', () => issuer.sign(claims({ sub: ['kim', 'lee'] }))],
    ['is bound to a key', () => issuer.sign(claims({ cnf: { jkt: 'x' } }))],
    ['is a logout token', () => issuer.sign(claims(), { typ: 'logout+jwt' })],
    ['is a proof of possession', () => issuer.sign(claims(), { typ: 'dpop+jwt' })],
    ['is an ID token of PingOne by its type', () => issuer.sign(claims(), { typ: 'id+jwt' })],
    ['asks for an extension that is critical', () => issuer.sign(claims(), { crit: ['exotic'], exotic: 1 })],
    ['is not signed', async () => unsigned({ alg: 'none' }, claims())],
    ['is not signed, with a key named', async () => unsigned({ alg: 'none', kid: 'first', typ: 'at+jwt' }, claims())],
    ['says that it is not signed in other letters', async () => unsigned({ alg: 'NoNe', kid: 'first' }, claims())],
    ['has lost its signature', async () => `${(await issuer.sign(claims())).split('.', 2).join('.')}.`],
    [
      'is signed with the public key as a secret',
      () => issuer.sign(claims(), { alg: 'HS256' }, new TextEncoder().encode(pem())),
    ],
    [
      'is signed with the modulus as a secret',
      () => issuer.sign(claims(), { alg: 'HS256' }, base64url.decode(issuer.publicJwk.n ?? '')),
    ],
    [
      'brings its key along',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
        const jwk = { ...(await exportJWK(publicKey)), kid: 'first' }
        return issuer.sign(claims(), { jwk }, privateKey)
      },
    ],
    [
      'says where its key is',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        const at = `${issuer.url}/jwks-of-somebody-else`
        return issuer.sign(claims(), { jku: at, x5u: at, kid: 'own' }, privateKey)
      },
    ],
    [
      'names a file as its key',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        return issuer.sign(claims(), { kid: '../../../../dev/null' }, privateKey)
      },
    ],
    [
      'names a statement as its key',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        return issuer.sign(claims(), { kid: "first' OR '1'='1" }, privateKey)
      },
    ],
    [
      'is signed by an elliptic key of the same name',
      async () => {
        const { privateKey } = await generateKeyPair('ES256')
        return issuer.sign(claims(), { alg: 'ES256' }, privateKey)
      },
    ],
    [
      'has been changed after it was signed',
      async () => {
        const [head, , signature] = (await issuer.sign(claims({ sub: 'kim' }))).split('.')
        return [head, base64url.encode(JSON.stringify(claims({ sub: 'lee' }))), signature].join('.')
      },
    ],
    ['is encrypted', async () => 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA'],
    ['is no token', async () => 'abc'],
    ['is long', async () => 'a.'.repeat(5000)],
  ]
  it.each(REFUSED)('%s is refused', async (_what, make) => {
    const answer = await list(await make())
    expect(answer.status).toBe(401)
    const challenge = String(answer.headers['www-authenticate'])
    expect(challenge).toMatch(/^Bearer /)
    expect(challenge).toContain('error="invalid_token"')
    expect(challenge).toContain(`resource_metadata="${service.url}/.well-known/oauth-protected-resource"`)
  })

  it('was never fetched from an address in its header', () => {
    expect(issuer.requests).not.toContain('GET /jwks-of-somebody-else')
  })

  it('has two values for one claim counts with the last, as it was signed', async () => {
    // Both readings of it were signed by the issuer; what matters is that nobody can add one.
    const token = await issuer.sign(claims())
    const [head, body, signature] = token.split('.')
    const text = Buffer.from(body ?? '', 'base64url').toString()
    const doubled = text.replace('{', '{"sub":"lee",')
    expect(await list([head, base64url.encode(doubled), signature].join('.'))).toMatchObject({ status: 401 })
  })

  const elsewhere = async (headers: Record<string, string | string[]>, path = '/mcp') =>
    service.send({
      method: 'POST',
      path,
      headers: { ...MCP_HEADERS, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    })

  it('stands in the address counts for nothing', async () => {
    const token = await issuer.sign(claims())
    expect(await elsewhere({}, `/mcp?access_token=${token}`)).toMatchObject({ status: 401 })
    expect(service.log.join('\n')).not.toContain(token.slice(0, 40))
  })

  it('stands beside another one is not taken', async () => {
    const good = await issuer.sign(claims())
    const statuses = await Promise.all([
      elsewhere({ authorization: [`Bearer ${good}`, 'Bearer abc'] }),
      elsewhere({ authorization: ['Bearer abc', `Bearer ${good}`] }),
      elsewhere({ authorization: `Bearer ${good}, Bearer abc` }),
      elsewhere({ authorization: `Bearer ${good} abc` }),
      elsewhere({ authorization: `Basic ${good}` }),
      elsewhere({ authorization: `DPoP ${good}` }),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401])
  })

  it('is announced in small letters is taken', async () => {
    expect(await elsewhere({ authorization: `bearer ${await issuer.sign(claims())}` })).toMatchObject({ status: 200 })
  })

  it('is enormous is refused, and the next one answered', async () => {
    const { status } = await elsewhere({ authorization: `Bearer ${'a'.repeat(15_000)}` })
    expect([401, 431]).toContain(status)
    expect([400, 431]).toContain((await elsewhere({ authorization: `Bearer ${'a'.repeat(100_000)}` })).status)
    expect(await list(await issuer.sign(claims()))).toMatchObject({ status: 200 })
  })

  it.each([0, 'no', null, {}, false])('says that its email is verified: %j names no email', async (verified) => {
    if ((await (await service.app.approvers()).list()).length === 0) await service.enrol()
    const own = { sub: `kim ${JSON.stringify(verified)}`, email: 'victim@example.com', email_verified: verified }
    const token = await issuer.sign(claims(own))
    const asked = await service.call(token, 'reset_mfa_devices', { email: 'alice@example.com' })
    const row = await (await service.app.approvals()).find(asked.structured.approval.id)
    expect(row?.plan).toContain(own.sub.replaceAll('"', '\\"'))
    expect(row?.plan).not.toContain('victim@example.com')
  })
})
