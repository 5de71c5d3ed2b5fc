import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import { onDatabase } from '../e2e/rehearsal.ts'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

const ERIN = 'erin@example.com'
const ALICE = 'alice@example.com'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
  await desk.enrol()
})
afterEach(() => desk[Symbol.asyncDispose]())

async function approve(id: string): Promise<void> {
  const [approvals, approvers] = [await desk.app.approvals(), await desk.app.approvers()]
  const [row, approver] = [await approvals.find(id), await approvers.find('Olga')]
  if (row === undefined || approver === undefined) throw new Error('there is nothing to approve, or nobody')
  await approvals.approve({ id, digest: row.digest, approver, passphrase: new Secret(PASSPHRASE) })
}

const reset = (email: string) => desk.ask('resetMfaDevices', { email })

describe('approvals show --follow', () => {
  test('tells a person at a terminal what goes on, and shows the outcome at the end', async () => {
    const { id, token } = await reset(ALICE)
    desk.sandbox.faults.add({ kind: 'slow', ms: 2000, match: { method: 'DELETE' } })

    const terminal = desk.terminal(['approvals', 'show', id, '--follow'])
    await terminal.expect(/Waiting for a person to decide, 14 min \d+ s left/)
    await approve(id)
    await terminal.expect(/Approved by Olga; waiting for the assistant to start it, 4 min \d+ s left/)
    const executing = desk.execute(token)
    await terminal.expect('Being carried out: 2 of 3 steps finished')
    await executing
    await terminal.expect(/State +carried out\n/)

    expect(await terminal.exit).toBe(0)
  })

  test('leaves nothing of what it showed meanwhile on the screen', async () => {
    const { id } = await reset(ERIN)

    const terminal = desk.terminal(['approvals', 'show', id, '--follow'])
    await terminal.expect('Waiting for a person to decide')
    await (await desk.app.approvals()).deny({ id, reason: 'Call back first' })
    await terminal.expect('Call back first')

    expect(await terminal.exit).toBe(0)
    const [, last = ''] = terminal.raw.split(/Waiting for a person to decide.*left/).slice(-2)
    expect(last.startsWith('\r\u001B[2K')).toBe(true)
  })

  test('without a terminal says each change on stderr once, and prints the end alone', async () => {
    const { id, token } = await reset(ERIN)

    const running = desk.start(['approvals', 'show', id, '--follow', '--json'])
    await running.sees('stderr', /Waiting/)
    await approve(id)
    await running.sees('stderr', /Approved by Olga/)
    await desk.execute(token)
    const { code, stdout, stderr } = await running.finished

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ id, state: 'succeeded', outcome: { devices: [{}, {}] } })
    expect(stderr.match(/Waiting for a person to decide\n/g)).toHaveLength(1)
    expect(stderr.match(/Approved by Olga; waiting for the assistant to start it\n/g)).toHaveLength(1)
    expect(stderr).not.toContain('left')
  })

  test('ends by Ctrl-C, and the approval is as it was', async () => {
    const { id } = await reset(ERIN)

    const terminal = desk.terminal(['approvals', 'show', id, '--follow'])
    await terminal.expect('Waiting for a person to decide')
    terminal.press('\x03')

    expect(await terminal.exit).toBe(130)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('says so where what carried it out has died', async () => {
    const { id } = await reset(ERIN)
    await approve(id)
    onDatabase(desk.home, (db) =>
      db
        .prepare(
          "UPDATE approvals SET state = 'executing', lease_id = 'gone', lease_until = ?, started_at = ? WHERE id = ?",
        )
        .run(Date.now() - 1000, Date.now() - 11_000, id),
    )

    const terminal = desk.terminal(['approvals', 'show', id, '--follow'])

    await terminal.expect('No sign of life from where it ran')
    terminal.press('\x03')
    expect(await terminal.exit).toBe(130)
  })

  test('shows at once what has ended already', async () => {
    const { id } = await reset(ERIN)
    await (await desk.app.approvals()).deny({ id, reason: '' })

    const { code, stdout, stderr } = await desk.run(['approvals', 'show', id, '--follow'])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/State +denied/)
  })

  test('ends with 1 where there is no such approval', async () => {
    const { code, stderr } = await desk.run(['approvals', 'show', 'nothing', '--follow'])

    expect(code).toBe(1)
    expect(stderr).toContain('There is no approval nothing.')
  })
})
