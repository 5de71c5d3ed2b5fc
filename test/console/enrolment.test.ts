import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../e2e/rehearsal.ts'
import { createAuthenticator, type Quirks } from './authenticator.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})

const header = (nonce: string) => ({ 'x-console-nonce': nonce })
const PAVEL = { name: 'Pavel', email: 'pavel@example.com' }
const linkFor = async (person: { name: string; email: string }) =>
  `/approvals/enrol/${await (await desk.rehearsal.app.enrolments()).open({ ...person, voucher: undefined })}`
const enrolled = async () =>
  (await (await desk.rehearsal.app.approvers()).list()).map(({ name, credentials }) => [
    name,
    ...credentials.map((credential) => credential.name),
  ])

/** Asks for what is to be signed, as the page does. */
async function ask(path: string, nonce: string) {
  const { json } = await desk.post(path, {}, header(nonce))
  return { ...json, nonce: json.nonce ?? '', options: json.options! }
}

async function register(link: string, how: Quirks = {}) {
  const key = createAuthenticator(desk.origin)
  const { nonce, options } = await ask(`${link}/options`, await desk.nonceOf(link))
  return desk.post(
    `${link}/register`,
    { attestation: key.create(options, how), credentialName: 'Blue key' },
    header(nonce),
  )
}

describe('the first', () => {
  test('is enrolled by the link, with the passkey’s name', async () => {
    const { json } = await register(await linkFor(PAVEL))

    expect(json.ok).toBe(true)
    expect(await enrolled()).toEqual([['Pavel', 'Blue key']])
  })

  test('is enrolled once by one link', async () => {
    const link = await linkFor(PAVEL)
    const nonce = await desk.nonceOf(link)
    await register(link)

    const { status, json } = await desk.post(`${link}/options`, {}, header(nonce))

    expect(status).toBe(409)
    expect(json.sentence).toMatch(/used already/)
    expect((await desk.get(link)).status).toBe(404)
    expect(await enrolled()).toEqual([['Pavel', 'Blue key']])
  })

  test('comes too late after ten minutes', async () => {
    const link = await linkFor(PAVEL)
    desk.rehearsal.clock.advance(10 * MINUTE)

    expect((await desk.get(link)).status).toBe(404)
  })

  test.each<[string, Quirks, RegExp]>([
    ['without user verification', { userVerified: false }, /did not check who is using it/],
    ['from another port', { origin: 'http://localhost:1' }, /another page/],
    ['from a frame in another page', { crossOrigin: true }, /page of somebody else/],
    ['for another site', { rpId: 'evil.example' }, /another site/],
    ['that was not asked for', { challenge: 'AAAA' }, /is for something else/],
  ])('is not enrolled by a passkey %s', async (_what, how, sentence) => {
    const { json } = await register(await linkFor(PAVEL), how)

    expect(json.sentence).toMatch(sentence)
    expect(await enrolled()).toEqual([])
  })

  test('is not enrolled by guessing a link', async () => {
    expect((await desk.get(`/approvals/enrol/${'A'.repeat(43)}`)).status).toBe(404)
  })
})

