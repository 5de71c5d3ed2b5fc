import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import {
  Provider,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  type ResourceServer,
} from 'oidc-provider'

/** Somebody who can sign in at the issuer. What is undefined is not claimed. */
export interface Person {
  email?: string
  email_verified?: boolean
  name?: string
  groups?: unknown
  /** Claims that stand in the answer of userinfo alone, by name. */
  inUserinfoAlone?: readonly string[]
  /** Signed in so many seconds before, whatever the client asked for. */
  signedInBefore?: number
}

interface TokenWish {
  /** Becomes `sub`. */
  subject: string
  /** What the token is for: `<public URL>/mcp`. */
  audience: string
  /** `mfa:read mfa:write` where it is not given. */
  scope?: string
  /** Further claims, such as `email`. */
  claims?: Record<string, unknown>
  /** How long it lives. An hour where it is not given. */
  seconds?: number
}

/** A real OpenID provider on loopback. */
export interface TestIssuer {
  /** The issuer's identifier. */
  url: string
  /** The confidential client with which people sign in on the pages. */
  client: { id: string; secret: string }
  people: Map<string, Person>
  /** `GET /jwks` and so on, one entry for each request, in order. */
  requests: string[]
  /** Lets the client come back to this address. */
  allowRedirect(uri: string): void
  /** An access token (RFC 9068) as a person's client gets it at the end of its flow, without the flow. */
  token(wish: TokenWish): Promise<string>
  /** An access token through the token endpoint, by client credentials: `sub` is the client's id. */
  clientToken(wish: { audience: string; scope?: string }): Promise<string>
  /**
   * Does what a browser does at the authorization URL: follows, fills in the form as this person, and answers with the
   * address to which the provider sends the browser back. `undefined` for a person means that they turn back.
   */
  logIn(authorizationUrl: string, person: string | undefined): Promise<string>
  /** New keys from now on; those from before are gone from the key set. */
  rotate(): Promise<void>
  /** No longer reachable, until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const SCOPES = 'mfa:read mfa:write'
/** A client that may only ask for tokens by its credentials. */
const MACHINE = { id: 'automation', secret: 'automation-secret' }

export async function openIssuer(options: { path?: string } = {}): Promise<TestIssuer> {
  const { path = '' } = options
  const client = { id: 'approval-pages', secret: 'approval-pages-secret-with-some-length' }
  const redirectUris: string[] = []
  const people = new Map<string, Person>()
  const requests: string[] = []
  const storage = createStorage(() => clients(client, redirectUris))
  const extraClaims = new WeakMap<object, Record<string, unknown>>()
  const place: { server?: Server; provider?: Provider } = {}

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${(request.url ?? '').replace(/\?.*$/, '')}`)
    void answer(request, response)
  })
  const port = await listen(server, 0)
  place.server = server
  const url = `http://localhost:${port}${path}`

  const renew = async () => {
    place.provider = new Provider(url, configuration({ keys: await newKeys(), people, storage, extraClaims }))
  }
  await renew()
  const provider = (): Provider => {
    if (place.provider === undefined) throw new Error('the issuer has no provider')
    return place.provider
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? '/'
    if (target.startsWith(`${path}/login/`)) return logInPage(provider(), { request, response, people })
    request.url = target.slice(path.length)
    Object.assign(request, { originalUrl: target })
    await provider().callback()(request, response)
  }

  const tokenOf = async (wish: TokenWish): Promise<string> => {
    const made = provider()
    const found = await made.Client.find(client.id)
    if (found === undefined) throw new Error('the issuer does not know its client')
    const { subject, audience, scope = SCOPES, claims, seconds = 3600 } = wish
    const token = new made.AccessToken({
      accountId: subject,
      client: found,
      grantId: 'granted',
      gty: 'authorization_code',
      scope,
    })
    extraClaims.set(token, claims ?? {})
    // The types do not know it.
    Object.assign(token, { expiresIn: seconds })
    token.resourceServer = new made.ResourceServer(audience, resourceServer(audience, seconds))
    return token.save()
  }

  return {
    url,
    client,
    people,
    requests,
    allowRedirect: (uri) => void redirectUris.push(uri),
    token: tokenOf,
    async clientToken({ audience, scope = SCOPES }) {
      const got = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${MACHINE.id}:${MACHINE.secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope }),
      })
      const { access_token: token } = (await got.json()) as { access_token?: string }
      if (token === undefined) throw new Error(`the issuer answered ${got.status}`)
      return token
    },
    logIn: (authorizationUrl, person) => logInByHand(authorizationUrl, person, url),
    rotate: renew,
    stop: () => stop(server),
    start: async () => void (await listen(server, port)),
    close: () => stop(server),
  }
}

