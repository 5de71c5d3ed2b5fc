import { AppError } from '../lib/errors.ts'
import { hasInvisible } from '../lib/text.ts'

/**
 * A SCIM comparison with the value as a JSON string literal (RFC 7644 §3.4.2.2): quotation marks and backslashes are
 * escaped, and what cannot be seen is INVALID_INPUT, so that no value can end its literal.
 */
export function scimEquals(attribute: string, value: string): string {
  if (hasInvisible(value)) {
    throw new AppError('INVALID_INPUT', `The ${attribute} to look for has characters that cannot be seen`)
  }
  return `${attribute} eq "${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
