import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashClaimToken } from '../../src/approval/claim.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { HOUR, MINUTE, onDatabase, type Rehearsal, rehearse } from './rehearsal.ts'

const BOB = 'bob@example.com'
const DIGITS = '12025550199'
const ADDITION = { email: BOB, phone: `+${DIGITS}`, nickname: 'New phone' }

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** Names of the files of the home folder whose bytes hold the text: database, write-ahead log and all. */
function holding(play: Rehearsal, text: string): string[] {
  return filesBelow(play.home)
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(play.home.length + 1))
}

/** Two processes have the store open, as they would. */
async function open(): Promise<Rehearsal> {
  const play = await rehearse()
  await play.enrol()
  const other = await play.again()
  await other.call('list_mfa_devices', { email: BOB })
  await (await other.app.store()).approvers()
  return play
}

async function asked(play: Rehearsal, args: Record<string, unknown> = ADDITION, tool = 'add_sms_device') {
  const answer = await play.call(tool, args)
  expect(answer.structured.status).toBe('approval_required')
  return answer.structured.approval
}

const execute = (play: Rehearsal, token: string) => play.call('execute_approved_action', { token })

type Ending = (play: Rehearsal, approval: { id: string; token: string }) => Promise<unknown>

const ENDINGS: Record<string, Ending> = {
  denied: (play, { id }) => play.deny(id, 'no'),
  expired: (play, { token }) => {
    play.clock.advance(16 * MINUTE)
    return play.call('check_approval', { token })
  },
  cancelled: async (play, { id }) => {
    await play.approve(id)
    await play.deny(id)
  },
  stale: async (play, { id, token }) => {
    await play.approve(id)
    play.sandbox.levers.removeDevice(FIXED_IDS.bobKey)
    await execute(play, token)
  },
  succeeded: async (play, { id, token }) => {
    await play.approve(id)
    await execute(play, token)
  },
  failed: async (play, { id, token }) => {
    await play.approve(id)
    play.sandbox.faults.add({ match: { method: 'POST', path: '/devices' }, kind: 'forbidden' })
    await execute(play, token)
  },
}

describe('a number that is to be paired', () => {
  test.each(Object.keys(ENDINGS))('stands in the store while it can run, and nowhere once it is %s', async (state) => {
    const play = await open()
    const approval = await asked(play)
    expect(holding(play, DIGITS)).not.toEqual([])

    await ENDINGS[state]?.(play, approval)

    expect((await play.call('check_approval', { token: approval.token })).structured.status).toBe(state)
    expect(holding(play, DIGITS)).toEqual([])
    expect(holding(play, '0199')).not.toEqual([])
  })

  test('is gone where its process died and nobody asked for a day', async () => {
    const play = await open()
    const { id, token } = await asked(play)
    await play.approve(id)
    play.sandbox.faults.add({ match: { method: 'POST', path: '/devices' }, kind: 'slow', ms: 300 })
    const running = execute(play, token)
    await expect.poll(async () => (await play.call('check_approval', { token })).structured.status).toBe('executing')
    play.clock.advance(25 * HOUR)
    await (await play.app.approvals()).list()

    expect(holding(play, DIGITS)).toEqual([])
    await running
  })

  test.each([
    ['as it is', `She lost +${DIGITS} last week`],
    ['with blanks', 'Now she has +1 202 555 0199'],
    ['nationally', 'It is (202) 555-0199'],
  ])('does not stay behind in the words of the model, written %s', async (_how, reason) => {
    const play = await open()
    const { id } = await asked(play, { ...ADDITION, reason, nickname: reason })
    await play.deny(id)

    for (const text of [DIGITS, '555 0199', '555-0199', '5550199']) expect(holding(play, text)).toEqual([])
  })

  test('is never in the log, not even while it waits', async () => {
    const play = await open()
    await asked(play)

    const log = JSON.stringify(await (await play.app.store()).auditEntries())

    expect(log).toContain('approval.requested')
    expect(log).not.toContain(DIGITS)
  })
})

describe('a code', () => {
  async function openPending() {
    const play = await open()
    const { id } = play.sandbox.levers.addDevice(FIXED_IDS.bob, {
      type: 'SMS',
      phone: '+46701740605',
      status: 'ACTIVATION_REQUIRED',
    })
    play.sandbox.levers.changeDevice(id, {
      pending: { otp: '918273', sentAt: play.clock.now(), attemptsLeft: 3 },
    })
    return { play, args: { email: BOB, deviceId: id } }
  }

  test('that the model brings stands nowhere readable, not even in what it says why', async () => {
    const { play, args } = await openPending()

    const { id, token } = await asked(
      play,
      { ...args, otp: '918273', reason: 'The code is 918273.' },
      'activate_mfa_device',
    )
    expect(holding(play, '918273')).toEqual([])
    await play.approve(id)
    expect(holding(play, '918273')).toEqual([])

    expect((await execute(play, token)).structured.status).toBe('completed')
    expect(holding(play, '918273')).toEqual([])
  })

  test('that a person types while approving stands nowhere readable', async () => {
    const { play, args } = await openPending()
    const { id, token } = await asked(play, args, 'activate_mfa_device')

    await play.approve(id, { code: '918273' })
    expect(holding(play, '918273')).toEqual([])

    expect((await execute(play, token)).structured.status).toBe('completed')
    expect(holding(play, '918273')).toEqual([])
  })

  test('cannot be opened with what is at rest: the claim token is needed, and another one does not do', async () => {
    const { play, args } = await openPending()
    const first = await asked(play, { ...args, otp: '918273' }, 'activate_mfa_device')
    const second = await asked(play, { ...args, otp: '918274' }, 'activate_mfa_device')
    await play.approve(first.id)
    // Somebody with the file points the second ticket at the first approval.
    onDatabase(play.home, (db) =>
      db.prepare('UPDATE claims SET approval_id = ? WHERE token_hash = ?').run(first.id, hashClaimToken(second.token)),
    )

    const answer = await execute(play, second.token)

    expect(answer.isError).toBe(true)
    expect(play.sandbox.changes).toEqual([])
  })
})

test('claim tokens, secret and passphrases are not at rest; of a token its hash is', async () => {
  const play = await open()
  const { id, token } = await asked(play)
  await play.approve(id)
  await execute(play, token)

  expect(holding(play, hashClaimToken(token))).not.toEqual([])
  for (const secret of [token, token.slice(4), play.sandbox.tenant.clientSecret, 'as right as rain']) {
    expect(holding(play, secret)).toEqual([])
  }
})

test('the home folder is made for its owner alone, and so is every file in it', async () => {
  const play = await rehearse()
  const home = join(play.home, 'made', 'by', 'us')
  const other = await play.again({ PINGONE_MFA_HOME: home })

  await other.call('reset_mfa_devices', { email: BOB })

  expect(statSync(home).mode & 0o777).toBe(0o700)
  const files = filesBelow(home)
  expect(files.map((path) => path.slice(home.length + 1)).toSorted()).toEqual([
    'approvals.db',
    'approvals.db-shm',
    'approvals.db-wal',
  ])
  for (const path of files) expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600])
})
