import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'

/** An issuer that does what it is told, for what a real one never does. */
export interface StubIssuer {
  url: string
  /** The published key set; change it as you like. */
  jwks: { keys: JWK[] }
  publicJwk: JWK
  /** Added to what the issuer publishes of itself, or replacing it. */
  metadata: Record<string, unknown>
  /** `GET /jwks` and so on. */
  requests: string[]
  /** Answers with this status instead, where it is set. */
  failWith: number | undefined
  /** With the issuer's key, unless there is another; what is undefined is left out. */
  sign(
    payload: JWTPayload,
    header?: Partial<JWTHeaderParameters>,
    key?: Parameters<SignJWT['sign']>[0],
  ): Promise<string>
  /** What the userinfo endpoint answers. */
  userinfo: Record<string, unknown>
  /**
   * As if a person had signed in at the authorization URL: the address to which the browser comes back. The ID token has
   * these claims beside, or instead of, the usual ones.
   */
  comeBack(authorizationUrl: string, claims: Record<string, unknown>): string
  close(): Promise<void>
}

export const STUB_CLIENT = { id: 'pages', secret: 'a secret of the pages' }

export async function openStubIssuer(): Promise<StubIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, Record<string, unknown>>()
  const requests: string[] = []

  const server = createServer((request, response) => void respond(request, response))
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').replace(/\?.*$/, '')
    requests.push(`${request.method} ${path}`)
    const answer = (json: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(json))
    }
    if (stub.failWith !== undefined) return answer({}, stub.failWith)
    if (path === '/.well-known/openid-configuration') {
      return answer({
        issuer: stub.url,
        jwks_uri: `${stub.url}/jwks`,
        authorization_endpoint: `${stub.url}/authorize`,
        token_endpoint: `${stub.url}/token`,
        userinfo_endpoint: `${stub.url}/userinfo`,
        id_token_signing_alg_values_supported: ['RS256'],
        ...stub.metadata,
      })
    }
    if (path === '/jwks') return answer(stub.jwks)
    if (path === '/userinfo') return answer(stub.userinfo)
    if (path !== '/token') return answer({}, 404)
    const code = new URLSearchParams(await text(request)).get('code') ?? ''
    const claims = codes.get(code)
    if (claims === undefined) return answer({ error: 'invalid_grant' }, 400)
    codes.delete(code)
    const idToken = await stub.sign(claims, { typ: 'JWT' })
    return answer({ access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: idToken })
  }
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const url = `http://localhost:${(server.address() as { port: number }).port}`

  const stub: StubIssuer = {
    url,
    jwks: { keys: [publicJwk] },
    publicJwk,
    metadata: {},
    requests,
    failWith: undefined,
    userinfo: {},
    sign: (payload, header = {}, key = privateKey) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: 'first', typ: 'at+jwt', ...header })
        .sign(key, { crit: { exotic: true } }),
    comeBack(authorizationUrl, claims) {
      const asked = new URL(authorizationUrl).searchParams
      const now = Math.floor(Date.now() / 1000)
      const code = crypto.randomUUID()
      codes.set(code, {
        iss: url,
        aud: asked.get('client_id') ?? '',
        nonce: asked.get('nonce') ?? '',
        iat: now,
        exp: now + 300,
        auth_time: now,
        ...claims,
      })
      const back = new URL(asked.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', asked.get('state') ?? '')
      return back.href
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return stub
}
