import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { RandomBytes } from './claim.ts'

/** AES-256-GCM: nonce, ciphertext and tag in base64. */
export interface SealedBox {
  nonce: string
  data: string
  tag: string
}

/** A box for the owner of an X25519 key; `sender` is the one-time public key that it was sealed with. */
export interface SealedLetter extends SealedBox {
  sender: string
}

/** `context` is authenticated with the text: a box opens only where it belongs. */
export function seal(key: Buffer, text: string, context: string, randomBytes: RandomBytes): SealedBox {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return {
    nonce: nonce.toString('base64'),
    data: data.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  }
}

/** Throws where key, context or box do not belong together. */
export function unseal(key: Buffer, box: SealedBox, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(box.nonce, 'base64'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(Buffer.from(box.tag, 'base64'))
  return Buffer.concat([decipher.update(Buffer.from(box.data, 'base64')), decipher.final()]).toString('utf8')
}

function sharedKey(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const secret = diffieHellman({ privateKey, publicKey })
  return Buffer.from(hkdfSync('sha256', secret, 'pingone-mfa-mcp', 'letter', 32))
}

function publicKeyFrom(spki: string): KeyObject {
  return createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' })
}

/** Seals for whoever holds the private half of `recipient` (base64 SubjectPublicKeyInfo of an X25519 key). */
export function sealLetter(recipient: string, text: string, context: string, randomBytes: RandomBytes): SealedLetter {
  const oneTime = generateKeyPairSync('x25519')
  const key = sharedKey(oneTime.privateKey, publicKeyFrom(recipient))
  const sender = oneTime.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  return { ...seal(key, text, context, randomBytes), sender }
}

export function openLetter(privateKey: KeyObject, letter: SealedLetter, context: string): string {
  return unseal(sharedKey(privateKey, publicKeyFrom(letter.sender)), letter, context)
}
