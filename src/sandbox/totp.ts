import { createHmac } from 'node:crypto'

const STEP_MS = 30_000
export const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** What an authenticator app shows for a secret: RFC 6238 with SHA-1, six digits, thirty seconds. */
export function totpCode(secret: string, atMs: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / STEP_MS)))
  const digest = createHmac('sha1', bytesOf(secret)).update(counter).digest()
  const offset = digest.readUInt8(digest.length - 1) & 15
  const code = digest.readUInt32BE(offset) & 0x7fffffff
  return String(code % 1_000_000).padStart(6, '0')
}

/** One step early or late is forgiven, as clocks differ. */
export function isTotpCode(secret: string, otp: string, atMs: number): boolean {
  return [-STEP_MS, 0, STEP_MS].some((shift) => totpCode(secret, atMs + shift) === otp)
}

export function keyUri(secret: string, account: string): string {
  return `otpauth://totp/${encodeURIComponent(account)}?secret=${secret}&issuer=Sandbox`
}
