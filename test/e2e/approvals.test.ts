import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import { hashEntry } from '../../src/store/audit-chain.ts'
import { toAuditEntry } from '../../src/store/rows.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { onDatabase, type Rehearsal, rehearse, RIGHT_PASSPHRASE } from './rehearsal.ts'

const ALICE = { email: 'alice@example.com' }
const KEY = { email: 'bob@example.com', deviceId: FIXED_IDS.bobKey }

async function open(): Promise<Rehearsal> {
  const play = await rehearse()
  await play.enrol()
  return play
}

async function asked(play: Rehearsal, tool = 'reset_mfa_devices', args: Record<string, unknown> = ALICE) {
  return (await play.call(tool, args)).structured.approval
}

const stateOf = async (play: Rehearsal, token: string) =>
  (await play.call('check_approval', { token })).structured.status

describe('a passphrase', () => {
  test('that is wrong five times denies the approval, and the right one comes too late', async () => {
    const play = await open()
    const { id, token } = await asked(play)

    const left = []
    for (let n = 0; n < 5; n++) left.push(await play.approve(id, { passphrase: 'a guess at it' }))
    const right = await play.approve(id)

    expect(left).toMatchObject([4, 3, 2, 1, 0].map((attemptsLeft) => ({ approved: false, attemptsLeft })))
    expect(right).toMatchObject({ approved: false })
    expect(await stateOf(play, token)).toBe('denied')
    expect((await play.call('execute_approved_action', { token })).code).toBe('APPROVAL_DENIED')
    expect((await play.call('reset_mfa_devices', ALICE)).code).toBe('APPROVAL_DENIED')
    expect(play.sandbox.changes).toEqual([])
    expect((await play.verify()).broken).toBeUndefined()
  })

  test('that is wrong four times and then right approves', async () => {
    const play = await open()
    const { id } = await asked(play)
    for (let n = 0; n < 4; n++) await play.approve(id, { passphrase: 'a guess at it' })

    expect(await play.approve(id)).toMatchObject({ approved: true })
  })

  test('gets no more than five guesses, however many are made at once', async () => {
    const play = await open()
    const other = await play.again()
    const { id, token } = await asked(play)
    const guesses = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', RIGHT_PASSPHRASE]

    const results = await Promise.all(
      guesses.map((passphrase, index) => (index % 2 === 0 ? play : other).approve(id, { passphrase })),
    )

    expect(results.map(({ approved }) => approved)).toEqual(guesses.map(() => false))
    const rejected = (await (await play.app.store()).auditEntries()).filter(
      ({ kind }) => kind === 'passphrase.rejected',
    )
    expect(rejected).toHaveLength(5)
    expect(await stateOf(play, token)).toBe('denied')
  })

  test('of another approver does not do', async () => {
    const play = await open()
    const approvers = await play.app.approvers()
    await approvers.enrol({
      name: 'Kim',
      email: 'kim@example.com',
      passphrase: new Secret('quite another one'),
      voucher: { name: 'Olga' },
    })
    const { id } = await asked(play)

    expect(await play.approve(id, { by: 'Kim', passphrase: RIGHT_PASSPHRASE })).toMatchObject({ approved: false })
    expect(await play.approve(id, { by: 'Kim', passphrase: 'quite another one' })).toMatchObject({ approved: true })
  })
})

describe('an approver', () => {
  test.each(['alice@example.com', 'ALICE@Example.COM'])('who is the target (%s) is refused', async (email) => {
    const play = await rehearse()
    await play.enrol('Alice', email)
    const { id, token } = await asked(play)

    const result = await play.approve(id, { by: 'Alice' })

    expect(result).toMatchObject({ approved: false, why: expect.stringMatching(/own account/) })
    expect(await stateOf(play, token)).toBe('pending')
  })

  test('who is the target may approve for somebody else', async () => {
    const play = await rehearse()
    await play.enrol('Alice', 'alice@example.com')
    const { id } = await asked(play, 'unpair_mfa_device', KEY)

    expect(await play.approve(id, { by: 'Alice' })).toMatchObject({ approved: true })
  })

  test('is needed: without one nothing can be asked for', async () => {
    const play = await rehearse()

    const answer = await play.call('reset_mfa_devices', ALICE)

    expect(answer.code).toBe('NO_APPROVER')
  })

  test('cannot be the first twice: of two who enrol at once, one is', async () => {
    const play = await rehearse()
    const other = await play.again()
    const enrol = async (where: Rehearsal, name: string) =>
      (await where.app.approvers()).enrol({
        name,
        email: `${name.toLowerCase()}@example.com`,
        passphrase: new Secret('quite long enough'),
        voucher: undefined,
      })

    const results = await Promise.allSettled([enrol(play, 'Ann'), enrol(other, 'Ben'), enrol(play, 'Cy')])

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await (await play.app.approvers()).list()).toHaveLength(1)
  })

  test.each<[string, { name: string } | undefined]>([
    ['nobody', undefined],
    ['somebody who is not enrolled', { name: 'Mallory' }],
  ])('is not enrolled where %s vouches', async (_who, voucher) => {
    const play = await open()
    const approvers = await play.app.approvers()
    const person = { name: 'Kim', email: 'kim@example.com', passphrase: new Secret('quite long enough') }

    await expect(approvers.enrol({ ...person, voucher })).rejects.toThrow(/Nobody was enrolled/)
    expect(await approvers.list()).toHaveLength(1)
  })

  test('who was removed approves nothing more and vouches for nobody', async () => {
    const play = await open()
    await play.enrol('Kim', 'kim@example.com')
    const approvers = await play.app.approvers()
    const kim = (await approvers.find('Kim'))!
    const { id } = await asked(play)
    await approvers.remove('Kim', { name: 'Olga' })

    const approvals = await play.app.approvals()
    const digest = (await approvals.find(id))?.digest ?? ''
    const result = await approvals.approve({ id, digest, approver: kim, passphrase: new Secret(RIGHT_PASSPHRASE) })
    const person = { name: 'Eve', email: 'eve@example.com', passphrase: new Secret('quite long enough') }

    expect(result).toMatchObject({ approved: false })
    await expect(approvers.enrol({ ...person, voucher: { name: 'Kim' } })).rejects.toThrow(/Nobody was enrolled/)
  })

  test('has a name of their own, whatever the letter case', async () => {
    const play = await open()
    const approvers = await play.app.approvers()
    const person = { name: 'OLGA', email: 'other@example.com', passphrase: new Secret('quite long enough') }

    await expect(approvers.enrol({ ...person, voucher: { name: 'Olga' } })).rejects.toThrow(/taken/)
  })
})

