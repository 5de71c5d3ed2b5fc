import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Authenticator, createAuthenticator } from '../console/authenticator.ts'
import { send } from '../console/desk.ts'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

const add = (name: string) => ['approver', 'add', '--name', name, '--email', `${name.toLowerCase()}@example.com`]
const LINK = /http:\/\/localhost:\d+\/\S+/

/** What a person does on the page behind the link: vouches where somebody has to, then makes the passkey. */
async function enrolAt(link: string, voucher?: Authenticator): Promise<Authenticator> {
  const { origin, host } = new URL(link)
  const key = createAuthenticator(origin)
  let nonce = await nonceOf(link)
  const post = async (path: string, body: unknown) => {
    const headers = {
      host,
      origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      'x-console-nonce': nonce,
    }
    const { json } = await send('POST', `${link}${path}`, headers, JSON.stringify(body))
    if (json.ok !== true) throw new Error(json.sentence)
    nonce = json.nonce ?? ''
    return json.options ?? { challenge: '', rp: {}, user: { id: '' } }
  }
  if (voucher !== undefined) {
    const assertion = voucher.get(await post('/vouch/options', {}), { origin })
    await post('/vouch', { assertion })
  }
  const attestation = key.create(await post('/options', {}))
  await post('/register', { attestation, credentialName: 'Laptop' })
  return key
}

async function nonceOf(url: string): Promise<string> {
  const { text } = await send('GET', url, { host: new URL(url).host })
  return /data-nonce="([^"]+)"/.exec(text)?.[1] ?? ''
}

async function enrol(name: string, voucher?: Authenticator): Promise<{ key: Authenticator; code: number | null }> {
  const running = desk.start(add(name))
  const [link] = await running.sees('stdout', LINK)
  const key = await enrolAt(link, voucher)
  return { key, code: (await running.finished).code }
}

describe('enrolling by passkey', () => {
  test('prints a link, works without a terminal, and ends well once the passkey is registered', async () => {
    const { code } = await enrol('Olga')

    expect(code).toBe(0)
    expect((await desk.run(['approver', 'list'])).stdout).toMatch(
      /^Olga <olga@example\.com> {2}passkey "Laptop", since/,
    )
  })

  test('has somebody who is enrolled vouch on the page, by passkey', async () => {
    const { key } = await enrol('Olga')

    const { code } = await enrol('Pavel', key)

    expect(code).toBe(0)
    expect((await desk.run(['approver', 'list'])).stdout).toMatch(/^Pavel .* vouched for by Olga$/m)
  })

  test('has them vouch at a terminal by passphrase before there is a link', async () => {
    await desk.enrol()

    const terminal = desk.terminal(add('Pavel'))
    await terminal.expect('An approver vouches for Pavel <pavel@example.com>.\nApprover: Olga\nPassphrase of Olga')
    const before = terminal.screen
    terminal.type(PASSPHRASE)
    await terminal.expect(/http:\/\/localhost:\d+\/approvals\/enrol\/[\w-]{43}\s/)
    await enrolAt(LINK.exec(terminal.screen)?.[0] ?? '')

    expect(await terminal.exit).toBe(0)
    expect(before).not.toContain('http')
  })

  test('is refused where nobody could vouch without a terminal', async () => {
    await desk.enrol()

    const { code, stdout, stderr } = await desk.run(add('Pavel'))

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/vouches by passphrase/)
  })

  test('enrols nobody when it is stopped', async () => {
    const running = desk.start(add('Olga'))
    await running.sees('stdout', LINK)

    running.process.kill('SIGTERM')

    expect((await running.finished).code).not.toBe(0)
    expect((await desk.run(['approver', 'list'])).stderr).toMatch(/Nobody is enrolled/)
  })
})

describe('removing', () => {
  test('is done on the page by passkey where there is no terminal', async () => {
    const { key } = await enrol('Olga')
    await enrol('Pavel', key)
    const running = desk.start(['approver', 'remove', 'Pavel'])
    const [link] = await running.sees('stdout', LINK)
    const { origin, host } = new URL(link)

    const opened = await send('GET', link, { host })
    const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? ''
    const page = await send('GET', `${origin}/approvals/approvers`, { host, cookie })
    const headers = { host, origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
    const post = async (path: string, nonce: string, body: unknown) =>
      (await send('POST', origin + path, { ...headers, 'x-console-nonce': nonce }, JSON.stringify(body))).json
    const nonce = /data-nonce="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const asked = await post('/approvals/approvers/Pavel/remove/options', nonce, {})
    const assertion = key.get(asked.options ?? { challenge: '' }, { origin })
    await post('/approvals/approvers/Pavel/remove', asked.nonce ?? '', { assertion })

    expect((await running.finished).code).toBe(0)
    expect((await desk.run(['approver', 'list'])).stdout).not.toContain('Pavel')
  })
})

test('a terminal says where to go when all approvers have passkeys alone', async () => {
  await enrol('Olga')
  const { id } = await desk.ask('resetMfaDevices', { email: 'alice@example.com' })

  const terminal = desk.terminal(['approvals', 'approve', id])

  expect(await terminal.exit).toBe(1)
  expect(terminal.screen).toMatch(/approves by passkey, on the page/)
  expect(await desk.stateOf(id)).toBe('pending')
})
