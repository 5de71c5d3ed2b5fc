import type { Random } from './random.ts'

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/**
 * A token that looks like PingOne's. The signature is noise as long as an RS256 one: a caller has no business looking
 * into it, and the tenant knows its tokens by heart.
 */
export function sign(random: Random, claims: Record<string, unknown>): string {
  const header = { alg: 'RS256', kid: 'default' }
  return `${encode(header)}.${encode(claims)}.${random.characters(342, BASE64URL)}`
}
