import { scrypt, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../lib/secret.ts'
import type { RandomBytes } from './claim.ts'

const MIN_PASSPHRASE_LENGTH = 8
const MAX_PASSPHRASE_LENGTH = 1024

// RFC 7914. N=2^17, r=8, p=1 takes 128 MiB and some tenths of a second a guess.
const COST = { N: 2 ** 17, r: 8, p: 1 }
const KEY_LENGTH = 32

interface ScryptRecord {
  scheme: 'scrypt'
  N: number
  r: number
  p: number
  salt: string
  key: string
}

/** What is wrong with a passphrase that somebody wants to use; undefined where nothing is. */
export function passphraseProblem(passphrase: string): string | undefined {
  const length = [...passphrase.normalize('NFC')].length
  if (length < MIN_PASSPHRASE_LENGTH) return `A passphrase has at least ${MIN_PASSPHRASE_LENGTH} characters.`
  if (length > MAX_PASSPHRASE_LENGTH) return `A passphrase has at most ${MAX_PASSPHRASE_LENGTH} characters.`
  return undefined
}

/** JSON that verifies the passphrase and does not contain it. */
export async function hashPassphrase(passphrase: Secret, randomBytes: RandomBytes): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(passphrase, salt, COST)
  const record: ScryptRecord = { scheme: 'scrypt', ...COST, salt: salt.toString('base64'), key: key.toString('base64') }
  return JSON.stringify(record)
}

export async function verifyPassphrase(passphrase: Secret, credential: string): Promise<boolean> {
  const record = JSON.parse(credential) as ScryptRecord
  const expected = Buffer.from(record.key, 'base64')
  const actual = await derive(passphrase, Buffer.from(record.salt, 'base64'), record)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

function derive(passphrase: Secret, salt: Buffer, { N, r, p }: { N: number; r: number; p: number }): Promise<Buffer> {
  const text = passphrase.reveal().normalize('NFC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_LENGTH, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
