import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { shareStage } from './shared-stage.ts'

const shared = shareStage({ enrolled: true })

const email = 'alice@example.com'
const deviceId = FIXED_IDS.aliceSms
const phone = '+12025550155'
const token = `apv_${'a'.repeat(32)}`

const VALID: Record<string, Record<string, unknown>> = {
  check_connection: {},
  list_mfa_devices: { email },
  add_sms_device: { email, phone },
  activate_mfa_device: { email, deviceId },
  unpair_mfa_device: { email, deviceId },
  reset_mfa_devices: { email },
  check_approval: { token },
  execute_approved_action: { token },
}

/** The call is refused naming the argument, and PingOne hears nothing of it. */
async function expectRefused(tool: string, args: Record<string, unknown>, named: string) {
  const answer = await shared.session.call(tool, args)

  expect(answer.code).toBe('INVALID_INPUT')
  expect(answer.text.split('\n')[0]).toContain(named)
  expect(shared.requestCount()).toBe(0)
  return answer
}

describe('refuses an undeclared argument and names it', () => {
  test.each(Object.keys(VALID))('%s', async (tool) => {
    await expectRefused(tool, { ...VALID[tool], environmentID: 'x' }, '"environmentID" is not an argument of this tool')
  })

  test.each(['constructor', 'otp', 'approve', 'Email', ''])('%j', async (name) => {
    await expectRefused('list_mfa_devices', { email, [name]: 'x' }, `"${name}" is not an argument of this tool`)
  })
})

describe('refuses a missing argument and names it', () => {
  const required = Object.entries(VALID).flatMap(([tool, args]) =>
    Object.keys(args).map((name) => [tool, name] as const),
  )

  test.each(required)('%s without %s', async (tool, name) => {
    const { [name]: _left, ...others } = VALID[tool] ?? {}

    await expectRefused(tool, others, `${name}: must be a string`)
  })
})

describe('refuses an argument of another type', () => {
  test.each([
    ['list_mfa_devices', { email: 7 }, 'email: must be a string'],
    ['list_mfa_devices', { email: null }, 'email: must be a string'],
    ['list_mfa_devices', { email: [email] }, 'email: must be a string'],
    ['list_mfa_devices', { email: { value: email } }, 'email: must be a string'],
    ['add_sms_device', { email, phone: 12025550155 }, 'phone: must be a string'],
    ['add_sms_device', { email, phone, nickname: 1 }, 'nickname: must be a string'],
    ['activate_mfa_device', { email, deviceId, otp: 123456 }, 'otp: must be a string'],
    ['reset_mfa_devices', { email, reason: false }, 'reason: must be a string'],
    ['check_approval', { token, waitSeconds: '5' }, 'waitSeconds: must be a number'],
  ])('%s %j', async (tool, args, named) => {
    await expectRefused(tool, args, named)
  })
})

describe('refuses a value that cannot be right', () => {
  test.each([
    ['list_mfa_devices', { email: '' }, 'email'],
    ['list_mfa_devices', { email: 'alice' }, 'email'],
    ['list_mfa_devices', { email: ' alice@example.com' }, 'email'],
    ['list_mfa_devices', { email: 'alice@example.com bob@example.com' }, 'email'],
    ['list_mfa_devices', { email: 'a@b@c' }, 'email'],
    ['list_mfa_devices', { email: `${'a'.repeat(320)}@example.com` }, 'email'],
    ['unpair_mfa_device', { email, deviceId: '' }, 'deviceId'],
    ['unpair_mfa_device', { email, deviceId: 'SMS' }, 'deviceId'],
    ['unpair_mfa_device', { email, deviceId: '../../environments' }, 'deviceId'],
    ['unpair_mfa_device', { email, deviceId: `${deviceId}/` }, 'deviceId'],
    ['activate_mfa_device', { email, deviceId, otp: '' }, 'otp'],
    ['activate_mfa_device', { email, deviceId, otp: '12345' }, 'otp'],
    ['activate_mfa_device', { email, deviceId, otp: '12345678901' }, 'otp'],
    ['activate_mfa_device', { email, deviceId, otp: '12 34 56' }, 'otp'],
    ['activate_mfa_device', { email, deviceId, otp: '12345a' }, 'otp'],
    ['activate_mfa_device', { email, deviceId, otp: '１２３４５６' }, 'otp'],
    ['add_sms_device', { email, phone, nickname: '' }, 'nickname'],
    ['add_sms_device', { email, phone, nickname: 'n'.repeat(101) }, 'nickname'],
    ['reset_mfa_devices', { email, reason: 'r'.repeat(501) }, 'reason'],
    ['check_approval', { token, waitSeconds: -1 }, 'waitSeconds'],
    ['check_approval', { token, waitSeconds: 51 }, 'waitSeconds'],
    ['check_approval', { token: 'x'.repeat(201) }, 'token'],
  ])('%s %j', async (tool, args, named) => {
    await expectRefused(tool, args, `${named}: `)
  })
})

