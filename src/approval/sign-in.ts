/** Somebody who has signed in for one decision, as the ID token says. */
export interface SignedIn {
  issuer: string
  subject: string
  /** What others read: the name, else the email. */
  name: string
  /** Verified. */
  email: string
  /** The issuer may call the same person differently for another client: two subjects are not two people. */
  isPairwise?: boolean
}

/** What is kept of a sign-in beside who it was. */
export interface SignInProof {
  /** When the person proved to the issuer who they are; milliseconds. */
  authTime: number
  /** SHA-256 (hex) of the ID token. */
  idTokenHash: string
}

/** Who may approve by signing in: `groups=mfa-approvers`. */
export interface ClaimRule {
  name: string
  value: string
}

/**
 * Whether the claims fulfil the rule: a string that equals the value, or a list that contains it. A dotted name also
 * means a nested claim (`realm_access.roles`), where no claim has that very name.
 */
export function satisfies(claims: Readonly<Record<string, unknown>>, { name, value }: ClaimRule): boolean {
  const claim = claimAt(claims, name)
  return Array.isArray(claim) ? claim.includes(value) : claim === value
}

/** Whether the claim is there at all. */
export function hasClaim(claims: Readonly<Record<string, unknown>>, name: string): boolean {
  return claimAt(claims, name) !== undefined
}

function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name.split('.').reduce<unknown>((at, part) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    return (at as Record<string, unknown>)[part]
  }, claims)
}
