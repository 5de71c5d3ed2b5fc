import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

const OPEN = '{"actions":{"add_sms_device":{"approval":"none"}},"limits":{"executionsPerHour":100}}'
const STRICT = '{"actions":{"reset_mfa_devices":{"assurance":"passkey"}}}'
const write = (text: string) => writeFile(join(desk.home, 'policy.json'), text)
const inForce = async () => JSON.parse((await desk.run(['policy', '--json'])).stdout) as object

async function accept(passphrase = PASSPHRASE) {
  const terminal = desk.terminal(['policy', 'accept'])
  await terminal.expect('Passphrase of Olga (not shown): ')
  terminal.type(passphrase)
  return { code: await terminal.exit, screen: terminal.screen, raw: terminal.raw }
}

describe('policy', () => {
  test('shows the defaults where there is no file', async () => {
    const { code, stdout } = await desk.run(['policy'])

    expect(code).toBe(0)
    expect(stdout).toContain('  reset_mfa_devices    a person approves, by any credential\n')
    expect(stdout).toContain('management.environments.delete')
    expect(stdout).toContain('3 requests of one caller may wait for one user')
    expect(stdout).toContain(`none at ${desk.home}/policy.json: these are the defaults`)
  })

  test('shows a file that only tightens as in force', async () => {
    await write(STRICT)

    const { stdout } = await desk.run(['policy'])

    expect(stdout).toContain('  reset_mfa_devices    a person approves by passkey\n')
    expect(stdout).toContain('loosens nothing')
  })

  test('shows what a file loosens as not in force until it is accepted', async () => {
    await write(OPEN)

    const { stdout } = await desk.run(['policy'])

    expect(stdout).toContain('  add_sms_device       a person approves, by any credential\n')
    expect(stdout).toContain(
      'NOT ACCEPTED: until "policy accept", none of this counts:\n    add_sms_device runs without anybody\'s approval',
    )
    expect(await inForce()).toMatchObject({ limits: { executionsPerHour: 30 }, file: { accepted: false } })
  })

  test('names the line of a broken file', async () => {
    await write('{\n  "actions": {\n    "reset_everything": {}\n  }\n}')

    const { code, stderr } = await desk.run(['policy'])

    expect(code).toBe(1)
    expect(stderr).toMatch(/^BLOCKED_BY_POLICY: .*line 3: .*"reset_everything"/)
  })

  test('refuses to go without a file that was asked for', async () => {
    const { code, stderr } = await desk.run(['policy'], {
      env: { ...desk.env, PINGONE_MFA_POLICY: '/nonexistent/policy.json' },
    })

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('it does not exist') })
  })
})

describe('accepting a policy', () => {
  test('shows what becomes open, and it counts once an approver has said so', async () => {
    await desk.enrol()
    await write(OPEN)

    const { code, screen, raw } = await accept()

    expect(code).toBe(0)
    expect(screen).toContain(
      "THIS BECOMES OPEN \n  ! add_sms_device runs without anybody's approval\n  ! executionsPerHour is raised from 30 to 100\n",
    )
    expect(raw).not.toContain(PASSPHRASE)
    expect(await inForce()).toMatchObject({
      actions: { add_sms_device: { approval: 'none' } },
      limits: { executionsPerHour: 100 },
      file: { accepted: true },
    })
    expect((await desk.run(['audit'])).stdout).toMatch(/policy\.accepted {2}.*by Olga/)
  })

  test('counts for exactly that file', async () => {
    await desk.enrol()
    await write(OPEN)
    await accept()

    await write(`${OPEN} `)

    expect(await inForce()).toMatchObject({ actions: { add_sms_device: { approval: 'required' } } })
  })

  test('takes back the earlier acceptance, with a file that loosens nothing', async () => {
    await desk.enrol()
    await write(OPEN)
    await accept()
    await write(STRICT)

    const { screen } = await accept()
    await write(OPEN)

    expect(screen).toContain('takes back what was accepted before')
    expect(await inForce()).toMatchObject({ file: { accepted: false } })
  })

  test('is refused for a wrong passphrase', async () => {
    await desk.enrol()
    await write(OPEN)

    const { code, screen } = await accept('wrong passphrase')

    expect(code).toBe(1)
    expect(screen).toContain('Refused: that passphrase is wrong.')
    expect(await inForce()).toMatchObject({ file: { accepted: false } })
  })

  test('is not possible without a terminal', async () => {
    await desk.enrol()
    await write(OPEN)

    const { code } = await desk.run(['policy', 'accept'], { input: `${PASSPHRASE}\n` })

    expect(code).toBe(2)
    expect(await inForce()).toMatchObject({ file: { accepted: false } })
  })

  test.each([
    ['nobody is enrolled', OPEN, 'NO_APPROVER: '],
    ['the file is broken', '{', 'BLOCKED_BY_POLICY: '],
  ])('is refused where %s', async (_name, text, code) => {
    await write(text)

    const terminal = desk.terminal(['policy', 'accept'])

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain(code)
  })

  test('is refused where there is no file', async () => {
    await desk.enrol()

    const terminal = desk.terminal(['policy', 'accept'])

    expect(await terminal.exit).toBe(1)
    expect(terminal.screen).toContain('There is no policy file to accept')
  })
})
