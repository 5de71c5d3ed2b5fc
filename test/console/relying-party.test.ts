import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createRelyingParty } from '../../src/console/relying-party.ts'
import { createLog } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'

const CHECKS = { state: 'state', nonce: 'nonce', verifier: 'v'.repeat(43) }

/** An issuer that publishes this of itself, or answers as it likes. */
async function serveIssuer(publish: (issuer: string) => object | { redirect: string }): Promise<string> {
  const server = createServer((_request, response) => {
    const said = publish(issuer)
    if ('redirect' in said) response.writeHead(302, { location: said.redirect }).end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(said))
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  onTestFinished(() => void server.close())
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  return issuer
}

function partyOf(issuer: string) {
  return createRelyingParty({
    signIn: { issuer, clientId: 'pages', clientSecret: new Secret('secret') },
    redirectUri: 'https://mfa.example.com/approvals/callback',
    clock: systemClock,
    log: createLog('error', systemClock, () => undefined),
  })
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
})

it('asks for a sign-in of its own, with PKCE', async () => {
  const url = await partyOf(await serveIssuer(metadata)).authorizationUrl(CHECKS)

  expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
    response_type: 'code',
    client_id: 'pages',
    redirect_uri: 'https://mfa.example.com/approvals/callback',
    scope: 'openid email profile',
    prompt: 'login',
    max_age: '0',
    code_challenge_method: 'S256',
    state: 'state',
    nonce: 'nonce',
  })
  expect(url?.href).not.toContain('v'.repeat(43))
})

it.each([
  [
    'sends people over an open line',
    (issuer: string) => ({ ...metadata(issuer), authorization_endpoint: 'http://id.example.com/auth' }),
  ],
  [
    'takes secrets over an open line',
    (issuer: string) => ({ ...metadata(issuer), token_endpoint: 'http://id.example.com/token' }),
  ],
  ['says that it is another', (issuer: string) => ({ ...metadata(issuer), issuer: 'https://id.example.com' })],
  ['answers with a redirect', () => ({ redirect: 'https://id.example.com/.well-known/openid-configuration' })],
])('sends nobody to an issuer that %s', async (_what, publish) => {
  expect(await partyOf(await serveIssuer(publish)).authorizationUrl(CHECKS)).toBeUndefined()
})

it('reaches no issuer elsewhere over an open line', async () => {
  expect(await partyOf('http://id.example.com').authorizationUrl(CHECKS)).toBeUndefined()
})
