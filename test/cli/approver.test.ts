import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

const ADD_OLGA = ['approver', 'add', '--name', 'Olga', '--email', 'olga@example.com', '--passphrase']
const ADD_PAVEL = ['approver', 'add', '--name', 'Pavel', '--email', 'pavel@example.com', '--passphrase']
const names = async () => (await (await desk.app.approvers()).list()).map(({ name }) => name)

describe('enrolling', () => {
  test('the first asks nobody to vouch, and takes a passphrase that is typed twice', async () => {
    const terminal = desk.terminal(ADD_OLGA)
    await terminal.expect('New passphrase of Olga (not shown): ')
    terminal.type(PASSPHRASE)
    await terminal.expect('The same once more: ')
    terminal.type(PASSPHRASE)

    expect(await terminal.exit).toBe(0)
    expect(terminal.raw).not.toContain(PASSPHRASE)
    expect(await names()).toEqual(['Olga'])
  })

  test('works where everything was typed before the program had started', async () => {
    const terminal = desk.terminal(ADD_OLGA)
    terminal.press(`${PASSPHRASE}\r${PASSPHRASE}\r`)

    expect(await terminal.exit).toBe(0)
    expect(await names()).toEqual(['Olga'])
  })

  test('asks again where a passphrase is too short or the two differ', async () => {
    const terminal = desk.terminal(ADD_OLGA)
    await terminal.expect('(not shown): ')
    terminal.press(`short\r${PASSPHRASE}\r${PASSPHRASE}!\r${PASSPHRASE}\r${PASSPHRASE}\r`)

    expect(await terminal.exit).toBe(0)
    expect(terminal.screen).toContain('A passphrase has at least 8 characters.')
    expect(terminal.screen).toContain('The two are not the same.')
  })

  test('enrols nobody after three passphrases that will not do', async () => {
    const terminal = desk.terminal(ADD_OLGA)
    await terminal.expect('(not shown): ')
    terminal.press('short\rshort\rshort\r')

    expect(await terminal.exit).toBe(1)
    expect(await names()).toEqual([])
  })

  test('somebody else needs an approver who vouches, before anything else', async () => {
    await desk.enrol()

    const terminal = desk.terminal(ADD_PAVEL)
    await terminal.expect('An approver vouches for Pavel <pavel@example.com>.\nApprover: Olga\nPassphrase of Olga')
    terminal.type(PASSPHRASE)
    await terminal.expect('New passphrase of Pavel')
    terminal.press('another passphrase\ranother passphrase\r')

    expect(await terminal.exit).toBe(0)
    expect(await names()).toEqual(['Olga', 'Pavel'])
    expect((await desk.run(['approver', 'list'])).stdout).toMatch(
      /^Pavel <pavel@example.com> {2}passphrase, since .* vouched for by Olga$/m,
    )
  })

  test('is refused where the one who vouches does not know the passphrase', async () => {
    await desk.enrol()

    const terminal = desk.terminal(ADD_PAVEL)
    await terminal.expect('Passphrase of Olga')
    terminal.type('wrong passphrase')

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('Refused: that passphrase is wrong.')
    expect(terminal.screen).not.toContain('New passphrase')
    expect(await names()).toEqual(['Olga'])
  })

  test('is refused where nobody has the name of the one who vouches', async () => {
    await desk.enrol()
    await desk.enrol('Quentin', 'quentin@example.com')

    const terminal = desk.terminal(ADD_PAVEL)
    await terminal.expect("Approver's name: ")
    terminal.type('mallory')

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('Refused: no approver is called "mallory".')
  })

  test('does not take a name twice', async () => {
    await desk.enrol()

    const terminal = desk.terminal(ADD_OLGA.map((word) => (word === 'Olga' ? 'OLGA' : word)))
    await terminal.expect('Passphrase of Olga')
    terminal.type(PASSPHRASE)

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('"OLGA" is enrolled already')
  })

  test.each([
    ['--name', ' '],
    ['--name', 'Ol\u200Bga'],
    ['--email', 'olga'],
    ['--email', 'ol\u202Ega@example.com'],
  ])('refuses %s %j at once', async (flag, value) => {
    const args = ADD_OLGA.map((word, index) => (ADD_OLGA[index - 1] === flag ? value : word))

    const { code, stderr } = await desk.run(args)

    expect(code).toBe(2)
    expect(stderr).toMatch(/^INVALID_INPUT: /)
  })

  test('needs a terminal, whatever stands on stdin', async () => {
    const { code, stderr } = await desk.run(ADD_OLGA, { input: `${PASSPHRASE}\n${PASSPHRASE}\n` })

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('typed at a terminal') })
    expect(await names()).toEqual([])
  })
})

describe('removing', () => {
  test('needs an approver who vouches', async () => {
    await desk.enrol()
    await desk.enrol('Pavel', 'pavel@example.com', 'another passphrase')

    const terminal = desk.terminal(['approver', 'remove', 'pavel'])
    await terminal.expect("Approver's name: ")
    terminal.press(`Olga\r${PASSPHRASE}\r`)

    expect(await terminal.exit).toBe(0)
    expect(await names()).toEqual(['Olga'])
  })

  test('is refused for a wrong passphrase', async () => {
    await desk.enrol()

    const terminal = desk.terminal(['approver', 'remove', 'Olga'])
    await terminal.expect('whoever enrols next needs nobody to vouch')
    await terminal.expect('Passphrase of Olga')
    terminal.type('wrong passphrase')

    expect(await terminal.exit).toBe(1)
    expect(await names()).toEqual(['Olga'])
  })

  test('does not work without a terminal, nor for a name that nobody has', async () => {
    await desk.enrol()

    const blind = await desk.run(['approver', 'remove', 'Olga'], { input: `${PASSPHRASE}\n` })
    const unknown = desk.terminal(['approver', 'remove', 'Pavel'])

    expect(blind.code).toBe(1)
    expect(await unknown.exit).toBe(1)
    expect(await names()).toEqual(['Olga'])
  })
})

test('the list says who, by what and since when, and never what verifies a passphrase', async () => {
  const nobody = await desk.run(['approver', 'list'])
  await desk.enrol()
  const { stdout } = await desk.run(['approver', 'list', '--json'])

  expect(nobody).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Nobody is enrolled') })
  expect(JSON.parse(stdout)).toEqual([
    {
      name: 'Olga',
      email: 'olga@example.com',
      credentials: [{ id: expect.any(String), kind: 'passphrase', name: 'passphrase', since: expect.any(String) }],
      since: expect.stringMatching(/^20.*Z$/),
    },
  ])
})
