import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

const ERIN = 'erin@example.com'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

const reset = (reason?: string) =>
  desk.ask('resetMfaDevices', { email: ERIN, ...(reason === undefined ? {} : { reason }) })

describe('approving', () => {
  test('shows what will happen, and a person with the passphrase says yes to it', async () => {
    await desk.enrol()
    const { id, token } = await reset('She lost her phone.')

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect('WARNINGS')
    await terminal.expect('! No factor remains')
    await terminal.expect('! This user holds admin roles')
    await terminal.expect('1. Remove SMS')
    await terminal.expect('unverified:\n             │ She lost her phone.')
    await terminal.expect("type the account's email: ")
    terminal.type('ERIN@example.com')
    await terminal.expect('Approver: Olga\nPassphrase of Olga (not shown): ')
    terminal.type(PASSPHRASE)
    await terminal.expect(/Approved\.\nThe assistant can carry it out now, once, until 20\S+Z \(4 min/)

    expect(await terminal.exit).toBe(0)
    expect(terminal.raw).not.toContain(PASSPHRASE)
    await desk.execute(token)
    expect(desk.sandbox.state.devicesOf(ERIN)).toEqual([])
  })

  test.each(['\r', '\n'])('takes lines that were all typed ahead, ended by %j', async (enter) => {
    await desk.enrol()
    await desk.enrol('Pavel', 'pavel@example.com', 'another long passphrase')
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.press([ERIN, 'pavel', 'another long passphrase', ''].join(enter))

    expect(await terminal.exit).toBe(0)
    expect(terminal.screen).toContain("Approver's name: pavel\nPassphrase of Pavel (not shown): \nApproved.")
    expect(terminal.raw).not.toContain('another long passphrase')
    expect(await desk.stateOf(id)).toBe('approved')
  })

  test('can be corrected while it is typed', async () => {
    await desk.enrol()
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.type(`${ERIN}xy\x7f\x7f`)
    await terminal.expect('(not shown): ')
    terminal.type(`wrong\x15${PASSPHRASE}`)

    expect(await terminal.exit).toBe(0)
  })

  test('is refused for another email, and nobody is asked for a passphrase', async () => {
    await desk.enrol()
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.type('alice@example.com')

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain("Refused: that is not the account's email.")
    expect(terminal.screen).not.toContain('Passphrase')
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('is refused by %s', async (_name, key) => {
    await desk.enrol()
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.type(ERIN)
    await terminal.expect('(not shown): ')
    terminal.press(key)

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('Refused: no answer.')
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('is not given by what stood on the line when the terminal went away', async () => {
    await desk.enrol()
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.type(ERIN)
    await terminal.expect('(not shown): ')
    terminal.press(PASSPHRASE)
    terminal.kill('SIGHUP')

    expect(await terminal.exit).not.toBe(0)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('is refused to the one whose account it is', async () => {
    await desk.enrol('Erin', 'Erin@Example.com')
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('Refused: Nobody approves a change to their own account.')
    expect(terminal.screen).not.toContain('type the account')
  })

  test('names an approver who is in the way only once the name is typed', async () => {
    await desk.enrol()
    await desk.enrol('Erin', ERIN)
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.type(ERIN)
    await terminal.expect("Approver's name: ")
    terminal.type('erin')

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('Refused: Nobody approves a change to their own account.')
  })

  test('is over after five wrong passphrases', async () => {
    await desk.enrol()
    const { id } = await reset()

    const said: string[] = []
    for (let attempt = 1; attempt <= 5; attempt++) {
      const terminal = desk.terminal(['approvals', 'approve', id])
      await terminal.expect("type the account's email: ")
      terminal.press(`${ERIN}\rwrong passphrase ${attempt}\r`)
      expect(await terminal.exit).toBe(1)
      said.push(terminal.screen.trimEnd().split('\n').at(-1) ?? '')
    }

    expect(said).toEqual([
      '4 tries are left.',
      '3 tries are left.',
      '2 tries are left.',
      '1 try is left; then this approval is denied.',
      'The assistant has to ask anew.',
    ])
    expect(await desk.stateOf(id)).toBe('denied')
  }, 120_000)

  test('shows a number that is to be paired in full, which the list and show do not', async () => {
    await desk.enrol()
    const { id } = await desk.ask('addSmsDevice', { email: 'alice@example.com', phone: '+12025550199' })

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect('1. Add SMS +12025550199')
    terminal.press('\x03')
    const others = [
      await desk.run(['approvals']),
      await desk.run(['approvals', 'show', id]),
      await desk.run(['approvals', 'show', id, '--json']),
    ]

    for (const { stdout, stderr } of others) {
      expect(stdout).toContain('+1•••••••0199')
      expect(stdout + stderr).not.toContain('5550199')
    }
  })

  test('asks for the code of the device, blind, until it looks like one', async () => {
    await desk.enrol()
    const device = desk.sandbox.levers.addDevice('bob@example.com', {
      type: 'SMS',
      phone: '+12025550177',
      status: 'ACTIVATION_REQUIRED',
    })
    const { id, token } = await desk.ask('activateMfaDevice', { email: 'bob@example.com', deviceId: device.id })
    const code = desk.sandbox.levers.otpOf(device.id) ?? ''

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("You will be asked for the code that the user's device shows.")
    await terminal.expect("type the account's email: ")
    terminal.press(`bob@example.com\r${PASSPHRASE}\r12\rcode\r${code}\r`)

    expect(await terminal.exit).toBe(0)
    expect(terminal.screen.match(/A code has 6 to 10 digits\./g)).toHaveLength(2)
    expect(terminal.raw).not.toContain(code)
    await desk.execute(token)
    expect(desk.sandbox.state.device(device.id)?.status).toBe('ACTIVE')
  })

  test('gives up after three codes that are none', async () => {
    await desk.enrol()
    const device = desk.sandbox.levers.addDevice('bob@example.com', {
      type: 'SMS',
      phone: '+12025550177',
      status: 'ACTIVATION_REQUIRED',
    })
    const { id } = await desk.ask('activateMfaDevice', { email: 'bob@example.com', deviceId: device.id })

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's email: ")
    terminal.press(`bob@example.com\r${PASSPHRASE}\r1\r2\r3\r`)

    expect(await terminal.exit).toBe(1)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('gives the terminal back as it was', async () => {
    await desk.enrol()
    const { id } = await reset()
    const { openTerminal } = await import('../pty.ts')
    const main = new URL('../../src/main.ts', import.meta.url).pathname
    const script = `"${process.execPath}" "${main}" approvals approve ${id}; stty -a`

    const terminal = openTerminal('/bin/sh', ['-c', script], { env: { PATH: process.env['PATH'] ?? '', ...desk.env } })
    await terminal.expect("type the account's email: ")
    terminal.press('\x03')

    expect(await terminal.exit).toBe(0)
    expect(terminal.screen).toMatch(/ icanon /)
    expect(terminal.screen).toMatch(/ echo /)
  })
})

describe('denying', () => {
  test('needs no passphrase and tells the reason to whoever looks', async () => {
    await desk.enrol()
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'deny', id])
    await terminal.expect('(may be blank): ')
    terminal.type('Erin did not ask for this.')

    expect(await terminal.exit).toBe(0)
    expect((await desk.run(['approvals', 'show', id])).stdout).toContain('"Erin did not ask for this."')
    expect(await desk.stateOf(id)).toBe('denied')
  })

  test('goes without a reason', async () => {
    await desk.enrol()
    const { id } = await reset()

    const terminal = desk.terminal(['approvals', 'deny', id])
    await terminal.expect('(may be blank): ')
    terminal.type('')

    expect(await terminal.exit).toBe(0)
    expect(await desk.stateOf(id)).toBe('denied')
  })

  test('takes back a yes that has not started, and then comes too late', async () => {
    await desk.enrol()
    const { id } = await reset()
    const yes = desk.terminal(['approvals', 'approve', id])
    await yes.expect("type the account's email: ")
    yes.press(`${ERIN}\r${PASSPHRASE}\r`)
    await yes.exit

    const no = desk.terminal(['approvals', 'deny', id])
    await no.expect('(may be blank): ')
    no.type('')

    expect(await no.exit).toBe(0)
    expect(await desk.stateOf(id)).toBe('cancelled')
    const late = desk.terminal(['approvals', 'deny', id])
    expect(await late.exit).toBe(1)
    expect(late.screen).toContain('Too late: this approval is cancelled.')
  })
})

describe('without a terminal', () => {
  test.each(['approve', 'deny'])('%s is not possible, whatever stands on stdin', async (verb) => {
    await desk.enrol()
    const { id } = await reset()

    const { code, stderr } = await desk.run(['approvals', verb, id], { input: `${ERIN}\n${PASSPHRASE}\n` })

    expect(code).toBe(2)
    expect(stderr).toContain('needs a person at a terminal')
    expect(await desk.stateOf(id)).toBe('pending')
  })
})

test.each(['show', 'approve', 'deny'])('%s of an approval that does not exist says so', async (verb) => {
  const terminal = desk.terminal(['approvals', verb, 'zzzz'])

  expect(await terminal.exit).toBe(1)
  expect(terminal.screen).toContain('APPROVAL_UNKNOWN: There is no approval zzzz.\nNext: ')
})

test('the list is empty, and then has what waits', async () => {
  const before = await desk.run(['approvals', '--json'])
  await desk.enrol()
  const { id } = await reset()
  const after = await desk.run(['approvals', '--json'])

  expect(JSON.parse(before.stdout)).toEqual([])
  expect(JSON.parse(after.stdout)).toMatchObject([
    {
      id,
      state: 'pending',
      action: 'reset_mfa_devices',
      account: { email: ERIN },
      expiresAt: expect.stringMatching(/Z$/),
    },
  ])
  expect((await desk.run(['approvals'])).stdout).toContain(`${id}  Remove all 2 MFA devices of ${ERIN}`)
})
