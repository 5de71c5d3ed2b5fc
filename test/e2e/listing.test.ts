import { afterEach, describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { shareStage } from './shared-stage.ts'

const shared = shareStage({ clock: { now: () => Date.parse('2026-11-24T12:00:00Z'), sleep: async () => {} } })
const list = (email: string) => shared.session.call('list_mfa_devices', { email })

afterEach(() => {
  shared.stage.sandbox.levers.setKnobs({ emptyList: 'array', normalisePhones: true, maxPageSize: 200 })
})

test('lists each device with id, type, status and a masked label, in structure and in text', async () => {
  const { structured, text } = await list('alice@example.com')

  expect(structured).toEqual({
    status: 'ok',
    user: { id: FIXED_IDS.alice, email: 'alice@example.com', username: 'alice', enabled: true, mfaEnabled: true },
    devices: [
      {
        id: FIXED_IDS.aliceSms,
        type: 'SMS',
        status: 'ACTIVE',
        label: 'SMS +1•••••••0150',
        nickname: 'Work phone',
        blocked: false,
        locked: false,
        createdAt: expect.any(String) as string,
      },
      expect.objectContaining({ id: FIXED_IDS.aliceEmail, type: 'EMAIL', label: 'Email a•••@example.com' }),
      expect.objectContaining({ id: FIXED_IDS.aliceTotp, type: 'TOTP', label: 'TOTP' }),
    ],
    count: 3,
  })
  expect(text.replace(/since [\dT:.Z-]+/g, 'since …')).toMatchInlineSnapshot(`
    "alice@example.com (id a11ce000-0000-4000-8000-000000000001, username "alice", enabled, MFA enabled) has 3 MFA devices.
    - SMS +1•••••••0150 "Work phone": ACTIVE, type SMS, since … (id a11ce000-0000-4000-8000-0000000000d1)
    - Email a•••@example.com: ACTIVE, type EMAIL, since … (id a11ce000-0000-4000-8000-0000000000d2)
    - TOTP: ACTIVE, type TOTP, since … (id a11ce000-0000-4000-8000-0000000000d3)"
  `)
})

test('says of a user without devices that there are none, however PingOne writes an empty list', async () => {
  const [withArray] = [await list('carol@example.com')]
  shared.stage.sandbox.levers.setKnobs({ emptyList: 'absent' })
  const without = await list('carol@example.com')

  expect(withArray.structured).toMatchObject({ status: 'ok', devices: [], count: 0, user: { mfaEnabled: false } })
  expect(without.structured).toEqual(withArray.structured)
  expect(without.text).toContain('has 0 MFA devices')
})

test.each([
  ['a disabled user', 'frank@example.com', 'disabled'],
  ['a locked device', 'yusuf.demirci@example.com', 'ACTIVE, locked'],
  ['a blocked device', 'amara.diallo@example.org', 'ACTIVE, blocked'],
  ['a pending device', 'zofia.wisniewska@example.com', 'ACTIVATION_REQUIRED'],
])('tells %s', async (_what, email, told) => {
  const { structured, text } = await list(email)

  const [device] = structured.devices
  expect(text).toContain(told)
  expect({
    disabled: !structured.user.enabled,
    locked: device?.locked,
    blocked: device?.blocked,
    pending: device?.status === 'ACTIVATION_REQUIRED',
  }).toEqual({
    disabled: told === 'disabled',
    locked: told.endsWith('locked') && !told.endsWith('blocked'),
    blocked: told.endsWith('blocked'),
    pending: told === 'ACTIVATION_REQUIRED',
  })
})

test('shows no number and no address of any device in full', async () => {
  const { state } = shared.stage.sandbox
  shared.stage.sandbox.levers.addDevice('bob@example.com', { type: 'SMS', phone: '+1 (202) 555-0177' })
  shared.stage.sandbox.levers.addDevice('bob@example.com', {
    type: 'VOICE',
    phone: '+12025550178',
    nickname: 'call +1 202 555 0178 or bob.private@example.net',
  })

  for (const { email } of state.users().filter((user) => user.email !== 'twin@example.com')) {
    const { raw } = await list(email)
    const said = JSON.stringify(raw)
    for (const device of state.devicesOf(email)) {
      if (device.phone !== undefined) expect(said).not.toContain(device.phone)
      if (device.email !== undefined && device.email !== email) expect(said).not.toContain(device.email)
    }
    expect(said).not.toMatch(/\+\d{8,}|555.?01\d\d(?!•)[^"]*555|bob\.private/)
  }
})

describe('finds a user by the primary email, exactly but for ASCII letter case', () => {
  test.each(['kwame.mensah@example.org', 'KWAME.MENSAH@EXAMPLE.ORG', 'Kwame.Mensah@Example.Org'])(
    '%s',
    async (email) => {
      const { structured } = await list(email)

      expect(structured.user.email).toBe('kwame.mensah@example.org')
    },
  )

  test('whatever letter case PingOne has', async () => {
    const { id } = shared.stage.sandbox.levers.addUser({ email: 'Gerda.Groß@Example.com' })

    const { structured } = await list('gerda.groß@example.COM')

    expect(structured.user).toMatchObject({ id, email: 'Gerda.Groß@Example.com' })
  })

  test("with an apostrophe, which is no end of PingOne's filter", async () => {
    const { structured } = await list("siobhan.o'connor@example.org")

    expect(structured.user.username).toBe("siobhan.o'connor")
  })
})

describe('does not find', () => {
  test.each([
    ['somebody who is not there', 'nobody@example.com'],
    ['by a part of the email', 'alice@example.co'],
    ['by another domain', 'alice@example.org'],
    ['by an alias', 'alice+mfa@example.com'],
    ['by a Kelvin sign in place of a k', '\u212Awame.mensah@example.org'],
    ['by a Cyrillic а in place of an a', '\u0430lice@example.com'],
    ['by full-width letters', 'ａlice@example.com'],
    ['by a dotless ı', 'al\u0131ce@example.com'],
    ['by a long ſ', 'nikos.papadaki\u017F@example.org'],
    ['by ss in place of ß', 'gerda.gross@example.com'],
    ['by what would end the filter', 'a"or"email"sw"a@example.com'],
    ['by a backslash before the end of the filter', 'alice\\"@example.com'],
  ])('%s', async (_what, email) => {
    const answer = await list(email)

    expect(answer.code).toBe('USER_NOT_FOUND')
    expect(answer.text).toMatch(/\(correlation id [0-9a-f-]{36}\)/)
    expect(answer.text.split('\n')[1]).toMatch(/^Next: Check the spelling/)
  })

  test('a user whose own email has a look-alike letter', async () => {
    shared.stage.sandbox.levers.addUser({ email: '\u212Aurt@example.com' })

    expect(await list('kurt@example.com')).toMatchObject({ code: 'USER_NOT_FOUND' })
    expect(await list('\u212Aurt@example.com')).toMatchObject({ isError: false })
  })
})

describe('says of an email that several users have', () => {
  test.each([200, 1])('who they are, and takes none of them (pages of %i)', async (maxPageSize) => {
    shared.stage.sandbox.levers.setKnobs({ maxPageSize })

    const answer = await list('twin@example.com')

    expect(answer.code).toBe('USER_AMBIGUOUS')
    for (const told of [FIXED_IDS.twinOne, FIXED_IDS.twinTwo, 'mina.park', 'minho.park']) {
      expect(answer.text).toContain(told)
    }
  })

  test('also where they differ in letter case alone', async () => {
    shared.stage.sandbox.levers.addUser({ email: 'HIROSHI.TANABE@example.com', username: 'other.hiroshi' })

    expect(await list('hiroshi.tanabe@example.com')).toMatchObject({ code: 'USER_AMBIGUOUS' })
  })
})

test('changes nothing by looking', () => {
  expect(shared.stage.sandbox.changes).toEqual([])
})
