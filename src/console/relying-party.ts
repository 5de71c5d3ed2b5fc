import { createHash } from 'node:crypto'
import type { Configuration } from 'openid-client'
import type { ApproverSignIn } from '../http/settings.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { plainText } from '../lib/text.ts'
import { isLoopbackHost } from '../pingone/endpoint.ts'

const TIMEOUT_SECONDS = 8
/** A page waits so long for it, and is shown without it then. */
const PATIENCE_MS = 2000
/** What the issuer publishes of itself is read anew after this long, keys included. */
const KNOWN_MS = 30_000

/** What has to come back with a person, and never leaves the store or this process. */
interface Checks {
  state: string
  nonce: string
  verifier: string
}

/** Who came back, as the ID token says. */
export interface Returned {
  issuer: string
  subject: string
  /** The issuer may have a subject of its own for each client. */
  isPairwise: boolean
  /** Of the ID token. */
  claims: Readonly<Record<string, unknown>>
  /** SHA-256 (hex). */
  idTokenHash: string
  /** What the userinfo endpoint says of the same person; undefined where it cannot be asked. */
  userinfo(): Promise<Readonly<Record<string, unknown>> | undefined>
}

type Redeemed = { ok: true; returned: Returned } | { ok: false; why: string }

/** The console as an OpenID Connect relying party: code flow with PKCE, one client, one issuer. */
export interface RelyingParty {
  /** Where to send a person who is to sign in anew; undefined where the issuer does not answer. */
  authorizationUrl(checks: Checks): Promise<URL | undefined>
  /** Exchanges the code in the address that a person came back to. */
  redeem(search: string, checks: Checks): Promise<Redeemed>
  /** Where its sign-in page is, as far as it has been heard of. */
  readonly knownOrigin: string | undefined
  /** Asks the issuer where its sign-in page is, unless that is known; does not wait long. */
  discover(): Promise<void>
}

interface PartyDeps {
  signIn: ApproverSignIn
  /** `<public URL>/approvals/callback`. */
  redirectUri: string
  clock: Clock
  log: Log
}

export function createRelyingParty({ signIn, redirectUri, clock, log }: PartyDeps): RelyingParty {
  const { issuer, clientId, clientSecret } = signIn
  const server = new URL(issuer)
  let known: { config: Promise<Configuration>; until: number } | undefined
  let knownOrigin: string | undefined

  const discover = async (): Promise<Configuration> => {
    const oidc = await import('openid-client')
    const config = await oidc.discovery(server, clientId, {}, oidc.ClientSecretBasic(clientSecret.reveal()), {
      timeout: TIMEOUT_SECONDS,
      // The signature counts, too, and not only the connection that the ID token came by.
      execute: [
        oidc.enableNonRepudiationChecks,
        // oxlint-disable-next-line typescript/no-deprecated -- only marked so to stand out; for this machine alone
        ...(server.protocol === 'http:' && isLoopbackHost(server.hostname) ? [oidc.allowInsecureRequests] : []),
      ],
    })
    const published = config.serverMetadata()
    for (const endpoint of ENDPOINTS) requireClosedLine(published[endpoint])
    knownOrigin = new URL(published.authorization_endpoint ?? issuer).origin
    return config
  }

  const configuration = (): Promise<Configuration> => {
    if (known !== undefined && known.until > clock.now()) return known.config
    const config = discover()
    const fresh = { config, until: clock.now() + KNOWN_MS }
    known = fresh
    config.catch(() => {
      if (known === fresh) known = undefined
    })
    return config
  }

  const unreachable = (error: unknown) => log.warn('sign_in.issuer_not_reached', { issuer, error: reasonOf(error) })

  return {
    get knownOrigin() {
      return knownOrigin
    },
    async discover() {
      if (knownOrigin !== undefined) return
      const patience = new AbortController()
      const asked = configuration()
        .catch(unreachable)
        .finally(() => patience.abort())
      await Promise.race([asked, clock.sleep(PATIENCE_MS, patience.signal).catch(() => undefined)])
    },
    async authorizationUrl({ state, nonce, verifier }) {
      try {
        const [oidc, config] = [await import('openid-client'), await configuration()]
        return oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: 'openid email profile',
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          // Somebody signs in for this, whatever session there is.
          prompt: 'login',
          max_age: '0',
        })
      } catch (error) {
        unreachable(error)
        return undefined
      }
    },
    async redeem(search, { state, nonce, verifier }) {
      const oidc = await import('openid-client')
      try {
        const config = await configuration()
        const tokens = await oidc.authorizationCodeGrant(config, new URL(redirectUri + search), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
        })
        const claims = tokens.claims()
        if (claims === undefined) return { ok: false, why: NO_ANSWER }
        const subject = claims.sub
        return {
          ok: true,
          returned: {
            issuer: claims.iss,
            subject,
            isPairwise: config.serverMetadata().subject_types_supported?.includes('pairwise') ?? false,
            claims,
            idTokenHash: createHash('sha256')
              .update(tokens.id_token ?? '')
              .digest('hex'),
            userinfo: () =>
              oidc.fetchUserInfo(config, tokens.access_token, subject).catch((error: unknown) => {
                log.warn('sign_in.no_userinfo', { issuer, error: reasonOf(error) })
                return undefined
              }),
          },
        }
      } catch (error) {
        log.warn('sign_in.failed', { issuer, error: reasonOf(error) })
        return { ok: false, why: error instanceof oidc.AuthorizationResponseError ? refusalOf(error.error) : NO_ANSWER }
      }
    },
  }
}

const NO_ANSWER =
  'What the sign-in service answered does not hold, or it did not answer in time. The log of this service says more.'

function refusalOf(error: string): string {
  return error === 'access_denied'
    ? 'The sign-in was cancelled, or the sign-in service refused it.'
    : `The sign-in service ended it: ${plainText(error, 80)}.`
}

/** The cause says what the connection said; neither holds a token. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return plainText(`${messageOf(error)}${cause}`, 300)
}

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const

/** An issuer on this machine may do without TLS; what it sends people and secrets to elsewhere may not. */
function requireClosedLine(endpoint: string | undefined): void {
  if (endpoint === undefined) return
  const { protocol, hostname } = new URL(endpoint)
  const isOnThisMachine = protocol === 'http:' && isLoopbackHost(hostname)
  if (protocol !== 'https:' && !isOnThisMachine) throw new Error('the issuer publishes an address that is not https')
}
