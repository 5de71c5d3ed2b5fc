import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Random bytes as an argument, so that a test can choose them. */
export type RandomBytes = (size: number) => Buffer

const CLAIM_TOKEN = /^apv_[A-Za-z0-9_-]{43}$/
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A caller's claim ticket: 256 random bits. It can ask for the state and start what was approved, never approve. */
export function mintClaimToken(randomBytes: RandomBytes): string {
  return `apv_${randomBytes(32).toString('base64url')}`
}

export function isClaimToken(text: string): boolean {
  return CLAIM_TOKEN.test(text)
}

/** What the store keeps of a claim token. */
export function hashClaimToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** An approval's id: 80 random bits in sixteen characters that a person can read out. */
export function mintApprovalId(randomBytes: RandomBytes): string {
  return [...randomBytes(16)].map((byte) => ID_ALPHABET[byte & 31]).join('')
}

function derive(token: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, 'pingone-mfa-mcp', purpose, 32))
}

/** AES-256 key under which a plan's own secrets are sealed (HKDF-SHA-256, RFC 5869). */
export function sealKeyOf(token: string): Buffer {
  return derive(token, 'seal')
}

// RFC 8410 §7: the PKCS #8 wrapping of a raw X25519 private key.
const X25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** The X25519 private key that opens what a person typed while approving. Only the holder of the token can derive it. */
export function codeKeyOf(token: string): KeyObject {
  const der = Buffer.concat([X25519_PKCS8_PREFIX, derive(token, 'code')])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** The public half, base64 of its SubjectPublicKeyInfo: what stands in the store. */
export function codePublicKeyOf(token: string): string {
  return createPublicKey(codeKeyOf(token)).export({ format: 'der', type: 'spki' }).toString('base64')
}