describe('the stored plan', () => {
  const planOf = (play: Rehearsal, id: string) =>
    onDatabase(play.home, (db) => db.prepare('SELECT plan FROM approvals WHERE id = ?').get(id)?.['plan'] as string)

  /** Runs `act` once for each byte of the plan, with that byte changed. */
  async function withEachByteChanged(play: Rehearsal, id: string, act: (at: number) => Promise<void>) {
    const plan = Buffer.from(planOf(play, id))
    const write = (bytes: Buffer) =>
      onDatabase(play.home, (db) => {
        db.exec('PRAGMA synchronous = OFF')
        db.prepare('UPDATE approvals SET plan = CAST(? AS TEXT) WHERE id = ?').run(bytes, id)
      })
    for (let at = 0; at < plan.length; at += 3) {
      const changed = Buffer.from(plan)
      changed[at] = changed[at] === 0x20 ? 0x21 : 0x20
      write(changed)
      await act(at)
    }
    write(plan)
  }

  test('with one byte changed is approved by nobody', async () => {
    const play = await open()
    const { id } = await asked(play)

    await withEachByteChanged(play, id, async () => {
      expect(await play.approve(id)).toMatchObject({ approved: false })
    })

    expect(await play.approve(id)).toMatchObject({ approved: true })
  })

  test('that is another one than was shown is approved by nobody', async () => {
    const play = await open()
    const { id } = await asked(play)
    const approvals = await play.app.approvals()
    const shown = (await approvals.find(id))!
    const { createHash } = await import('node:crypto')
    const plan = planOf(play, id).replace('"version":1', '"version":2')
    const digest = createHash('sha256').update(plan).digest('hex')
    onDatabase(play.home, (db) =>
      db.prepare('UPDATE approvals SET plan = ?, digest = ? WHERE id = ?').run(plan, digest, id),
    )
    const approver = (await (await play.app.approvers()).find('Olga'))!

    const result = await approvals.approve({
      id,
      digest: shown.digest,
      approver,
      passphrase: new Secret(RIGHT_PASSPHRASE),
    })

    expect(result).toEqual({ approved: false, why: 'This is not the plan that was shown. Read it again.' })
    expect((await approvals.find(id))?.state).toBe('pending')
  })

  test('with one byte changed after the approval is not carried out', async () => {
    const play = await open()
    const { id, token } = await asked(play)
    await play.approve(id)

    await withEachByteChanged(play, id, async () => {
      expect((await play.call('execute_approved_action', { token })).isError).toBe(true)
    })
    expect(play.sandbox.changes).toEqual([])

    expect((await play.call('execute_approved_action', { token })).structured.status).toBe('completed')
  })

  test('with another device in it is not carried out, and the log tells where digest and plan were both changed', async () => {
    const play = await open()
    const { id, token } = await asked(play, 'unpair_mfa_device', KEY)
    await play.approve(id)
    const { createHash } = await import('node:crypto')
    const plan = planOf(play, id).replaceAll(FIXED_IDS.bobKey, FIXED_IDS.aliceSms)
    onDatabase(play.home, (db) => db.prepare('UPDATE approvals SET plan = ? WHERE id = ?').run(plan, id))

    expect((await play.call('execute_approved_action', { token })).code).toBe('INTERNAL_ERROR')
    expect(play.sandbox.changes).toEqual([])

    const digest = createHash('sha256').update(plan).digest('hex')
    onDatabase(play.home, (db) => db.prepare('UPDATE approvals SET digest = ? WHERE id = ?').run(digest, id))
    expect((await play.verify()).broken?.problem).toContain(id)
  })
})

