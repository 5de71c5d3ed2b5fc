/** Who calls: whose approvals are whose, and what a person reads about it. */
export interface Caller {
  id: string
  /** "claude-code 2.1 over stdio, as root": as far as this program can tell. */
  description: string
}
