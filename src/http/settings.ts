import type { Environment } from '../home.ts'
import type { Secret } from '../lib/secret.ts'

/** How `http` serves: from its flags and the variables of the HTTP service. */
export interface HttpSettings {
  /** A host name or address to bind; `localhost` is 127.0.0.1 and, where it exists, ::1. */
  host: string
  /** 0 picks one. */
  port: number
  /** Scheme, host and port that people and clients see, without a slash at the end; absent: `http://localhost:<port>`. */
  publicUrl?: string
  /** Absent with `--insecure-loopback`: whoever reaches the port is the owner of the home folder. */
  tokens?: { issuer: string; audience?: string }
  /** Where approvers sign in; absent where nobody can. */
  approvers?: ApproverSignIn
}

export interface ApproverSignIn {
  issuer: string
  clientId: string
  clientSecret: Secret
  /** Who may approve; absent: nobody who signs in. */
  claim?: { name: string; value: string }
}

/** Throws NOT_CONFIGURED naming each missing or bad variable, INVALID_INPUT for a bad flag. */
export function parseHttpSettings(
  _env: Environment,
  _flags: { host: string; port: string; insecureLoopback: boolean },
): HttpSettings {
  throw new Error('not built')
}