describe('somebody else', () => {
  test('needs an enrolled approver who vouches by passkey, and the log says who', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    await desk.enrol('Pavel', 'pavel@example.com', olga)

    const entries = await (await desk.rehearsal.app.store()).auditEntries()
    const data = JSON.parse(entries.findLast(({ kind }) => kind === 'approver.added')?.data ?? '{}') as object

    expect(data).toMatchObject({ name: 'Pavel', vouchedBy: 'Olga', evidence: { credentialId: olga.id } })
    expect((await desk.rehearsal.verify()).broken).toBeUndefined()
  })

  test('is not enrolled without one', async () => {
    await desk.enrol('Olga', 'olga@example.com')

    const link = await linkFor(PAVEL)
    const { sentence } = await ask(`${link}/options`, await desk.nonceOf(link))

    expect(sentence).toMatch(/has to vouch first/)
    expect(await enrolled()).toEqual([['Olga', 'Blue key']])
  })

  test('is not enrolled by a link from before the first was', async () => {
    const link = await linkFor(PAVEL)
    const key = createAuthenticator(desk.origin)
    const { nonce, options } = await ask(`${link}/options`, await desk.nonceOf(link))
    await desk.enrol('Olga', 'olga@example.com')

    const body = { attestation: key.create(options), credentialName: 'x' }
    const { json } = await desk.post(`${link}/register`, body, header(nonce))

    expect(json.sentence).toMatch(/has to vouch first/)
    expect(await enrolled()).toEqual([['Olga', 'Blue key']])
  })

  test('is not vouched for by their own new passkey', async () => {
    await desk.enrol('Olga', 'olga@example.com')
    const link = await linkFor(PAVEL)
    const asked = await ask(`${link}/vouch/options`, await desk.nonceOf(link))

    const body = { assertion: createAuthenticator(desk.origin).get(asked.options) }
    const { json } = await desk.post(`${link}/vouch`, body, header(asked.nonce))

    expect(json.sentence).toMatch(/not enrolled here/)
  })

  test('is not vouched for by a signature for an approval', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    const { options } = await desk.optionsFor((await desk.ask()).id)
    const link = await linkFor(PAVEL)

    const { json } = await desk.post(
      `${link}/vouch`,
      { assertion: olga.get(options) },
      header(await desk.nonceOf(link)),
    )

    expect(json.sentence).toMatch(/is for something else/)
  })

  test('with a voucher who was removed meanwhile is not enrolled', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    await desk.enrol('Quentin', 'quentin@example.com', olga)
    const link = await linkFor(PAVEL)
    const asked = await ask(`${link}/vouch/options`, await desk.nonceOf(link))
    await desk.post(`${link}/vouch`, { assertion: olga.get(asked.options) }, header(asked.nonce))
    await (await desk.rehearsal.app.approvers()).remove('Olga', { name: 'Quentin' })

    const { sentence } = await ask(`${link}/options`, await desk.nonceOf(link))

    expect(sentence).toMatch(/has to vouch first/)
  })
})

describe('another passkey', () => {
  test('of somebody who is enrolled approves, too', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    const second = await desk.enrol('Olga', 'olga@example.com', olga)

    const { json } = await desk.approve((await desk.ask()).id, second)

    expect(json.ok).toBe(true)
    expect(await enrolled()).toEqual([['Olga', 'Blue key', 'Blue key']])
  })

  test('is not taken under another email', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')

    await expect(desk.enrol('Olga', 'mallory@example.com', olga)).rejects.toThrow(/with another email/)
  })
})

describe('removing a passkey', () => {
  const remove = async (path: string, key: ReturnType<typeof createAuthenticator>) => {
    const cookie = await desk.letIn()
    const asked = await ask(`${path}/options`, await desk.nonceOf('/approvals/approvers', { cookie }))
    return desk.post(path, { assertion: key.get(asked.options) }, header(asked.nonce))
  }

  test('needs an approver’s passkey, and the log stays whole', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    const second = await desk.enrol('Olga', 'olga@example.com', olga)

    const { json } = await remove(`/approvals/approvers/Olga/credentials/${olga.id}/remove`, second)

    expect(json.ok).toBe(true)
    expect((await desk.approve((await desk.ask()).id, olga)).json.sentence).toMatch(/not enrolled here/)
    expect((await desk.rehearsal.verify()).broken).toBeUndefined()
  })

  test('leaves the only one there is', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')

    const { json } = await remove(`/approvals/approvers/Olga/credentials/${olga.id}/remove`, olga)

    expect(json.sentence).toMatch(/only credential there is/)
    expect(await enrolled()).toEqual([['Olga', 'Blue key']])
  })

  test('of an approver with no other one takes the approver off', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    const pavel = await desk.enrol('Pavel', 'pavel@example.com', olga)

    await remove(`/approvals/approvers/Pavel/credentials/${pavel.id}/remove`, olga)

    expect(await enrolled()).toEqual([['Olga', 'Blue key']])
  })

  test('or an approver is not done by a signature for another removal', async () => {
    const olga = await desk.enrol('Olga', 'olga@example.com')
    const pavel = await desk.enrol('Pavel', 'pavel@example.com', olga)
    const cookie = await desk.letIn()
    const path = `/approvals/approvers/Pavel/credentials/${pavel.id}/remove`
    const asked = await ask(`${path}/options`, await desk.nonceOf('/approvals/approvers', { cookie }))

    const { json } = await desk.post(
      '/approvals/approvers/Pavel/remove',
      { assertion: olga.get(asked.options) },
      header(asked.nonce),
    )

    expect(json.sentence).toMatch(/is for something else/)
    expect(await enrolled()).toHaveLength(2)
  })
})
