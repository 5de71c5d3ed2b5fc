import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { type Desk, openDesk, PASSPHRASE } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
  await desk.enrol()
})
afterEach(() => desk[Symbol.asyncDispose]())

const DELETE_GROUP = { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall } }
const PASSWORD = {
  endpoint: 'management.users.password.set',
  path: { userID: FIXED_IDS.alice },
  body: { value: 'Canary-Horse-9', forceChange: true },
}

describe('approving a call to an endpoint', () => {
  test('that is about nobody: the person reads the whole call and types the endpoint’s id', async () => {
    const { id, token } = await desk.ask('changeEndpoint', DELETE_GROUP)

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect('What is sent')
    await terminal.expect(/→ DELETE\s+\/environments\/[-0-9a-f]+\/groups\//)
    await terminal.expect('What it changes')
    await terminal.expect('· name: "On call" → gone')
    await terminal.expect('type the id of the endpoint (management.groups.delete): ')
    terminal.type('management.groups.delete')
    await terminal.expect('(not shown): ')
    terminal.type(PASSPHRASE)

    expect(await terminal.exit).toBe(0)
    await desk.execute(token)
    expect(desk.sandbox.state.group(DIRECTORY_IDS.onCall)).toBeUndefined()
  })

  test('is refused for another endpoint’s id', async () => {
    const { id } = await desk.ask('changeEndpoint', DELETE_GROUP)

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect(/type .*: /)
    terminal.type('management.groups.create')

    expect(await terminal.exit).toBe(1)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('that is about a user: the person types the user’s email, and sees no secret', async () => {
    const { id, token } = await desk.ask('changeEndpoint', PASSWORD)

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect('alice@example.com (user name alice)')
    await terminal.expect('Content-Type: application/vnd.pingidentity.password.set+json')
    await terminal.expect('"value": "••••"')
    await terminal.expect("type the account's email: ")
    terminal.type('alice@example.com')
    await terminal.expect('(not shown): ')
    terminal.type(PASSPHRASE)

    expect(await terminal.exit).toBe(0)
    expect(terminal.raw).not.toContain('Canary-Horse')
    await desk.execute(token)
    expect(desk.sandbox.state.passwordOf(FIXED_IDS.alice)?.value).toBe('Canary-Horse-9')
  })

  test('that is about a user without an email: the person types the user name', async () => {
    desk.sandbox.levers.changeUser(FIXED_IDS.carol, { email: '' })
    const { id } = await desk.ask('changeEndpoint', { ...PASSWORD, path: { userID: FIXED_IDS.carol } })

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's user name: ")
    terminal.type('')

    expect(await terminal.exit).toBe(1)
    expect(await desk.stateOf(id)).toBe('pending')
  })

  test('is refused to whoever signs in by the user name that is changed', async () => {
    await desk.enrol('Carol', 'carol@example.net', PASSPHRASE)
    desk.sandbox.levers.changeUser(FIXED_IDS.carol, { email: '', username: 'carol@example.net' })
    const { id } = await desk.ask('changeEndpoint', { ...PASSWORD, path: { userID: FIXED_IDS.carol } })

    const terminal = desk.terminal(['approvals', 'approve', id])
    await terminal.expect("type the account's user name: ")
    terminal.type('carol@example.net')
    await terminal.expect("Approver's name")
    terminal.type('Carol')
    await terminal.exit

    expect(terminal.screen).toContain('Nobody approves a change to their own account.')
    expect(await desk.stateOf(id)).toBe('pending')
  })
})
