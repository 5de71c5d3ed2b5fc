/** Who signed in at the issuer whose access token a call came with. */
export interface Principal {
  issuer: string
  subject: string
  /** As the access token says; absent where it says nothing, or that nobody has verified it. */
  email?: string
}

/** Who calls: whose approvals are whose, and what a person reads about it. */
export interface Caller {
  id: string
  /** "claude-code 2.1 over stdio, as root": as far as this program can tell. */
  description: string
  /** Absent where the caller is the owner of the home folder. */
  principal?: Principal
}
