import { assert, integer, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sheet } from '../../src/approval/sheet.ts'
import { sheetText } from '../../src/cli/sheet-text.ts'
import { duration, parseSince } from '../../src/cli/times.ts'
import { wrap } from '../../src/cli/wrap.ts'

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0)
const plain = { paint: (_style: unknown, text: string) => text, now: NOW }

const SHEET = {
  id: '7s20mf4jhv67hdkd',
  state: 'pending',
  digest: 'a'.repeat(64),
  action: 'add_sms_device',
  summary: 'Add SMS +1•••••••0199 as an MFA device of erin@example.com',
  account: { email: 'erin@example.com', username: 'erin', id: 'e4120000-0000-4000-8000-000000000005' },
  confirmation: 'erin@example.com',
  environment: {
    name: 'Acme Workforce',
    type: 'PRODUCTION',
    isProduction: true,
    id: 'eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd',
    apiUrl: 'https://api.pingone.eu/v1',
  },
  warnings: ['This user holds admin roles in PingOne: Environment Admin.'],
  effects: ['Add SMS +12025550199'],
  remaining: ['FIDO2', 'SMS +1•••••••0199, once it is activated'],
  alsoCovers: 'Your approval also lets the same caller activate this one device.',
  request: undefined,
  needsCode: false,
  requester: 'claude-code 2.1 over stdio, as root',
  reason: 'Erin lost her phone on the train and called the help desk about it; the ticket is HD-1042.',
  requestedAt: NOW - 61_000,
  expiresAt: NOW + 839_000,
  decision: undefined,
  outcome: undefined,
  note: undefined,
} satisfies Sheet

describe('the sheet at the terminal', () => {
  test('has the warnings first, and everything that a person decides by', () => {
    expect(sheetText(SHEET, { ...plain, width: 80 })).toMatchInlineSnapshot(`
      "────────────────────────────────────────────────────────────────────────────────
      Add SMS +1•••••••0199 as an MFA device of erin@example.com
      ────────────────────────────────────────────────────────────────────────────────

       2 WARNINGS 
        ! This is a PRODUCTION environment.
        ! This user holds admin roles in PingOne: Environment Admin.

      Account      erin@example.com (user name erin)
                   user id e4120000-0000-4000-8000-000000000005
      Environment  Acme Workforce (PRODUCTION)
                   eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd at https://api.pingone.eu/v1

      What will happen
        1. Add SMS +12025550199

      What is left afterwards
        · FIDO2
        · SMS +1•••••••0199, once it is activated

      What else you allow
        · Your approval also lets the same caller activate this one device.

      Asked by     claude-code 2.1 over stdio, as root
                   at 2026-11-24T11:58:59Z, 1 min 1 s ago
      Reason       The assistant says, unverified:
                   │ Erin lost her phone on the train and called the help desk about
                   │ it; the ticket is HD-1042.
      Valid until  2026-11-24T12:13:59Z (13 min 59 s left)
      Approval     7s20mf4jhv67hdkd
      ────────────────────────────────────────────────────────────────────────────────"
    `)
  })

  test('says what became of an approval that is over', () => {
    const over: Sheet = {
      ...SHEET,
      state: 'partial',
      decision: { at: NOW - 30_000, by: 'Olga', email: 'olga@example.com', how: 'passphrase' },
      outcome: {
        user: { id: SHEET.account.id, email: SHEET.account.email },
        devices: [
          { type: 'SMS', label: 'SMS +1•••••••0117', result: 'removed' },
          { type: 'TOTP', label: 'TOTP', result: 'failed', error: 'FORBIDDEN: a role is missing' },
        ],
      },
    }

    const lines = sheetText(over, { ...plain, width: 100 }).split('\n')

    expect(lines.slice(-6, -2)).toEqual([
      'State        carried out in part',
      'Decided by   Olga <olga@example.com>, by passphrase, 2026-11-24T11:59:30Z',
      'Outcome      SMS +1•••••••0117: removed',
      '             TOTP: failed (FORBIDDEN: a role is missing)',
    ])
  })

  test("keeps the model's own words behind a bar, whatever they are", () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 400 }), integer({ min: 40, max: 120 }), (reason, width) => {
        const withReason = sheetText({ ...SHEET, reason }, { ...plain, width }).split('\n')
        const withoutBar = withReason.filter((line) => !line.startsWith(`${' '.repeat(13)}│ `))
        const other = sheetText({ ...SHEET, reason: 'x' }, { ...plain, width }).split('\n')

        expect(withoutBar).toEqual(other.filter((line) => !line.startsWith(`${' '.repeat(13)}│ `)))
      }),
    )
  })
})

describe('wrapped text', () => {
  const columns = (line: string) => [...line].reduce((sum, { length }) => sum + length, 0)

  test('has no line that the terminal would break, and loses nothing but blanks', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), integer({ min: 10, max: 80 }), (text, width) => {
        const lines = wrap(text, width)

        expect(lines.every((line) => columns(line) <= width)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  test('counts a letter that may be wide as two columns', () => {
    expect(wrap('中中中中中中', 4)).toEqual(['中中', '中中', '中中'])
  })
})

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [-5000, '0 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [90_061_000, '1 d 1 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test.each([
  ['30m', NOW - 1_800_000],
  ['24h', NOW - 86_400_000],
  ['7d', NOW - 604_800_000],
  ['2026-11-24', Date.UTC(2026, 10, 24)],
  ['2026-11-24T10:00', Date.UTC(2026, 10, 24, 10)],
  ['2026-11-24T10:00:00Z', Date.UTC(2026, 10, 24, 10)],
  ['2026-11-24T10:00:00.5+02:00', Date.UTC(2026, 10, 24, 8, 0, 0, 500)],
])('--since %s', (text, time) => {
  expect(parseSince(text, NOW)).toBe(time)
})

test.each(['', 'h', '24', '-1h', '2026-13-01', 'now', '2026-11-24 10:00'])('--since %j is refused', (text) => {
  expect(() => parseSince(text, NOW)).toThrow('--since takes')
})
