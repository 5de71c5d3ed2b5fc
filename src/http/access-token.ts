import { errors, type JWTPayload, jwtVerify, type JWTVerifyResult } from 'jose'
import type { Principal } from '../approval/caller.ts'
import { createIssuer, IssuerUnavailable } from './issuer.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { plainText } from '../lib/text.ts'

/** What an access token allows here. */
export interface Access {
  principal: Principal
  scopes: ReadonlySet<string>
}

/** The token is none, or not one for this service. The message is for the caller, and tells nothing of other tokens. */
export class InvalidToken extends Error {}

export interface AccessTokens {
  /** Rejects with InvalidToken, or with IssuerUnavailable where it cannot be told. */
  check(token: string): Promise<Access>
}

/** Public-key signatures alone: whoever verifies an HMAC could have made it. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const CLOCK_TOLERANCE_S = 30
/** RFC 9068 §2.1, and the plain types of issuers that are older. Other types are tokens for something else. */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt']
const LONGEST_TOKEN = 16_384

/** JWT access tokens of one issuer for one audience (RFC 9068, RFC 8725). */
export function createAccessTokens(options: {
  issuer: string
  audience: string
  clock: Clock
  log: Log
}): AccessTokens {
  const { issuer, audience, clock } = options
  const source = createIssuer(options)
  return {
    async check(token) {
      if (token.length > LONGEST_TOKEN) throw new InvalidToken('The access token is too long.')
      const keys = await source.keys()
      let verified: JWTVerifyResult
      try {
        verified = await jwtVerify(token, keys, {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_S,
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'sub'],
        })
      } catch (error) {
        throw judge(error)
      }
      const { payload, protectedHeader } = verified
      if (!TYPES.includes(protectedHeader.typ?.toLowerCase())) throw new InvalidToken('This is no access token.')
      // RFC 7800: bound to a key whose possession cannot be checked here.
      if (payload['cnf'] !== undefined) throw new InvalidToken('Access tokens that are bound to a key are not taken.')
      // A JWT holds whatever JSON its issuer writes, whatever the library's types say.
      const { sub, iat } = payload as { sub?: unknown; iat?: number }
      if (typeof sub !== 'string' || sub === '') throw new InvalidToken(CLAIM_FAULTS['sub'])
      // Looked at by the library only where there is a greatest age.
      if (iat !== undefined && iat > clock.now() / 1000 + CLOCK_TOLERANCE_S) throw new InvalidToken(CLAIM_FAULTS['iat'])
      return { principal: principalOf(payload, issuer, sub), scopes: scopesOf(payload) }
    },
  }
}

function principalOf(payload: JWTPayload, issuer: string, subject: string): Principal {
  const { email, email_verified: isVerified } = payload as { email?: unknown; email_verified?: unknown }
  // Many access tokens say nothing about the verification; whatever is said must be yes.
  const isSaid = typeof email === 'string' && [undefined, true, 'true'].includes(isVerified as boolean)
  // In the same form as an approver's: the two are compared.
  const plain = isSaid ? plainText(email, 254) : ''
  return { issuer, subject, ...(plain === '' ? {} : { email: plain }) }
}

/** `scope` of RFC 9068, a list with blanks between; `scp` as some issuers write it. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<string> {
  const given = [scope, scp].flatMap((value): unknown[] => (Array.isArray(value) ? value : [value]))
  return new Set(
    given.flatMap((value) => (typeof value === 'string' ? value.split(' ') : [])).filter((word) => word !== ''),
  )
}

const CLAIM_FAULTS: Readonly<Record<string, string>> = {
  aud: 'The access token is for another audience.',
  iss: 'The access token is of another issuer.',
  nbf: 'The access token is not valid yet.',
  iat: 'The access token is of the future.',
  exp: 'The access token has no time at which it ends.',
  sub: 'The access token names nobody.',
}

function judge(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new InvalidToken('The access token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new InvalidToken(CLAIM_FAULTS[error.claim] ?? 'The access token is not for this service.')
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new InvalidToken('The access token is signed by a key that the issuer does not have.')
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return new InvalidToken('The access token is signed in a way that is not taken.')
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWSInvalid) {
    return new InvalidToken('The signature of the access token does not hold.')
  }
  if (error instanceof errors.JWTInvalid) return new InvalidToken('This is no JWT.')
  // What is left comes from fetching the keys: a timeout, a refused connection, an answer that is none.
  return new IssuerUnavailable('The keys of the issuer cannot be fetched.', { cause: error })
}
