/**
 * What may be shown. Nicknames, names, error messages and reasons are written by others: before they reach a person, a
 * model or a log they pass through here.
 */

// C0 and C1 controls, format characters (bidirectional, zero-width, soft hyphen, tags), line and paragraph separators,
// unassigned, private-use and surrogate code points, and the blank letters of Hangul and Khmer.
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/u
const ALL_INVISIBLE = new RegExp(INVISIBLE.source, 'gu')
// ECMA-48 §5.4: what an escape sequence draws with goes with it, and nothing else of the text.
// eslint-disable-next-line no-control-regex -- terminal escape sequences begin with a control character
const TERMINAL_ESCAPE = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]/gu

/** True where the text holds a character that a reader cannot see: control, bidirectional, zero-width, unassigned. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text)
}

/** One line of plain text from somebody else's: no escape sequences, no invisible characters, at most `max` characters. */
export function plainText(text: string, max = 200): string {
  const oneLine = text
    .slice(0, max * 20)
    .replace(TERMINAL_ESCAPE, '')
    .replace(/[\r\n\t\u2028\u2029]+/gu, ' ')
    .replace(ALL_INVISIBLE, '')
    .trim()
  const characters = [...oneLine]
  return characters.length <= max ? oneLine : `${characters.slice(0, max - 1).join('')}…`
}

/** A text of several lines from somebody else's, such as a message template: line breaks and tabs stay. */
export function plainLines(text: string, max = 4000): string {
  const kept = text
    .slice(0, max * 20)
    .replace(TERMINAL_ESCAPE, '')
    .replace(ALL_INVISIBLE, (character) => (character === '\n' || character === '\t' ? character : ''))
  const characters = [...kept]
  return characters.length <= max ? kept : `${characters.slice(0, max - 1).join('')}…`
}

/** The text with every invisible character spelled as its code point: `a‹U+200B›b`. For what is going to be sent. */
export function visibleText(text: string): string {
  return text.replace(
    ALL_INVISIBLE,
    (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
  )
}

/** Lower case for A–Z alone, so that no other letter can be made equal to one of them (the Kelvin sign, for one). */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Equality of emails: exact but for ASCII letter case. */
export function sameEmail(a: string, b: string): boolean {
  return asciiLowerCase(a) === asciiLowerCase(b)
}

// ITU-T E.164: calling codes are 1 and 7, these two-digit ones, and else three digits long.
const TWO_DIGIT_CALLING_CODES = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
)

function callingCode(digits: string): string {
  if (digits.startsWith('1') || digits.startsWith('7')) return digits.slice(0, 1)
  return TWO_DIGIT_CALLING_CODES.has(digits.slice(0, 2)) ? digits.slice(0, 2) : digits.slice(0, 3)
}

/** `+12125550150` → `+1•••••••0150`: calling code and the last four digits, whatever the length between. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  if (digits.length < 8) return '•••••••'
  const prefix = phone.trimStart().startsWith('+') ? `+${callingCode(digits)}` : ''
  return `${prefix}•••••••${digits.slice(-4)}`
}

/** `alice@example.com` → `a•••@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 1) return '•••'
  return `${plainText([...email][0] ?? '', 1)}•••${plainText(email.slice(at), 120)}`
}
