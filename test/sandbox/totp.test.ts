import { expect, test } from 'vitest'
import { isTotpCode, totpCode } from '../../src/sandbox/totp.ts'

// The ASCII text 12345678901234567890 in Base32, and the last six digits of the codes of RFC 6238, appendix B.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
])('shows at second %i the code of RFC 6238', (seconds, code) => {
  expect(totpCode(SECRET, seconds * 1000)).toBe(code)
})

test('forgives one step and no more', () => {
  expect(isTotpCode(SECRET, '287082', 59_000 + 30_000)).toBe(true)
  expect(isTotpCode(SECRET, '287082', 59_000 + 90_000)).toBe(false)
})
