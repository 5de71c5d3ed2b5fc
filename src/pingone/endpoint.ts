import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'

/** Where one PingOne tenant is, and as whom it is spoken to. Without the secret, which travels on its own. */
export interface Connection {
  /** Base of the management and MFA API, with `/v1` and without a slash at the end. */
  apiUrl: string
  /** Base of the token endpoint, without `/v1` and without a slash at the end. */
  authUrl: string
  /** The environment that is administered. */
  environmentId: string
  /** The environment that holds the worker application. */
  workerEnvironmentId: string
  clientId: string
  tokenAuthMethod: TokenAuthMethod
}

export const TOKEN_AUTH_METHODS = ['basic', 'post'] as const
export type TokenAuthMethod = (typeof TOKEN_AUTH_METHODS)[number]

/** Region codes and their top-level parts. PingOne: Foundations, "PingOne API requests". */
const REGIONS = {
  NA: 'com',
  CA: 'ca',
  EU: 'eu',
  AP: 'asia',
  AU: 'com.au',
  SG: 'sg',
} as const

export type Region = keyof typeof REGIONS
export const REGION_CODES = Object.keys(REGIONS) as Region[]

/** A region by its code (`EU`), its API domain (`api.pingone.eu`) or its top-level part (`eu`), in any letter case. */
export function parseRegion(text: string): Region | undefined {
  const wanted = text.trim().toLowerCase()
  return REGION_CODES.find((code) => {
    const topLevel = REGIONS[code]
    return [code.toLowerCase(), topLevel, `api.pingone.${topLevel}`].includes(wanted)
  })
}

export function regionUrls(region: Region): { apiUrl: string; authUrl: string } {
  const topLevel = REGIONS[region]
  return { apiUrl: `https://api.pingone.${topLevel}/v1`, authUrl: `https://auth.pingone.${topLevel}` }
}

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/** True for a host, as a URL spells it, that can only be this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * A base URL without a slash at the end, or what is wrong with it. `https:` always, `http:` only on loopback; no user
 * name, query or fragment.
 */
export function parseBaseUrl(text: string): { url: string } | { problem: string } {
  if (!URL.canParse(text)) return { problem: 'is not a URL' }
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    return { problem: 'must begin with https:// (http:// only for localhost)' }
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return { problem: 'must not have a user name, a query or a fragment' }
  }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` }
}

/** The API base with its `/v1`, whether it was written or not. */
export function withVersion(apiUrl: string): string {
  return apiUrl.endsWith('/v1') ? apiUrl : `${apiUrl}/v1`
}

/** PingOne's ids: lower-case UUID shape without a check of version or variant (documented ids are not all RFC 9562). */
export const pingOneId = lazy(() =>
  z
    .string()
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'must be a UUID')
    .transform((id) => id.toLowerCase()),
)
