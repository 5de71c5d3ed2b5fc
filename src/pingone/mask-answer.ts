import { maskEmail, maskPhone, plainLines, plainText } from '../lib/text.ts'
import { cleanNickname } from './answer-text.ts'

/**
 * What PingOne answers to a generic call, fit for a model: secrets and the contact data of devices are masked, links of
 * the API's own navigation are left out, and no text has characters that cannot be seen. The numbers in a user's profile
 * are masked, too, because they are mostly those of the user's devices.
 */

const MASK = '••••'

// How names of fields end that hold a secret, in every spelling: clientSecret, OAUTH_ACCESS_TOKEN, bindPassword, keyUri.
const SECRET_ENDING =
  /(?:secret|password|passphrase|token|apikey|secretkey|privatekey|accesskey|authkey|signingkey|decryptionkey|verificationkey|serviceaccountcredentials|keyuri|pairingkey|otp|passcode|recoverycode|verificationcode|activationcode|authorization|qrurl)s?$|credential$/
const PRIVATE_JWK_FIELDS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])
const PUSH_TYPES = new Set(['APNS', 'FCM', 'FCM_HTTP_V1', 'HMS'])

const PROFILE_NUMBERS = new Set(['mobilePhone', 'primaryPhone'])
// A code may stand there as a number. Other numbers under a secret's name are counts and lifetimes.
const CODE_ENDING = /(?:otp|passcode)$/i

const CONTACT_TYPES = new Set(['SMS', 'VOICE', 'EMAIL', 'WHATSAPP'])
// Where what pairs an app stands under plain names.
const PAIRING_PATH = /\/(?:pairingKeys|digitalWallets)(?:\/|$)/
const PAIRING_FIELDS = new Set(['code', 'challenge'])
// What an answer that is called for its secret may show without it: what it is about, and since when.
const PLAIN_FIELDS = /^(?:id|type|status|name|nickname|phone|email|algorithm|createdAt|updatedAt|expiresAt)$/
const DEVICE_PATH = /\/(?:devices|deviceAuthentications|accessingDevices)(?:\/|$)/
const MAX_TEXT = 4000

export interface MaskOptions {
  /** The path that was called: what is below a user's devices is a device. */
  path: string
  /** It was called for a secret: every text that is not known to be none is one. */
  isSensitive?: boolean
  /** Secrets stay readable: for the one call that an approval hands them out to. */
  keepSecrets?: boolean
}

export function maskAnswer(value: unknown, options: MaskOptions): unknown {
  const { path, isSensitive = false, keepSecrets = false } = options
  const inside = {
    isDevice: DEVICE_PATH.test(path),
    isPairing: PAIRING_PATH.test(path),
    isSensitive: isSensitive && !keepSecrets,
    keepSecrets,
  }
  return mask(value, inside, path.slice(path.lastIndexOf('/') + 1))
}

interface Inside {
  isDevice: boolean
  isPairing: boolean
  isSensitive: boolean
  keepSecrets: boolean
}

function mask(value: unknown, inside: Inside, name = ''): unknown {
  if (typeof value === 'string') return plainLines(value, MAX_TEXT)
  if (Array.isArray(value)) return value.map((item) => maskField(name, item, inside, {}))
  if (value === null || typeof value !== 'object') return value
  const within = { ...inside, isDevice: inside.isDevice || isContactDevice(value) }
  const entries = Object.entries(value).filter(([key]) => key !== '_links')
  return Object.fromEntries(
    entries.map(([key, inner]) => [plainText(key, 200), maskField(key, inner, within, { of: value, named: name })]),
  )
}

function maskField(key: string, value: unknown, inside: Inside, owner: Owner): unknown {
  if (typeof value === 'number' && CODE_ENDING.test(key)) return MASK
  if (typeof value !== 'string') return mask(value, inside, key)
  const isSecret =
    isSecretField(key, owner) ||
    (inside.isPairing && PAIRING_FIELDS.has(key)) ||
    (inside.isSensitive && !PLAIN_FIELDS.test(key))
  if (isSecret && !inside.keepSecrets && value !== '') return MASK
  if (PROFILE_NUMBERS.has(key)) return maskPhone(value)
  if (!inside.isDevice) return mask(value, inside)
  if (key === 'phone') return maskPhone(value)
  if (key === 'email') return maskEmail(value)
  if (key === 'nickname') return cleanNickname(value)
  return mask(value, inside)
}

/** The object that a field belongs to, and the name under which that object stands. */
interface Owner {
  of?: object
  named?: string
}

/** True for the name of a text that nobody but its owner may see. */
export function isSecretField(key: string, { of = {}, named = '' }: Owner = {}): boolean {
  const name = key.toLowerCase().replace(/[_-]/g, '')
  if (SECRET_ENDING.test(name)) return true
  if (name === 'value' && SECRET_ENDING.test(named.toLowerCase())) return true
  const { type, kty } = of as { type?: unknown; kty?: unknown }
  return (kty !== undefined && PRIVATE_JWK_FIELDS.has(key)) || (name === 'key' && PUSH_TYPES.has(String(type)))
}

function isContactDevice(value: object): boolean {
  const { type, phone, email } = value as { type?: unknown; phone?: unknown; email?: unknown }
  return typeof type === 'string' && CONTACT_TYPES.has(type) && (phone !== undefined || email !== undefined)
}
