import { createRemoteJWKSet, customFetch, type FetchImplementation, type RemoteJWKSet } from 'jose'
import type { Clock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { parseBaseUrl } from '../pingone/endpoint.ts'

/** The issuer's metadata or keys cannot be had at the moment: no token can be judged, whoever sent it. */
export class IssuerUnavailable extends Error {}

/** The keys of one issuer, found by discovery when the first token comes, and fetched anew when they are rotated. */
export interface Issuer {
  keys(): Promise<RemoteJWKSet>
}

const FETCH_LIMIT_MS = 5_000
const MAX_METADATA_BYTES = 512 * 1024
/** After a failure nobody asks again for so long, however many calls come. */
const PAUSE_MS = 2_000
/** How soon an unknown key makes the keys be fetched again. A rotated key is accepted after at most this. */
const KEY_COOLDOWN_MS = 20_000
/** A key that the issuer took away counts for at most this. */
const KEY_MAX_AGE_MS = 5 * 60_000

export function createIssuer({ issuer, clock, log }: { issuer: string; clock: Clock; log: Log }): Issuer {
  let found: Promise<RemoteJWKSet> | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  let keysFailedAt = Number.NEGATIVE_INFINITY

  /** As the library would, but for the pause: its own one follows only a fetch that worked. */
  const fetchKeys: FetchImplementation = async (url, options) => {
    if (clock.now() - keysFailedAt < PAUSE_MS)
      throw new IssuerUnavailable('The keys could not be fetched a moment ago.')
    let isFetched = false
    try {
      // eslint-disable-next-line no-restricted-globals -- an issuer is not PingOne's API
      const answer = await fetch(url, options)
      isFetched = answer.ok
      return answer
    } finally {
      if (!isFetched) keysFailedAt = clock.now()
    }
  }

  const discover = async (): Promise<RemoteJWKSet> => {
    const failures: string[] = []
    for (const url of metadataUrls(issuer)) {
      try {
        const jwksUri = readMetadata(await fetchJson(url), issuer)
        return createRemoteJWKSet(new URL(jwksUri), {
          timeoutDuration: FETCH_LIMIT_MS,
          cooldownDuration: KEY_COOLDOWN_MS,
          cacheMaxAge: KEY_MAX_AGE_MS,
          [customFetch]: fetchKeys,
        })
      } catch (error) {
        failures.push(messageOf(error))
      }
    }
    log.warn('issuer.not_discovered', { issuer, failures })
    throw new IssuerUnavailable('The metadata of the issuer cannot be read.')
  }

  return {
    async keys() {
      if (found !== undefined) return found
      if (clock.now() - failedAt < PAUSE_MS)
        throw new IssuerUnavailable('The issuer could not be reached a moment ago.')
      found = discover()
      try {
        return await found
      } catch (error) {
        found = undefined
        failedAt = clock.now()
        throw error
      }
    },
  }
}

/** OpenID Connect Discovery 1.0 §4, then RFC 8414 §3.1, which puts the well-known part in front of the issuer's path. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

async function fetchJson(url: string): Promise<unknown> {
  // eslint-disable-next-line no-restricted-globals -- an issuer is not PingOne's API
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_LIMIT_MS) })
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
  const text = await answer.text()
  if (text.length > MAX_METADATA_BYTES) throw new Error(`${url} answered with too much`)
  return JSON.parse(text)
}

function readMetadata(metadata: unknown, issuer: string): string {
  const { issuer: said, jwks_uri: jwksUri } = (metadata ?? {}) as { issuer?: unknown; jwks_uri?: unknown }
  if (said !== issuer) throw new Error('its metadata names another issuer')
  if (typeof jwksUri !== 'string' || !('url' in parseBaseUrl(jwksUri.replace(/\?.*$/, '')))) {
    throw new Error('its metadata names no keys that could be fetched safely')
  }
  return jwksUri
}