describe('the audit log', () => {
  /** A whole story: asked, approved, run; asked, denied; refused. */
  async function openWithStory() {
    const play = await open()
    const first = await asked(play, 'unpair_mfa_device', KEY)
    await play.approve(first.id)
    await play.call('execute_approved_action', { token: first.token })
    const second = await asked(play)
    await play.deny(second.id, 'no')
    await play.call('reset_mfa_devices', ALICE)
    const { entries, head, broken } = await play.verify()
    expect(broken).toBeUndefined()
    return { play, first, second, entries, head }
  }

  const edit = (play: Rehearsal, sql: string, ...values: (string | number)[]) =>
    onDatabase(play.home, (db) => db.prepare(sql).run(...values))

  test.each(['seq', 'at', 'kind', 'approval_id', 'data', 'prev', 'hash'])(
    'shows one changed character in the column %s of any entry',
    async (column) => {
      const { play, entries } = await openWithStory()
      const rows = onDatabase(play.home, (db) => db.prepare('SELECT * FROM audit ORDER BY seq').all())
      expect(rows).toHaveLength(entries)
      for (const row of rows) {
        const seq = row['seq'] as number
        const value = row[column] as string | number | null
        const changed =
          typeof value === 'number' ? value + 1000 : `${value?.slice(0, -1) ?? ''}${value?.endsWith('0') ? '1' : '0'}`
        edit(play, `UPDATE audit SET ${column} = ? WHERE seq = ?`, changed, seq)

        expect((await play.verify()).broken, `entry ${seq}`).toMatchObject({ seq })

        const now = column === 'seq' ? seq + 1000 : seq
        onDatabase(play.home, (db) => db.prepare(`UPDATE audit SET ${column} = ? WHERE seq = ?`).run(value, now))
      }
      expect((await play.verify()).broken).toBeUndefined()
    },
  )

  test('shows an entry that is missing in the middle', async () => {
    const { play, entries } = await openWithStory()
    edit(play, 'DELETE FROM audit WHERE seq = ?', entries - 3)

    expect((await play.verify()).broken).toEqual({
      seq: entries - 3,
      problem: `entry ${entries - 3} is missing`,
    })
  })

  test('shows two entries that have changed places', async () => {
    const { play } = await openWithStory()
    for (const [from, to] of [
      [3, 99],
      [4, 3],
      [99, 4],
    ])
      edit(play, 'UPDATE audit SET seq = ? WHERE seq = ?', to!, from!)

    expect((await play.verify()).broken).toMatchObject({ seq: 3 })
  })

  test('shows a cut tail to whoever has noted a head, and to nobody else', async () => {
    const { play, entries, head } = await openWithStory()
    await play.call('reset_mfa_devices', ALICE)
    const later = (await play.verify(head)).head
    edit(play, 'DELETE FROM audit WHERE seq > ?', entries)

    expect((await play.verify()).broken).toBeUndefined()
    expect((await play.verify(head)).broken).toBeUndefined()
    expect((await play.verify(later)).broken?.problem).toContain('head')
  })

  test('shows a whole rewrite to whoever has noted a head', async () => {
    const { play, head } = await openWithStory()
    rewriteWithout(play, (kind) => kind === 'call.refused')

    expect((await play.verify()).broken).toBeUndefined()
    expect((await play.verify(head)).broken?.problem).toContain('head')
  })

  test.each([
    ['approval.requested', 'has no entry that it was asked for'],
    ['approval.approved', 'has no entry that it was approved'],
    ['approval.denied', 'has no entry that it was denied'],
    ['execution.started', 'has no entry that it was started'],
  ])('shows an approval whose entry %s was left out of a rewritten chain', async (kind, problem) => {
    const { play } = await openWithStory()
    rewriteWithout(play, (other) => other === kind)

    expect((await play.verify()).broken?.problem).toContain(problem)
  })

  test('shows an approval that somebody wrote into the store', async () => {
    const play = await open()
    const { id, token } = await asked(play)
    const decision = JSON.stringify({ at: play.clock.now(), by: 'Olga', how: 'passphrase' })
    edit(play, "UPDATE approvals SET state = 'approved', decision = ? WHERE id = ?", decision, id)
    await play.call('execute_approved_action', { token })

    expect((await play.verify()).broken?.problem).toContain('has no entry that it was approved')
  })

  function rewriteWithout(play: Rehearsal, isLeftOut: (kind: string) => boolean): void {
    onDatabase(play.home, (db) => {
      const kept = db.prepare('SELECT * FROM audit ORDER BY seq').all().map(toAuditEntry)
      db.exec('DELETE FROM audit')
      const insert = db.prepare(
        'INSERT INTO audit (seq, at, kind, approval_id, data, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      let prev = '0'.repeat(64)
      for (const [index, entry] of kept.filter(({ kind }) => !isLeftOut(kind)).entries()) {
        const unhashed = { ...entry, seq: index + 1, prev }
        const hash = hashEntry(unhashed)
        insert.run(unhashed.seq, entry.at, entry.kind, entry.approvalId ?? null, entry.data, prev, hash)
        prev = hash
      }
    })
  }
})
