import { sameEmail } from '../lib/text.ts'
import type { Principal } from './caller.ts'
import type { SignedIn } from './sign-in.ts'

/** Who is about to say yes, as far as telling people apart goes. */
export interface Decider {
  email: string
  /** Of who signed in: at which issuer, and as whom. Absent for who is enrolled here. */
  identity?: Pick<SignedIn, 'issuer' | 'subject' | 'isPairwise'>
}

const OWN = 'Nobody approves what they asked for themselves. Another approver has to decide.'
const CANNOT_TELL =
  'It cannot be told whether you are the one who asked: the access token of the request names no verified email. ' +
  'An approver who signs in at the same issuer has to decide.'
const CANNOT_TELL_HERE =
  'It cannot be told whether you are the one who asked: the access token of the request names no verified email, and ' +
  'the issuer calls the same person differently for each application. Have it put the email into its access tokens.'

/**
 * Why this person may not approve what this principal asked for; undefined where the two are told apart for sure. One
 * issuer names a person by its subject, unless it has another one for each client (OpenID Connect Core 1.0 §8.1); between
 * two sources only the email does.
 */
export function ownRequest(asker: Principal | undefined, { email, identity }: Decider): string | undefined {
  // Who asks without an access token is the owner of the home folder.
  if (asker === undefined) return undefined
  if (asker.email !== undefined && sameEmail(asker.email, email)) return OWN
  const isSameIssuer = identity?.issuer === asker.issuer
  if (isSameIssuer && identity.subject === asker.subject) return OWN
  if (asker.email !== undefined || (isSameIssuer && identity.isPairwise !== true)) return undefined
  return isSameIssuer ? CANNOT_TELL_HERE : CANNOT_TELL
}
