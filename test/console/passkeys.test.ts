import { beforeEach, describe, expect, test } from 'vitest'
import { chainEntry } from '../../src/store/audit-chain.ts'
import type { AuditEntry } from '../../src/store/store.ts'
import { MINUTE, onDatabase } from '../e2e/rehearsal.ts'
import { type Authenticator, createAuthenticator, type Quirks } from './authenticator.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
let olga: Authenticator

beforeEach(async () => {
  desk = await openDesk()
  olga = await desk.enrol('Olga', 'olga.approver@example.com')
})

const header = (nonce: string) => ({ 'x-console-nonce': nonce })
const devicesOf = async (email: string) =>
  (await desk.rehearsal.call('list_mfa_devices', { email })).structured.devices.length

describe('a passkey', () => {
  test('approves exactly what its page shows, and the assistant carries it out', async () => {
    const { id, token } = await desk.ask()

    const reply = await desk.approve(id, olga)
    const done = await desk.rehearsal.call('execute_approved_action', { token })

    expect(reply.json).toMatchObject({ ok: true, state: 'approved' })
    expect(done.structured.status).toBe('completed')
    expect(await devicesOf('alice@example.com')).toBe(0)
  })

  test('has to verify who uses it, and is asked for by name', async () => {
    const { id } = await desk.ask()

    const { options } = await desk.optionsFor(id)

    expect(options).toMatchObject({
      userVerification: 'required',
      rpId: 'localhost',
      allowCredentials: [{ id: olga.id }],
    })
  })

  test('leaves its signature in the audit log, which is verified again', async () => {
    await desk.approve((await desk.ask()).id, olga)

    expect(evidenceIn(desk)).toMatchObject({ credentialId: olga.id, origin: desk.origin })
    expect((await desk.rehearsal.verify()).broken).toBeUndefined()
  })

  // Whoever can write the file can chain it anew; a signature they cannot make.
  test.each<[string, (data: Data) => void, RegExp]>([
    ['is missing', (data) => delete data.evidence, /lacks the passkey's signature/],
    ['is for another plan', (data) => (evidenceOf(data).digest = 'ab'.repeat(32)), /for something else/],
    ['is by a key that was never enrolled', (data) => (evidenceOf(data).credentialId = 'AAAA'), /was not enrolled/],
    ['is by an exchanged key', (data) => (evidenceOf(data).publicKey = 'AAAA'), /another key/],
    ['is by somebody else', (data) => (data.by = 'Mallory'), /was not enrolled/],
    ['was made up', (data) => (evidenceOf(data).signature = 'MAYCAQECAQE'), /does not hold/],
    ['has another challenge', (data) => (evidenceOf(data).nonce = 'AAAA'), /does not hold/],
  ])('is found out where it %s', async (_what, forge, problem) => {
    await desk.approve((await desk.ask()).id, olga)

    rewriteLog(desk, 'approval.approved', forge)

    expect((await desk.rehearsal.verify()).broken?.problem).toMatch(problem)
  })

  test('does not approve a change to its owner’s own account', async () => {
    const alice = await desk.enrol('Alice', 'ALICE@example.com', olga)
    const { id } = await desk.ask()

    const reply = await desk.approve(id, alice)

    expect(reply.json.sentence).toMatch(/Nobody approves a change to their own account/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('does where the policy asks for passkeys alone', async () => {
    desk.rehearsal.setPolicy({ actions: { reset_mfa_devices: { approval: 'required', assurance: 'passkey' } } })
    const { id } = await desk.ask()

    expect((await desk.approve(id, olga)).json.ok).toBe(true)
  })

  test('comes too late once the approval has expired', async () => {
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    desk.rehearsal.clock.advance(16 * MINUTE)

    const { json } = await desk.post(`/approvals/${id}/approve`, { assertion: olga.get(options) }, header(nonce))

    expect(json.ok).toBe(false)
    expect(await desk.stateOf(id)).toBe('expired')
  })
})

describe('an assertion is refused, and nothing changes', () => {
  test.each<[string, Quirks, RegExp]>([
    ['without user verification', { userVerified: false }, /did not check who is using it/],
    ['from another port', { origin: 'http://localhost:1' }, /another page/],
    ['from another site', { origin: 'https://evil.example' }, /another page/],
    ['from a frame in another page', { crossOrigin: true }, /page of somebody else/],
    ['for another relying party', { rpId: 'evil.example' }, /another site/],
    ['made as a registration', { type: 'webauthn.create' }, /could not be verified/],
    ['with a challenge of its own', { challenge: 'AAAA' }, /too late, was used already, or is for something else/],
  ])('%s', async (_what, quirks, sentence) => {
    const { id } = await desk.ask()

    const { status, json } = await desk.approve(id, olga, quirks)

    expect({ status, ok: json.ok }).toEqual({ status: 409, ok: false })
    expect(json.sentence).toMatch(sentence)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('by a passkey that nobody enrolled', async () => {
    const { id } = await desk.ask()

    const { json } = await desk.approve(id, createAuthenticator(desk.origin))

    const entries = await (await desk.rehearsal.app.store()).auditEntries()
    expect(json.sentence).toMatch(/not enrolled here/)
    expect(await desk.stateOf(id)).toBe('pending')
    expect(entries.at(-1)).toMatchObject({ kind: 'approval.passkey_rejected', approvalId: id })
  })

  test('by somebody else’s key under an enrolled id', async () => {
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    const assertion = { ...createAuthenticator(desk.origin).get(options), id: olga.id, rawId: olga.id }

    const { json } = await desk.post(`/approvals/${id}/approve`, { assertion }, header(nonce))

    expect(json.sentence).toMatch(/signature of that passkey is wrong/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('made for another plan', async () => {
    const [mine, other] = [await desk.ask(), await desk.ask('bob@example.com')]
    const asked = await desk.optionsFor(other.id)
    const { nonce } = await desk.optionsFor(mine.id)

    const { json } = await desk.post(
      `/approvals/${mine.id}/approve`,
      { assertion: olga.get(asked.options) },
      header(nonce),
    )

    expect(json.sentence).toMatch(/is for something else/)
    expect([await desk.stateOf(mine.id), await desk.stateOf(other.id)]).toEqual(['pending', 'pending'])
  })

  test('where the stored plan was exchanged', async () => {
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    onDatabase(desk.rehearsal.home, (db) => db.exec("UPDATE approvals SET plan = replace(plan, 'alice', 'alicf')"))

    const { json } = await desk.post(`/approvals/${id}/approve`, { assertion: olga.get(options) }, header(nonce))

    expect(json.sentence).toMatch(/not the one that was asked for/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('after two minutes', async () => {
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    desk.rehearsal.clock.advance(2 * MINUTE)

    const { json } = await desk.post(`/approvals/${id}/approve`, { assertion: olga.get(options) }, header(nonce))

    expect(json.sentence).toMatch(/too late/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('a second time', async () => {
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    const assertion = olga.get(options, { userVerified: false })
    const first = await desk.post(`/approvals/${id}/approve`, { assertion }, header(nonce))

    const again = olga.get(options)
    const { json } = await desk.post(`/approvals/${id}/approve`, { assertion: again }, header(first.json.nonce ?? ''))

    expect(json.sentence).toMatch(/was used already/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('where its counter has gone back', async () => {
    const first = await desk.ask('bob@example.com')
    await desk.approve(first.id, olga, { counter: 7 })
    const { id } = await desk.ask()

    const { json } = await desk.approve(id, olga, { counter: 7 })

    expect(json.sentence).toMatch(/counter of this passkey went back/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('whose passkey was removed while the page was open', async () => {
    const second = await desk.enrol('Pavel', 'pavel@example.com', olga)
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    await (await desk.rehearsal.app.approvers()).remove('Pavel', { name: 'Olga' })

    const { json } = await desk.post(`/approvals/${id}/approve`, { assertion: second.get(options) }, header(nonce))

    expect(json.sentence).toMatch(/not enrolled here/)
    expect(await desk.stateOf(id)).toBe('pending')
  })
})

describe('a double submit', () => {
  test('of the page’s one-time value is refused', async () => {
    const { id } = await desk.ask()
    const nonce = await desk.nonceOf(`/approvals/${id}`)
    await desk.post(`/approvals/${id}/options`, {}, header(nonce))

    const { status, json } = await desk.post(`/approvals/${id}/options`, {}, header(nonce))

    expect(status).toBe(409)
    expect(json.sentence).toMatch(/used already or is too old/)
  })

  test('of an approval counts once', async () => {
    const { id } = await desk.ask()
    const { nonce, options } = await desk.optionsFor(id)
    const body = { assertion: olga.get(options) }

    const replies = await Promise.all([1, 2].map(() => desk.post(`/approvals/${id}/approve`, body, header(nonce))))

    expect(replies.filter(({ json }) => json.ok)).toHaveLength(1)
  })
})

describe('the code that is typed on the page', () => {
  const activation = async () => {
    const added = await desk.rehearsal.call('add_sms_device', { email: 'bob@example.com', phone: '+12125550199' })
    await desk.approve(added.structured.approval.id, olga)
    const done = await desk.rehearsal.call('execute_approved_action', { token: added.structured.approval.token })
    const deviceId = done.structured.outcome.devices[0]?.id ?? ''
    const asked = await desk.rehearsal.call('activate_mfa_device', { email: 'bob@example.com', deviceId })
    return asked.structured.approval
  }

  test('is needed', async () => {
    const { id } = await activation()

    const { json } = await desk.approve(id, olga)

    expect(json.sentence).toMatch(/needs the code/)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('is made of digits', async () => {
    const { id } = await activation()

    const { json } = await desk.approve(id, olga, { code: '12 34' })

    expect(json.sentence).toBe('A code has 6 to 10 digits.')
  })

  test('goes sealed to the device, and stands readable nowhere', async () => {
    const { id, token } = await activation()

    const reply = await desk.approve(id, olga, { code: '912345' })
    const stored = onDatabase(desk.rehearsal.home, (db) =>
      JSON.stringify([
        ...db.prepare('SELECT * FROM approvals').all(),
        ...db.prepare('SELECT * FROM claims').all(),
        ...db.prepare('SELECT * FROM audit').all(),
        ...db.prepare('SELECT * FROM tickets').all(),
      ]),
    )
    const done = await desk.rehearsal.call('execute_approved_action', { token })

    expect(reply.json.ok).toBe(true)
    expect(stored).not.toContain('912345')
    expect(done.code).toBe('OTP_REJECTED')
  })
})

describe('denying on the page', () => {
  test('needs no credential, and tells the assistant why', async () => {
    const { id, token } = await desk.ask()

    const nonce = await desk.nonceOf(`/approvals/${id}`)
    const { json } = await desk.post(`/approvals/${id}/deny`, { reason: 'wrong person' }, header(nonce))

    expect(json).toMatchObject({ ok: true, state: 'denied' })
    expect((await desk.rehearsal.call('execute_approved_action', { token })).text).toContain('wrong person')
  })

  test('takes back what was approved and has not started', async () => {
    const { id } = await desk.ask()
    const { json } = await desk.approve(id, olga)

    const reply = await desk.post(`/approvals/${id}/deny`, { reason: '' }, header(json.nonce ?? ''))

    expect(reply.json).toMatchObject({ ok: true, state: 'cancelled' })
  })
})

interface Data {
  by: string
  evidence?: Record<string, string>
}

function evidenceIn({ rehearsal }: Desk) {
  return onDatabase(rehearsal.home, (db) => {
    const row = db.prepare("SELECT data FROM audit WHERE kind = 'approval.approved'").get()
    return (JSON.parse(String(row?.['data'])) as Data).evidence
  })
}

function evidenceOf({ evidence = {} }: Data) {
  return evidence
}

/** Changes an entry and chains everything anew, so that no hash tells. */
function rewriteLog({ rehearsal }: Desk, kind: string, change: (data: Data) => void): void {
  onDatabase(rehearsal.home, (db) => {
    let last: AuditEntry | undefined
    for (const row of db.prepare('SELECT * FROM audit ORDER BY seq').all()) {
      const data = JSON.parse(String(row['data'])) as Data
      if (row['kind'] === kind) change(data)
      const approvalId = (row['approval_id'] as string | null) ?? undefined
      const event = {
        at: row['at'] as number,
        kind: row['kind'] as string,
        data: data as unknown as Record<string, unknown>,
      }
      last = chainEntry({ ...event, ...(approvalId === undefined ? {} : { approvalId }) }, last)
      db.prepare('UPDATE audit SET data = ?, prev = ?, hash = ? WHERE seq = ?').run(
        last.data,
        last.prev,
        last.hash,
        last.seq,
      )
    }
  })
}
