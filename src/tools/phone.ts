import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { AppError } from '../lib/errors.ts'
import { hasInvisible } from '../lib/text.ts'

export interface PhoneNumber {
  /** E.164, such as `+12125550150`. */
  e164: string
  /** False where the country's numbering plan has no such number, as far as is known. */
  isValid: boolean
  /** Whether a number in a profile, with or without a calling code, is the same one. */
  isSame(other: string): boolean
}

// PingOne: Create MFA User Device (SMS): a number in international form; blanks, dots, dashes and parentheses may stand in it.
const WRITTEN = /^\+\d[\d .()-]{5,30}$/

/** INVALID_INPUT where the text is not a number in international form. */
export function parsePhone(text: string): PhoneNumber {
  const parsed = WRITTEN.test(text) && !hasInvisible(text) ? parsePhoneNumberFromString(text) : undefined
  if (parsed === undefined || !parsed.isPossible()) {
    throw new AppError('INVALID_INPUT', 'phone: must be a phone number in international form with its country code.', {
      next: 'Write it as +12125550150: a plus sign, the country code, the number, no extension.',
    })
  }
  const { number: e164, country } = parsed
  return {
    e164,
    isValid: parsed.isValid(),
    isSame(other) {
      const options =
        country === undefined ? { defaultCallingCode: parsed.countryCallingCode } : { defaultCountry: country }
      return parsePhoneNumberFromString(other, options)?.number === e164
    },
  }
}
