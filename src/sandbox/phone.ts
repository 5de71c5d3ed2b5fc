const PUNCTUATION = /[ .()-]/g
const INTERNATIONAL = /^\+\d[\d .()-]*$/
/** A voice device is also taken without the plus. */
const VOICE = /^\+?\d[\d .()-]*$/

/** E.164, or nothing where the text is no international number. */
export function parsePhone(text: string, type: 'SMS' | 'VOICE' | 'WHATSAPP'): string | undefined {
  const written = type === 'VOICE' ? VOICE : INTERNATIONAL
  if (!written.test(text)) return undefined
  const digits = text.replace(PUNCTUATION, '').replace(/^\+/, '')
  return digits.length >= 8 && digits.length <= 15 && !digits.startsWith('0') ? `+${digits}` : undefined
}
