import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What travels between a browser and the console about passkeys, and what is kept of it. Light: nothing is verified here. */

const bytes = z.string().regex(/^[A-Za-z0-9_-]+$/)
const text = z.string().max(20_000)

/** What a browser's `get()` gives, as far as it is needed. */
export const Assertion = z.object({
  id: bytes.max(1500),
  rawId: bytes.max(1500),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: text.optional(),
  }),
})
export type Assertion = z.infer<typeof Assertion>

/** What a browser's `create()` gives. */
export const Attestation = z.object({
  id: bytes.max(1500),
  rawId: bytes.max(1500),
  type: z.literal('public-key'),
  response: z.object({ clientDataJSON: bytes, attestationObject: bytes, transports: z.array(text).optional() }),
})
export type Attestation = z.infer<typeof Attestation>

/** Kept in the audit log: all that is needed to verify the assertion again, years later. */
export interface PasskeyEvidence {
  credentialId: string
  /** As it was then. */
  publicKey: string
  authenticatorData: string
  clientDataJSON: string
  signature: string
  /** The server's half of the challenge. */
  nonce: string
  /** SHA-256 (hex) of what was decided. */
  digest: string
  origin: string
}

/** What a challenge was made for. */
export interface Challenge {
  digest: string
  nonce: string
  origin: string
}

/** SHA-256(digest ‖ nonce), base64url. */
export function challengeOf({ digest, nonce }: Pick<Challenge, 'digest' | 'nonce'>): string {
  const hash = createHash('sha256').update(Buffer.from(digest, 'hex')).update(Buffer.from(nonce, 'base64url'))
  return hash.digest('base64url')
}

/** The challenge that a browser answered; undefined where it cannot be read. */
export function challengeIn(clientDataJSON: string): string | undefined {
  return clientDataOf(clientDataJSON)?.challenge
}

const ClientData = z.object({ challenge: z.string(), crossOrigin: z.boolean().optional() })

export function clientDataOf(clientDataJSON: string): z.infer<typeof ClientData> | undefined {
  try {
    return ClientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')))
  } catch {
    return undefined
  }
}