function configuration(parts: {
  keys: JWK[]
  people: Map<string, Person>
  storage: ReturnType<typeof createStorage>
  extraClaims: WeakMap<object, Record<string, unknown>>
}): Configuration {
  const { keys, people, storage, extraClaims } = parts
  return {
    adapter: storage,
    jwks: { keys },
    cookies: { keys: ['of no interest'] },
    scopes: ['openid', 'email', 'profile', ...SCOPES.split(' ')],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    // The claims of the scopes stand in the ID token, too, as many providers have it.
    conformIdTokenClaims: false,
    interactions: {
      url: (_context, interaction) =>
        `${new URL(interaction.returnTo).pathname.replace(/\/auth\/.*$/, '')}/login/${interaction.uid}`,
    },
    findAccount: (_context, subject) => {
      const { inUserinfoAlone = [], signedInBefore: _, ...claims } = people.get(subject) ?? {}
      return {
        accountId: subject,
        claims: (use) => ({
          sub: subject,
          ...Object.fromEntries(
            Object.entries(claims).filter(([name]) => use === 'userinfo' || !inUserinfoAlone.includes(name)),
          ),
        }),
      }
    },
    extraTokenClaims: (_context, token) => extraClaims.get(token),
    // Everything that is asked for is granted: the person decides only who they are.
    async loadExistingGrant(context) {
      const { client, session, provider, params } = context.oidc
      const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
      grant.addOIDCScope('openid email profile')
      const { resource } = params ?? {}
      if (typeof resource === 'string') grant.addResourceScope(resource, SCOPES)
      await grant.save()
      return grant
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => resourceServer(audience, 3600),
      },
    },
    ttl: {
      ClientCredentials: 3600,
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
    },
  }
}

function resourceServer(audience: string, seconds: number) {
  return {
    scope: SCOPES,
    audience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: seconds,
    jwt: { sign: { alg: 'RS256' } },
  } satisfies Partial<ResourceServer>
}

function clients(client: { id: string; secret: string }, redirectUris: readonly string[]): ClientMetadata[] {
  return [
    {
      client_id: client.id,
      client_secret: client.secret,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: redirectUris.length === 0 ? ['http://localhost/none'] : [...redirectUris],
      token_endpoint_auth_method: 'client_secret_basic',
      application_type: 'web',
    },
    {
      client_id: MACHINE.id,
      client_secret: MACHINE.secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ]
}

/** One form, one field: who signs in. */
async function logInPage(
  provider: Provider,
  { request, response, people }: { request: IncomingMessage; response: ServerResponse; people: Map<string, Person> },
): Promise<void> {
  if (request.method !== 'POST') {
    await provider.interactionDetails(request, response)
    const options = [...people.keys()].map((name) => `<option>${name}</option>`).join('')
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="en"><title>Sign in</title><main><h1>Sign in</h1><form method="post">
      <label>Who <input name="login" list="people"></label><datalist id="people">${options}</datalist>
      <button>Continue</button> <button name="cancel" value="yes">Cancel</button></form></main></html>`)
    return
  }
  const form = new URLSearchParams(await text(request))
  const accountId = form.get('login') ?? ''
  const before = people.get(accountId)?.signedInBefore
  const result = form.has('cancel')
    ? { error: 'access_denied', error_description: 'The person turned back.' }
    : { login: { accountId, ...(before === undefined ? {} : { ts: Math.floor(Date.now() / 1000) - before }) } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

async function logInByHand(authorizationUrl: string, person: string | undefined, issuer: string): Promise<string> {
  const cookies = new Map<string, string>()
  const { origin } = new URL(issuer)
  let next = { url: authorizationUrl, form: undefined as URLSearchParams | undefined }
  for (let step = 0; step < 12; step += 1) {
    const answer = await fetch(next.url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(next.form === undefined ? {} : { method: 'POST', body: next.form }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location !== null) {
      const target = new URL(location, next.url)
      if (target.origin !== origin) return target.href
      next = { url: target.href, form: undefined }
    } else if (answer.status === 200 && next.form === undefined) {
      await answer.text()
      next = { url: next.url, form: new URLSearchParams(person === undefined ? { cancel: 'yes' } : { login: person }) }
    } else {
      throw new Error(`the issuer answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
    }
  }
  throw new Error('the issuer sends the browser round and round')
}

async function newKeys(): Promise<JWK[]> {
  return Promise.all(
    ['RS256', 'ES256'].map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${crypto.randomUUID()}` }
    }),
  )
}

/** What the provider keeps: in memory, the same before and after new keys. */
function createStorage(clientsNow: () => ClientMetadata[]) {
  const kept = new Map<string, AdapterPayload>()
  return (model: string) => {
    const keyOf = (id: string) => `${model} ${id}`
    const where = (matches: (payload: AdapterPayload) => boolean) =>
      [...kept].find(([key, payload]) => key.startsWith(`${model} `) && matches(payload))?.[1]
    return {
      upsert: async (id: string, payload: AdapterPayload) => void kept.set(keyOf(id), payload),
      find: async (id: string) =>
        model === 'Client'
          ? (clientsNow().find(({ client_id: clientId }) => clientId === id) as AdapterPayload | undefined)
          : kept.get(keyOf(id)),
      findByUserCode: async (code: string) => where(({ userCode }) => userCode === code),
      findByUid: async (uid: string) => where((payload) => payload.uid === uid),
      destroy: async (id: string) => void kept.delete(keyOf(id)),
      revokeByGrantId: async (grantId: string) => {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key)
      },
      consume: async (id: string) => {
        const payload = kept.get(keyOf(id))
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
    }
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, 'localhost', () => resolve((server.address() as { port: number }).port))
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
