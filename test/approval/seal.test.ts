import { randomBytes } from 'node:crypto'
import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  codeKeyOf,
  codePublicKeyOf,
  isClaimToken,
  mintApprovalId,
  mintClaimToken,
  sealKeyOf,
} from '../../src/approval/claim.ts'
import { openLetter, seal, sealLetter, unseal } from '../../src/approval/seal.ts'

const [token, other] = [mintClaimToken(randomBytes), mintClaimToken(randomBytes)]

/** The text with its first character exchanged for another of base64. */
const bent = (base64: string) => (base64.startsWith('A') ? 'B' : 'A') + base64.slice(1)

describe('a sealed secret', () => {
  test('opens under its token and for its place, whatever it is', () => {
    assert(
      property(string({ unit: 'binary' }), string(), (text, context) => {
        expect(unseal(sealKeyOf(token), seal(sealKeyOf(token), text, context, randomBytes), context)).toBe(text)
      }),
    )
  })

  test.each(['nonce', 'data', 'tag'] as const)('does not open with another %s', (part) => {
    const box = seal(sealKeyOf(token), '123456', 'id/0/otp', randomBytes)

    expect(() => unseal(sealKeyOf(token), { ...box, [part]: bent(box[part]) }, 'id/0/otp')).toThrow(/.+/)
  })

  test('does not open under another token, in another place, or with a shortened tag', () => {
    const box = seal(sealKeyOf(token), '123456', 'id/0/otp', randomBytes)
    const tag = Buffer.from(box.tag, 'base64').subarray(0, 8).toString('base64')

    expect(() => unseal(sealKeyOf(other), box, 'id/0/otp')).toThrow(/.+/)
    expect(() => unseal(sealKeyOf(token), box, 'id/1/otp')).toThrow(/.+/)
    expect(() => unseal(sealKeyOf(token), { ...box, tag }, 'id/0/otp')).toThrow(/.+/)
  })
})

describe('a letter to the holder of a token', () => {
  test('is opened by that token alone, for that approval alone', () => {
    const letter = sealLetter(codePublicKeyOf(token), '123456', 'id', randomBytes)

    expect(openLetter(codeKeyOf(token), letter, 'id')).toBe('123456')
    expect(() => openLetter(codeKeyOf(other), letter, 'id')).toThrow(/.+/)
    expect(() => openLetter(codeKeyOf(token), letter, 'another id')).toThrow(/.+/)
  })

  test('looks different each time, so that equal codes are not seen to be equal', () => {
    const letters = [1, 2].map(() => sealLetter(codePublicKeyOf(token), '123456', 'id', randomBytes))

    expect(letters[0]).not.toEqual(letters[1])
  })
})

describe('names', () => {
  test('a claim token has 256 random bits, and is told from everything else', () => {
    expect(token).toMatch(/^apv_[\w-]{43}$/)
    expect(isClaimToken(token)).toBe(true)
    for (const text of ['', 'apv_', token.slice(1), `${token}A`, ` ${token}`, `${token}\n`, token.toUpperCase()]) {
      expect(isClaimToken(text)).toBe(false)
    }
  })

  test('an approval has an id that can be read out: no letters that look like digits', () => {
    expect(mintApprovalId(randomBytes)).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/)
  })
})
