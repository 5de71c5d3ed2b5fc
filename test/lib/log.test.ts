import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLog, LOG_LEVELS, redactText } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { visibleJson } from '../../src/lib/visible-json.ts'
import { CORPUS, unseenIn } from '../e2e/hostile-texts.ts'

const clock = { now: () => Date.UTC(2026, 10, 24, 12), sleep: async () => {} }

function logged(fields: Record<string, unknown>, event = 'thing.happened'): string {
  const lines: string[] = []
  createLog('debug', clock, (line) => lines.push(line)).info(event, fields)
  return lines.join('\n')
}

describe('a log line', () => {
  test('is JSON with time, level and event', () => {
    expect(JSON.parse(logged({ status: 200 }))).toEqual({
      time: '2026-11-24T12:00:00.000Z',
      level: 'info',
      event: 'thing.happened',
      status: 200,
    })
  })

  test.each(LOG_LEVELS)('is written from its level on (%s)', (level) => {
    const lines: string[] = []
    const log = createLog(level, clock, (line) => lines.push(line))
    for (const own of LOG_LEVELS) log[own](own)

    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events).toEqual(LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)))
  })

  test.each([
    [{ clientSecret: 'x1y2' }, 'x1y2'],
    [{ accessToken: 'x1y2' }, 'x1y2'],
    [{ deep: { otp: 123456 } }, '123456'],
    [{ list: [{ PASSPHRASE: 'x1y2' }] }, 'x1y2'],
    [{ password: { inner: 'x1y2' } }, 'x1y2'],
    [{ authorization: ['x1y2'] }, 'x1y2'],
    [{ mobilePhone: '2125550150' }, '2125550150'],
    [{ note: 'token apv_abcdefgh12345678 was used' }, 'abcdefgh12345678'],
    [{ note: 'sent Authorization: Bearer abc.def-ghi' }, 'abc.def-ghi'],
    [{ note: 'sent Basic YWJjOmRlZg==' }, 'YWJjOmRlZg'],
    [{ note: 'got eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl' }, 'eyJzdWIiOi'],
    [{ note: 'call +1 (212) 555-0150 now' }, '555-0150'],
    [{ note: 'call +12125550150' }, '2125550150'],
    [{ error: new Error('for +12125550150 and apv_abcdefgh12345678') }, '2125550150'],
    [{ value: new Secret('x1y2') }, 'x1y2'],
  ])('of %j does not hold the secret', (fields, secret) => {
    const line = logged(fields)

    expect(line).not.toContain(secret)
    expect(line).toMatch(/••|\[jwt\]/)
  })

  test.each([[{ hasToken: true }], [{ tokenExpired: false }], [{ phone: null }]])(
    'keeps that there is one (%j)',
    (fields) => {
      expect(JSON.parse(logged(fields))).toMatchObject(fields)
    },
  )

  test('is one line that can be seen, whatever is written into it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...CORPUS), fc.string({ unit: 'binary' })), (text) => {
        const line = logged({ [text]: text, nested: [text, { text }], error: new Error(text) }, text)
        expect(unseenIn(line)).toBeUndefined()
        expect(() => JSON.parse(line) as unknown).not.toThrow()
      }),
    )
  })
})

test('redactText leaves times, ids and ordinary words alone', () => {
  const text =
    '2026-11-24T12:00:00.000Z a11ce000-0000-4000-8000-000000000001 HTTP 403, 3 of 5 devices, apv_ is a prefix'

  expect(redactText(text)).toBe(text)
})

describe('visibleJson', () => {
  test('gives a parser the same value as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const both = { value, text, [text]: 1 }
        expect(JSON.parse(visibleJson(both, { indent: 2 }))).toEqual(JSON.parse(JSON.stringify(both)))
      }),
    )
  })

  test.each([
    ['\u202E', String.raw`"\u202e"`],
    ['\u{E0041}', String.raw`"\udb40\udc41"`],
    ['\u009B', String.raw`"\u009b"`],
    ['é 漢 🙂', '"é 漢 🙂"'],
  ])('writes %j as %s', (text, json) => {
    expect(visibleJson(text)).toBe(json)
  })
})
