import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { isoTime } from '../lib/clock.ts'
import type { ChainPoint } from './chain-walk.ts'

/**
 * A statement about the audit chain that its reader can keep: so many entries, this head, at this time, signed with
 * Ed25519 (RFC 8032). Who holds one can show later that nothing before it was changed or cut.
 */
interface Checkpoint extends ChainPoint {
  version: 1
  /** ISO 8601. */
  at: string
}

export interface SignedCheckpoint {
  checkpoint: Checkpoint
  /** SubjectPublicKeyInfo (DER) in base64: what stands in a PEM file between its two lines. */
  publicKey: string
  /** In base64. */
  signature: string
}

/** The very bytes that are signed: four lines, so that they can be put together without this program, too. */
function signedBytes({ version, head, entries, at }: Checkpoint): Buffer {
  return Buffer.from(`pingone-mfa-mcp audit checkpoint v${version}\nhead ${head}\nentries ${entries}\nat ${at}\n`)
}

export function signCheckpoint(key: KeyObject, { head, entries }: ChainPoint, now: number): SignedCheckpoint {
  const checkpoint: Checkpoint = { version: 1, head, entries, at: isoTime(now) }
  const signature = sign(null, signedBytes(checkpoint), key).toString('base64')
  return { checkpoint, publicKey: spkiOf(createPublicKey(key)), signature }
}

/** What is wrong with it; undefined where the signature holds, and is by `expected` where that is given. */
export function checkpointProblem(
  { checkpoint, publicKey, signature }: SignedCheckpoint,
  expected: KeyObject | undefined,
): string | undefined {
  const key = keyOf(() => createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }))
  if (key === undefined) return 'the checkpoint does not have an Ed25519 public key'
  if (expected !== undefined && spkiOf(expected) !== spkiOf(key)) return 'the checkpoint was signed with another key'
  if (verify(null, signedBytes(checkpoint), key, Buffer.from(signature, 'base64'))) return undefined
  return 'the signature of the checkpoint does not hold'
}

type ReadKey = { key: KeyObject } | { problem: string }

/** An Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` writes it. */
export function readSigningKey(pem: string): ReadKey {
  const key = keyOf(() => createPrivateKey(pem))
  if (key !== undefined) return { key }
  return { problem: 'must be an Ed25519 private key in PEM without a passphrase (openssl genpkey -algorithm ed25519)' }
}

/** An Ed25519 public key in PEM, as `openssl pkey -pubout` writes it. */
export function readPublicKey(pem: string): ReadKey {
  const key = pem.includes('PRIVATE KEY') ? undefined : keyOf(() => createPublicKey(pem))
  if (key !== undefined) return { key }
  return { problem: 'must be an Ed25519 public key in PEM (openssl pkey -in KEYFILE -pubout)' }
}

/** SHA-256 (hex) of the key as DER: `openssl pkey -pubin -in FILE -outform DER | sha256sum`. */
export function fingerprintOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex')
}

function spkiOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

/** What Node says of a key that it cannot read is not repeated: it may quote the file. */
function keyOf(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read()
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}
