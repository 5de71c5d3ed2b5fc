import { redactText } from '../lib/log.ts'
import { maskEmail, maskPhone, plainText } from '../lib/text.ts'

/** Turns text from PingOne into one displayable line. */
export type CleanText = (text: string, max?: number) => string

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const DATE = '(?:19|20)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])'
const PHONE = '[+\\uFF0B]?\\p{Nd}(?:[\\s().\\/\\u2010-\\u2015\\u00B7-]{0,3}\\p{Nd}){6,18}'
const NUMBERS = new RegExp(`(?<kept>${UUID}|${DATE})|${PHONE}`, 'giu')
const EMAIL = /[^\s@\uFF20<>"'(),;:]{1,64}[@\uFF20][^\s@\uFF20<>"'(),;:]{1,255}/gu

/**
 * Phone numbers and emails inside a longer text are masked; ids and dates stay. Wants text without invisible
 * characters: between two digits they would hide a number from the pattern.
 */
export function maskContacts(text: string): string {
  return text
    .replace(EMAIL, (email) => (email.includes('@') ? maskEmail(email) : '•••'))
    .replace(NUMBERS, (found: string, kept: string | undefined) => (kept === undefined ? maskPhone(found) : found))
}

/** What somebody called a device, fit for display: one line, without contact data. */
export function cleanNickname(nickname: string): string {
  return maskContacts(plainText(nickname, 100))
}

/** Somebody else's text inside of a sentence: it cannot close its own quotation marks. */
export function inQuotes(text: string): string {
  return `"${text.replaceAll('"', "'")}"`
}

const LONGEST_READ = 10_000
const SHORTEST_HIDDEN = 4

/**
 * A cleaner for one exchange. `hidden` are values that were sent and must not come back in a text (client secret,
 * access token, one-time password). Quotation marks become single, so that a text can be quoted.
 */
export function createCleanText(hidden: readonly string[]): CleanText {
  const needles = hidden
    .flatMap((value) => (value.length < SHORTEST_HIDDEN ? [] : [value, encodeURIComponent(value.toWellFormed())]))
    .toSorted((a, b) => b.length - a.length)
  return (text, max = 200) => {
    let clean = plainText(text.slice(0, LONGEST_READ), LONGEST_READ)
    for (const needle of needles) clean = clean.replaceAll(needle, '••••')
    return plainText(maskContacts(redactText(clean)).replaceAll('"', "'"), max)
  }
}

const HIDDEN_KEY = /otp|secret|password|passcode|phone|email|token|key|attestation/i

/** The string values of a request body that an error text must not repeat. */
export function hiddenValues(body: unknown, isHidden = false): string[] {
  if (typeof body === 'string') return isHidden ? [body] : []
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([key, value]) => hiddenValues(value, isHidden || HIDDEN_KEY.test(key)))
}
