import type { Context } from 'hono'
import type { Principal } from '../approval/caller.ts'
import { plainText } from '../lib/text.ts'
import type { Sender } from '../mcp/http.ts'
import { type Access, type AccessTokens, InvalidToken } from './access-token.ts'
import { IssuerUnavailable } from './issuer.ts'
import { neededScopes, READ_SCOPE, WRITE_SCOPE } from './scopes.ts'

/** RFC 9728: where clients read which issuer to ask. */
export const METADATA_PATH = '/.well-known/oauth-protected-resource'
const ALL_SCOPES = [READ_SCOPE, WRITE_SCOPE]

export function protectedResource({ publicUrl, issuer }: { publicUrl: string; issuer: string }) {
  return {
    resource: `${publicUrl}/mcp`,
    authorization_servers: [issuer],
    scopes_supported: ALL_SCOPES,
    bearer_methods_supported: ['header'],
    resource_name: 'PingOne MFA',
  }
}

/** Who sends this request, or the answer that refuses it (RFC 6750 §3). */
export async function authenticate(
  context: Context,
  { tokens, publicUrl }: { tokens: AccessTokens; publicUrl: string },
): Promise<Access | Response> {
  const challenge = challengeAt(publicUrl)
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(context.req.header('authorization') ?? '') ?? []
  if (token === undefined) {
    return context.json({ error: 'invalid_request', error_description: 'An access token is needed.' }, 401, {
      'www-authenticate': challenge({ scope: ALL_SCOPES.join(' ') }),
    })
  }
  try {
    return await tokens.check(token)
  } catch (error) {
    if (error instanceof InvalidToken) {
      const answer = { error: 'invalid_token', error_description: error.message }
      return context.json(answer, 401, {
        'www-authenticate': challenge({ ...answer, scope: ALL_SCOPES.join(' ') }),
      })
    }
    if (!(error instanceof IssuerUnavailable)) throw error
    return context.json({ error: 'temporarily_unavailable', error_description: error.message }, 503, {
      'retry-after': '5',
    })
  }
}

/** The refusal where the token does not allow what the body asks for; undefined where it does. */
export function refuseScopes(
  context: Context,
  { body, access, publicUrl }: { body: unknown; access: Access; publicUrl: string },
): Response | undefined {
  const needed = neededScopes(body)
  const missing = needed.filter((scope) => !access.scopes.has(scope))
  if (missing.length === 0) return undefined
  const answer = {
    error: 'insufficient_scope',
    error_description: `The access token lacks the scope ${missing.join(' and ')}.`,
  }
  return context.json(answer, 403, {
    'www-authenticate': challengeAt(publicUrl)({ ...answer, scope: needed.join(' ') }),
  })
}

/** The one who signed in. The same person is the same caller, whichever client and process they use. */
export function senderOf({ principal, scopes }: Access): Sender {
  const { issuer, subject, email } = principal
  const who = plainText(email ?? subject, 120)
  return {
    mayChange: scopes.has(WRITE_SCOPE),
    caller: (client) => ({
      id: callerId(principal),
      description: `${client} over HTTP, signed in as ${who} at ${new URL(issuer).host}`,
      principal,
    }),
  }
}

/** Issuer and subject, so written that no two pairs look alike. */
function callerId({ issuer, subject }: Principal): string {
  return `oauth ${JSON.stringify([issuer, subject])}`
}

function challengeAt(publicUrl: string) {
  return (parameters: Record<string, string>): string => {
    const all = { resource_metadata: `${publicUrl}${METADATA_PATH}`, ...parameters }
    return `Bearer ${Object.entries(all)
      .map(([name, value]) => `${name}="${value.replace(/["\\]/g, '')}"`)
      .join(', ')}`
  }
}
