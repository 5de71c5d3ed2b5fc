import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asciiLowerCase,
  hasInvisible,
  maskEmail,
  maskPhone,
  plainText,
  sameEmail,
  visibleText,
} from '../../src/lib/text.ts'
import { CORPUS, unseenIn } from '../e2e/hostile-texts.ts'

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...CORPUS), fc.string())

describe('plainText', () => {
  test.each([
    ['Work phone', 'Work phone'],
    ['  padded  ', 'padded'],
    ['two\nlines', 'two lines'],
    ['two\r\n\r\nlines\tand tabs', 'two lines and tabs'],
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]0;title\u0007', ']0;title'],
    ['zero\u200Bwidth\u2060', 'zerowidth'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['a\u{E0041}b', 'ab'],
    ['\uD800', ''],
    ['漢字 🙂 é', '漢字 🙂 é'],
  ])('makes %j into %j', (text, expected) => {
    expect(plainText(text)).toBe(expected)
  })

  test('cuts by characters, and shows that it cut', () => {
    expect(plainText('🙂'.repeat(10), 4)).toBe('🙂🙂🙂…')
    expect(plainText('four', 4)).toBe('four')
  })

  test('gives one line that can be seen, never longer than asked for', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 300 }), (text, max) => {
        const plain = plainText(text, max)
        expect(unseenIn(plain)).toBeUndefined()
        expect([...plain].length).toBeLessThanOrEqual(max)
      }),
      { numRuns: 1000 },
    )
  })

  test('leaves alone what it has made', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plainText(plainText(text))).toBe(plainText(text))
      }),
    )
  })

  test('takes no longer for a hostile text than a reader would wait', () => {
    const started = performance.now()
    for (const unit of ['\u001B[', '\u001B', '\u200B', '[[[[;;', ' ', '\n']) plainText(unit.repeat(200_000), 10_000)

    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('visibleText', () => {
  test.each([
    ['plain', 'plain'],
    ['a\u200Bb', 'a‹U+200B›b'],
    ['\u001B[2J', '‹U+001B›[2J'],
    ['\u{E0041}', '‹U+E0041›'],
    ['two\nlines', 'two‹U+000A›lines'],
  ])('spells %j as %j', (text, expected) => {
    expect(visibleText(text)).toBe(expected)
  })

  test('hides nothing: what cannot be seen is spelled, and all else stays', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const visible = visibleText(text)
        expect(unseenIn(visible)).toBeUndefined()
        const seen = [...text].filter((character) => !hasInvisible(character)).join('')
        expect(visible.replaceAll(/‹U\+[\dA-F]{4,6}›/g, '')).toBe(seen.replaceAll(/‹U\+[\dA-F]{4,6}›/g, ''))
      }),
    )
  })

  test('tells two texts apart that look the same', () => {
    expect(visibleText('alice@example.com\u200B')).not.toBe(visibleText('alice@example.com'))
  })
})

test('hasInvisible agrees with what a reader may be given', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0x20, max: 0x10_ff_ff }), (point) => {
      const character = String.fromCodePoint(point)
      if (unseenIn(character) !== undefined) expect(hasInvisible(character)).toBe(true)
    }),
    { numRuns: 5000 },
  )
  expect(['a', 'é', '漢', '🙂', ' ', '@', '+'].some(hasInvisible)).toBe(false)
})

describe('emails', () => {
  test.each([
    ['Alice@Example.com', 'alice@example.COM', true],
    ['alice@example.com', 'bob@example.com', false],
    ['\u212Aelvin@example.com', 'kelvin@example.com', false],
    ['\u0130@example.com', 'i@example.com', false],
    ['\u017F@example.com', 's@example.com', false],
    ['alice@example.com ', 'alice@example.com', false],
    ['\u0430lice@example.com', 'alice@example.com', false],
  ])('%j and %j are the same: %s', (one, other, same) => {
    expect(sameEmail(one, other)).toBe(same)
  })

  test('asciiLowerCase changes the letters A to Z and no others', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const lower = asciiLowerCase(text)
        expect(lower).toHaveLength(text.length)
        for (const [index, letter] of text.split('').entries())
          expect(lower[index]).toBe(/[A-Z]/.test(letter) ? letter.toLowerCase() : letter)
      }),
    )
  })

  test.each([
    ['alice@example.com', 'a•••@example.com'],
    ['🙂x@example.com', '🙂•••@example.com'],
    ['a@b@example.com', 'a•••@example.com'],
    ['@example.com', '•••'],
    ['alice', '•••'],
    ['', '•••'],
  ])('%j is masked as %j', (email, masked) => {
    expect(maskEmail(email)).toBe(masked)
  })
})

describe('phone numbers', () => {
  test.each([
    ['+12125550150', '+1•••••••0150'],
    ['+1 (212) 555-0150', '+1•••••••0150'],
    ['+442071838750', '+44•••••••8750'],
    ['+35312345678', '+353•••••••5678'],
    ['+79161234567', '+7•••••••4567'],
    ['2125550150', '•••••••0150'],
    ['+1234567', '•••••••'],
    ['', '•••••••'],
    ['none', '•••••••'],
  ])('%j is masked as %j', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked)
  })

  test('shows at most a calling code and the last four digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{8,15}$/), (phone) => {
        const shown = maskPhone(phone).replaceAll(/\D/g, '')
        expect(shown.length).toBeLessThanOrEqual(7)
        expect(shown.endsWith(phone.slice(-4))).toBe(true)
      }),
    )
  })
})
