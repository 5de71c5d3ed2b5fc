import type { ApproverSignIn } from '../http/settings.ts'
import { isLoopbackHost } from '../pingone/endpoint.ts'

/** Where the pages are, and what goes there. */
export interface Site {
  /** Scheme, name and port, as a browser writes them. */
  origin: string
  /** Name and port. */
  host: string
  /** Served for others by the HTTP service; else by one session, for this machine. */
  isHosted: boolean
  /** A name of this machine: who is here may hold a link and has a terminal. */
  isLoopback: boolean
  /** Passkeys are enrolled for the name `localhost`, whatever the port. */
  takesPasskeys: boolean
  /** Where approvers sign in; absent where nobody can. */
  signIn?: { issuer: string; claim: string | undefined }
}

/** The pages that one session serves on loopback. */
export function loopbackSite(port: number): Site {
  // As a browser writes them: port 80 is left out.
  const { host, origin } = new URL(`http://localhost:${port}`)
  return { origin, host, isHosted: false, isLoopback: true, takesPasskeys: true }
}

/** The pages under the HTTP service's public URL. */
export function hostedSite(publicUrl: string, signIn: ApproverSignIn | undefined): Site {
  const { origin, host, hostname } = new URL(publicUrl)
  const { name, value } = signIn?.claim ?? {}
  return {
    origin,
    host,
    isHosted: true,
    isLoopback: isLoopbackHost(hostname),
    takesPasskeys: hostname === 'localhost',
    ...(signIn !== undefined && {
      signIn: { issuer: signIn.issuer, claim: name === undefined ? undefined : `${name}=${value}` },
    }),
  }
}
