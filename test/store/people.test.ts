import { beforeEach, expect, test } from 'vitest'
import type { Enrolment } from '../../src/store/approver-rows.ts'
import type { Store } from '../../src/store/store.ts'
import { event, onEachStore, request } from './stores.ts'

onEachStore((open) => {
  let first: Store
  let second: Store
  beforeEach(async () => {
    first = await open()
    second = await open()
  })

  const olga: Enrolment = {
    name: 'Olga',
    email: 'olga@example.com',
    createdAt: 1,
    kind: 'passphrase',
    credential: '{}',
  }
  const passkey = (id: string, counter = 0): Enrolment => ({
    ...olga,
    kind: 'passkey',
    credentialId: id,
    credentialName: 'laptop',
    counter,
    vouchedBy: 'Olga',
  })

  test('the first needs nobody, and of two at once one is the first', async () => {
    const added = await Promise.all([
      first.addApprover(olga, event(1)),
      second.addApprover({ ...olga, name: 'Pia', email: 'pia@example.com' }, event(1)),
    ])

    expect(added.filter(Boolean)).toHaveLength(1)
    expect(await first.approvers()).toHaveLength(1)
    expect(await first.auditEntries()).toHaveLength(1)
  })

  test('a name is taken in every letter case, and its credentials are found by each', async () => {
    await first.addApprover(olga, event(1))

    expect(await second.addApprover({ ...olga, name: 'OLGA', vouchedBy: 'olga' }, event(2))).toBe(false)
    expect(
      await second.addCredential({ ...passkey('k'), createdAt: 2, name: 'oLGa', vouchedBy: 'OLGA' }, event(2)),
    ).toBe(true)
    expect(
      (await first.approvers()).map(({ name, credentials }) => [name, credentials.map(({ kind }) => kind)]),
    ).toEqual([['Olga', ['passphrase', 'passkey']]])
  })

  test('nobody vouches who is not enrolled', async () => {
    await first.addApprover(olga, event(1))

    const pia = { ...olga, name: 'Pia', email: 'pia@example.com' }
    expect(await second.addApprover(pia, event(2))).toBe(false)
    expect(await second.addApprover({ ...pia, vouchedBy: 'Quirin' }, event(2))).toBe(false)
    expect(await second.addApprover({ ...pia, vouchedBy: 'Olga' }, event(2))).toBe(true)
  })

  test('the only credential of all stays; with the last of their own an approver goes', async () => {
    await first.addApprover({ ...passkey('a'), createdAt: 1 }, event(1))

    expect(await first.removeCredential('Olga', 'a', event(2))).toBe(false)
    await first.addApprover({ ...passkey('b'), name: 'Pia', email: 'pia@example.com' }, event(3))
    expect(await second.removeCredential('olga', 'a', event(4))).toBe(true)
    expect((await first.approvers()).map(({ name }) => name)).toEqual(['Pia'])
  })

  test('whoever is removed takes the credentials along', async () => {
    await first.addApprover(passkey('a'), event(1))

    expect(await second.removeApprover('OLGA', event(2))).toBe(true)
    expect(await first.removeApprover('Olga', event(3))).toBe(false)
    expect(await first.useCredential({ id: 'a', approver: 'Olga', at: 4, counter: 1 })).toBe(false)
    expect((await first.auditEntries()).map(({ at }) => at)).toEqual([1, 2])
  })

  test('a counter never goes back, and of two uses at once with one count only one counts', async () => {
    await first.addApprover(passkey('a', 5), event(1))
    const use = (counter: number) => ({ id: 'a', approver: 'Olga', at: 9, counter })

    expect(await first.useCredential(use(5))).toBe(false)
    const both = await Promise.all([first.useCredential(use(6)), second.useCredential(use(6))])
    expect(both.filter(Boolean)).toHaveLength(1)
    expect((await second.approvers())[0]?.credentials[0]).toMatchObject({ counter: 6, lastUsedAt: 9 })
  })

  test('a decision counts only with a credential that is enrolled, and notes its use', async () => {
    await first.addApprover(passkey('a', 1), event(1))
    await first.openApproval(request('one'))
    const approve = (store: Store, counter: number) =>
      store.transition({
        id: 'one',
        from: 'pending',
        to: 'approved',
        set: { decision: { at: 5, by: 'Olga', how: 'passkey' } },
        credential: { id: 'a', approver: 'Olga', at: 5, counter },
        audit: event(5, 'approval.approved'),
      })

    expect(await approve(first, 1)).toBe('lost')
    expect(await approve(second, 2)).toBe('done')
    expect((await first.approvers())[0]?.credentials[0]?.counter).toBe(2)
  })

  test('only the latest accepted policy stands', async () => {
    await first.acceptPolicy('a', event(1))
    await second.acceptPolicy('b', event(2))

    expect([await first.isPolicyAccepted('a'), await first.isPolicyAccepted('b')]).toEqual([false, true])
  })

  test('a ticket is taken once, in its time, and for what it is for', async () => {
    const ticket = (hash: string) =>
      ({ hash, kind: 'challenge', subject: 'approve a', data: '{}', expiresAt: 10 }) as const
    for (const hash of ['a', 'b']) expect(await first.issueTicket(ticket(hash), 0)).toBe(true)
    expect(await second.issueTicket(ticket('a'), 0)).toBe(false)

    const taken = [
      await second.takeTicket('a', 'challenge', 'approve b', 1),
      await second.takeTicket('a', 'enrolment', 'approve a', 1),
      await second.takeTicket('a', 'challenge', 'approve a', 1),
      await first.takeTicket('a', 'challenge', 'approve a', 1),
      await first.takeTicket('b', 'challenge', 'approve a', 10),
    ]

    expect(taken.map((one) => one !== undefined)).toEqual([false, false, true, false, false])
  })

  test('of many who take a ticket at once one has it', async () => {
    const ticket = { hash: 'a', kind: 'sign-in', subject: 's', data: '{}', expiresAt: 10 } as const
    await first.issueTicket(ticket, 0)

    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? first : second).takeTicket('a', 'sign-in', 's', 1)),
    )

    expect(taken.filter((one) => one !== undefined)).toHaveLength(1)
  })

  test('a ticket is changed where it is, and forgotten when its time is over', async () => {
    const ticket = { hash: 'a', kind: 'session', subject: 's', data: '{}', expiresAt: 10 } as const
    await first.issueTicket(ticket, 0)

    expect(await second.changeTicket('a', '{"changed":true}')).toBe(true)
    expect(await second.changeTicket('b', '{}')).toBe(false)
    expect((await first.ticket('a', 'session', 9))?.data).toBe('{"changed":true}')
    expect(await first.ticket('a', 'session', 10)).toBeUndefined()
    await first.issueTicket({ ...ticket, hash: 'c', expiresAt: 30 }, 20)
    expect(await first.issueTicket({ ...ticket, expiresAt: 30 }, 20)).toBe(true)
  })
})
