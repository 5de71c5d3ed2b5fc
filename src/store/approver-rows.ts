/** Who may approve, with which credentials, and what may be used once. Times are milliseconds since 1970. */

export type CredentialKind = 'passphrase' | 'passkey'

export interface CredentialRow {
  /** A passkey's credential id (base64url); of a passphrase, a random one. */
  id: string
  kind: CredentialKind
  /** As its owner called it. */
  name: string
  /** JSON: what verifies it. */
  verifier: string
  /** How often the authenticator says that it was used; it never goes back. */
  counter: number
  createdAt: number
  lastUsedAt?: number
}

export interface ApproverRow {
  name: string
  email: string
  createdAt: number
  vouchedBy?: string
  /** Oldest first; at least one. */
  credentials: CredentialRow[]
}

/** Somebody to be enrolled, with the first credential, or somebody enrolled who gets another one. */
export interface Enrolment {
  name: string
  email: string
  createdAt: number
  vouchedBy?: string
  kind: CredentialKind
  /** JSON: what verifies the credential. */
  credential: string
  /** Default: a random one. */
  credentialId?: string
  /** Default: the kind. */
  credentialName?: string
  counter?: number
}

/** A passkey as it was used: the write counts only where it is still enrolled and its counter has not gone back. */
export interface CredentialUse {
  id: string
  approver: string
  at: number
  counter?: number
}

/** Something that may be used once, until its time is over: a challenge, an enrolment link. */
export interface Ticket {
  /** SHA-256 of the value that its holder shows. */
  hash: string
  kind: 'challenge' | 'enrolment' | 'sign-in' | 'session' | 'nonce'
  /** What it is for. */
  subject: string
  /** JSON. */
  data: string
  expiresAt: number
}