describe('refuses characters that cannot be seen', () => {
  const invisible = [
    '\u200B',
    '\u202E',
    '\u2066',
    '\uFEFF',
    '\u00AD',
    '\u0000',
    '\u001B',
    '\u0085',
    '\u{E0041}',
    '\uFE0F',
  ]
  const places = [
    ['list_mfa_devices', 'email'],
    ['add_sms_device', 'phone'],
    ['add_sms_device', 'nickname'],
    ['unpair_mfa_device', 'deviceId'],
    ['execute_approved_action', 'token'],
  ] as const
  const values: Record<string, string> = { email, phone, deviceId, token, nickname: 'Work phone' }

  test.each(places)('in %s %s', async (tool, name) => {
    for (const character of invisible) {
      const value = `${values[name]?.slice(0, 4)}${character}${values[name]?.slice(4)}`

      const { text } = await expectRefused(tool, { ...VALID[tool], [name]: value }, `${name}: `)

      expect(text).not.toContain(character)
    }
  })
})

test('takes no argument from a prototype', async () => {
  const args = JSON.parse(`{"__proto__":{"email":"${email}"}}`) as Record<string, unknown>

  await expectRefused('list_mfa_devices', args, 'email: must be a string')
})

test('names every mistake of a call at once', async () => {
  const { text } = await expectRefused('add_sms_device', { email: 'x', phone: 1, nick: 'y' }, 'email: must be')

  expect(text).toContain('phone: must be a string')
  expect(text).toContain('"nick" is not an argument')
})

test('does not repeat what was given', async () => {
  shared.stage.canaries.add('7315086429')

  await expectRefused('activate_mfa_device', { email, deviceId, otp: '7315086429x' }, 'otp: must be')
})

describe('phone numbers', () => {
  // PingOne: Create MFA User Device (SMS) lists these forms.
  const SAME = ['+15125551234', '+1.5125551234', '+1.512.555.1234', '+1 (512) 555-1234', '+1-512-555-1234']

  test('in every documented form mean the same request, and E.164 is what is sent', async () => {
    const { session, stage } = shared
    const carol = 'carol@example.com'

    const asked = []
    for (const form of SAME) asked.push(await session.call('add_sms_device', { email: carol, phone: form }))
    const approvals = asked.map(({ structured }) => structured.approval)
    const [first] = approvals
    await stage.human.approve(first?.id ?? '')
    await session.call('execute_approved_action', { token: first?.token })

    expect(new Set(approvals.map(({ id }) => id)).size).toBe(1)
    expect(new Set(approvals.map(({ token: claim }) => claim)).size).toBe(SAME.length)
    expect(first?.effects[0]).toContain('SMS +1•••••••1234')
    expect(stage.sandbox.state.devicesOf(carol).map((device) => device.phone)).toEqual(['+15125551234'])
  })

  test.each([
    '',
    '+',
    'abc',
    '15125551234',
    '1-512-555-1234',
    '5125551234',
    '0015125551234',
    '++15125551234',
    '+1 512 555 1234 ext. 5',
    '+1 512 555 1234;ext=5',
    'tel:+15125551234',
    '+1512555',
    '+151255512345678901',
    '+0125551234',
    '+999123456789',
    '+1512555123a',
    '＋15125551234',
    '+１5125551234',
    '+1٥125551234',
    ' +15125551234',
    '+15125551234\n',
    '+1512555\u00A01234',
    '+15125551234,+15125551235',
    `+1${'5'.repeat(60)}`,
  ])('that are none are refused: %j', async (given) => {
    await expectRefused('add_sms_device', { email, phone: given }, 'phone: ')
  })

  test('of other countries are taken', async () => {
    const asked = await shared.session.call('add_sms_device', {
      email: 'aaliyah.rahman@example.com',
      phone: '+49 30 123456',
    })

    expect(asked.structured.approval.summary).toBe(
      'Add SMS +49•••••••3456 as an MFA device of aaliyah.rahman@example.com',
    )
    expect(shared.changes()).toEqual([])
  })
})

test('accepts the longest values that are allowed', async () => {
  const asked = await shared.session.call('add_sms_device', {
    email: 'huong.le@example.org',
    phone,
    nickname: 'Büro 📱 '.padEnd(100, 'n'),
    reason: 'r'.repeat(500),
  })

  expect(asked.structured.status).toBe('approval_required')
})
