import { describe, expect, it } from 'vitest'
import { onDatabase } from '../e2e/rehearsal.ts'
import { sentenceOf } from './guest.ts'
import { ALICE, type Asker, GROUP, openService } from './service.ts'

const PUBLIC = 'https://mfa.example.com'

describe('approving by sign-in', () => {
  it('carries out what one person asked for once another has signed in for it', async () => {
    const service = await openService()
    const { id, token, approveAt } = await service.ask()

    const back = await service.guest().approve(id, 'olga')
    const done = await service.call('execute_approved_action', { token })

    expect(back).toMatchObject({ status: 303, location: `/approvals/${id}` })
    expect(approveAt).toBe(`${service.publicUrl}/approvals/${id}`)
    expect(done.structured.status).toBe('completed')
    expect(service.program.sandbox.state.devicesOf(ALICE)).toEqual([])
  })

  it('keeps who it was, when they proved it and the hash of what proved it, and the log holds', async () => {
    const service = await openService()
    const { id } = await service.ask()
    await service.guest().approve(id, 'olga')

    const [entry] = await service.audited('approval.approved')

    expect(entry).toMatchObject({
      by: 'Olga Approver',
      email: 'olga@example.com',
      how: 'sign-in',
      issuer: service.issuer.url,
      subject: 'olga',
    })
    expect(entry?.['idTokenHash']).toMatch(/^[0-9a-f]{64}$/)
    expect(Math.abs(Date.parse(String(entry?.['authTime'])) - Date.now())).toBeLessThan(60_000)
    expect((await service.program.verify()).broken).toBeUndefined()
    expect((await service.guest().get(`/approvals/${id}`)).text).toContain('Olga Approver, by signing in for it')
  })

  it('works from a page that is seen by signing in, in the same browser', async () => {
    const service = await openService({ publicUrl: PUBLIC })
    const { id } = await service.ask()
    const olga = service.guest()
    await olga.signIn('olga', `/approvals/${id}`)

    await olga.approve(id, 'olga')

    expect(await service.stateOf(id)).toBe('approved')
  })

  it('finds the group at userinfo where the ID token has none', async () => {
    const service = await openService()
    const { id } = await service.ask()
    service.issuer.people.set('uma', {
      email: 'uma@example.com',
      email_verified: true,
      groups: [GROUP],
      inUserinfoAlone: ['groups'],
    })

    await service.guest().approve(id, 'uma')

    expect(await service.stateOf(id)).toBe('approved')
    expect(service.issuer.requests).toContain('GET /me')
  })

  it('covers activating the device that was added', async () => {
    const service = await openService()
    const added = await service.call('add_sms_device', { email: ALICE, phone: '+12025550150' })
    await service.guest().approve(added.structured.approval.id, 'olga')
    const done = await service.call('execute_approved_action', { token: added.structured.approval.token })
    const deviceId = done.structured.outcome.devices[0]?.id ?? ''
    const otp = service.program.sandbox.levers.otpOf(deviceId)

    const activated = await service.call('activate_mfa_device', { email: ALICE, deviceId, otp })

    expect(activated.structured.status).toBe('completed')
  })

  it('lets exactly one of two people decide who do so at once', async () => {
    const service = await openService()
    const { id } = await service.ask()
    const [olga, pavel] = [service.guest(), service.guest()]
    const addresses = await Promise.all([
      olga.beginApproving(id).then((url) => olga.logIn(url, 'olga')),
      pavel.beginApproving(id).then((url) => pavel.logIn(url, 'pavel')),
    ])

    const seen = await Promise.all([olga.comeBack(addresses[0]), pavel.comeBack(addresses[1])])

    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([303, 403]))
    expect(await service.audited('approval.approved')).toHaveLength(1)
  })
})

describe('a code that is typed before signing in', () => {
  const pending = async () => {
    const service = await openService()
    const { id: deviceId } = service.program.sandbox.levers.addDevice(ALICE, {
      type: 'SMS',
      phone: '+12025550170',
      status: 'ACTIVATION_REQUIRED',
    })
    const { structured } = await service.call('activate_mfa_device', { email: ALICE, deviceId })
    return { service, deviceId, ...structured.approval }
  }

  it('activates the device, and no assistant or store sees it', async () => {
    const { service, deviceId, id, token } = await pending()
    const code = service.program.sandbox.levers.otpOf(deviceId) ?? ''
    const guest = service.guest()
    const address = await guest.beginApproving(id, { code })
    const store = JSON.stringify(allTickets(service.program.home))

    await guest.comeBack(await guest.logIn(address, 'olga'))
    const done = await service.call('execute_approved_action', { token })

    expect(done.structured.status).toBe('completed')
    expect(store).toContain('letters')
    expect(store).not.toContain(code)
  })

  it('is asked for again where somebody else asked for the same meanwhile', async () => {
    const { service, deviceId, id } = await pending()
    const guest = service.guest()
    const address = await guest.beginApproving(id, { code: '123456' })
    await service.call('activate_mfa_device', { email: ALICE, deviceId })

    const seen = await guest.comeBack(await guest.logIn(address, 'olga'))

    expect(sentenceOf(seen.text)).toContain('Type the code again')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it.each(['', '12', 'abcdef'])('is refused as %j before anybody is sent away', async (code) => {
    const { service, id } = await pending()

    await expect(service.guest().beginApproving(id, { code })).rejects.toThrow('6 to 10 digits')
  })
})

describe('who signs in and may not approve', () => {
  it.each([
    ['the one who asked', 'rita', { subject: 'rita' }, 'asked for themselves'],
    ['the one who asked, whose token names no email', 'rita', { subject: 'rita', email: null }, 'asked for themselves'],
    [
      'a second account of the one who asked',
      'pavel',
      { subject: 'rita', email: 'PAVEL@example.com' },
      'asked for themselves',
    ],
    ['the user whom it is about', 'alice', { subject: 'rita' }, 'their own account'],
    ['somebody of another group', 'ines', { subject: 'rita' }, 'not among those who may approve'],
  ] as const)('is %s', async (_who, person, asker, why) => {
    const service = await openService()
    const { id } = await service.ask(asker)

    const seen = await service.guest().approve(id, person)

    expect(seen.status).toBe(403)
    expect(sentenceOf(seen.text)).toContain(why)
    expect(await service.stateOf(id)).toBe('pending')
    expect(await service.audited('approval.sign_in_rejected')).toMatchObject([
      { issuer: service.issuer.url, subject: person },
    ])
  })

  it('is somebody at the issuer of the request who is told apart by subject alone', async () => {
    const service = await openService()
    const { id } = await service.ask({ subject: 'rita', email: null })

    await service.guest().approve(id, 'olga')

    expect(await service.stateOf(id)).toBe('approved')
  })

  it.each([
    ['has an email that nobody has verified', { email: 'olga@example.com', email_verified: false }],
    ['has an email of which nothing is said', { email: 'olga@example.com' }],
    ['has no email', {}],
    ['has an email at userinfo alone', { email: 'olga@example.com', email_verified: true, inUserinfoAlone: ['email'] }],
  ])('is somebody who %s', async (_what, claims) => {
    const service = await openService()
    const { id } = await service.ask()
    service.issuer.people.set('olga', { ...claims, groups: [GROUP] })

    const seen = await service.guest().approve(id, 'olga')

    expect(sentenceOf(seen.text)).toContain('no verified email')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('is everybody where no claim says who is an approver, and the page says so', async () => {
    const service = await openService({ claim: null })
    await service.program.enrol()
    const { id } = await service.ask()
    const guest = service.guest()

    const page = await guest.get(`/approvals/${id}`)
    const seen = await guest.signIn('olga')

    expect(page.text).toContain('PINGONE_MFA_APPROVER_CLAIM')
    expect(page.text).not.toContain('Sign in and approve')
    expect(sentenceOf(seen.text)).toContain('PINGONE_MFA_APPROVER_CLAIM')
  })

  it('is everybody where the policy asks for a passkey', async () => {
    const service = await openService()
    await service.program.enrol()
    service.program.setPolicy({ actions: { reset_mfa_devices: { assurance: 'any' } } })
    const { id } = await service.ask()
    service.program.setPolicy({ actions: { reset_mfa_devices: { assurance: 'passkey' } } })

    const seen = await service.guest().approve(id, 'olga')

    expect(sentenceOf(seen.text)).toContain('a sign-in does not do')
    expect(await service.stateOf(id)).toBe('pending')
  })
})

describe('a sign-in', () => {
  it('decides once: its address opened again decides nothing', async () => {
    const service = await openService()
    const [first, second] = [await service.ask(), await service.ask(undefined, 'bob@example.com')]
    const guest = service.guest()
    const address = await guest.logIn(await guest.beginApproving(first.id), 'olga')
    await guest.comeBack(address)

    const again = await guest.comeBack(address)

    expect(sentenceOf(again.text)).toContain('finished already')
    expect(await service.stateOf(second.id)).toBe('pending')
    expect(await service.audited('approval.approved')).toHaveLength(1)
  })

  it('counts for nothing where the issuer takes an earlier one for it', async () => {
    const service = await openService()
    const { id } = await service.ask()
    service.issuer.people.set('olga', { ...service.issuer.people.get('olga'), signedInBefore: 60 })

    const seen = await service.guest().approve(id, 'olga')

    expect(sentenceOf(seen.text)).toContain('did not ask for your credentials anew')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('of a moment ago counts for one thing', async () => {
    const service = await openService()
    const [first, second] = [await service.ask(), await service.ask(undefined, 'bob@example.com')]
    const guest = service.guest()
    // Whatever the clock says when it begins, the issuer names the same earlier second for both.
    const second0 = Math.floor(Date.now() / 1000) - 3
    const olga = service.issuer.people.get('olga')
    const at = () =>
      service.issuer.people.set('olga', { ...olga, signedInBefore: Math.floor(Date.now() / 1000) - second0 })
    at()
    await guest.approve(first.id, 'olga')
    at()

    await guest.approve(second.id, 'olga')

    expect([await service.stateOf(first.id), await service.stateOf(second.id)]).toEqual(['approved', 'pending'])
  })

  it('in another browser than the one that began it decides nothing', async () => {
    const service = await openService()
    const { id } = await service.ask()
    const guest = service.guest()
    const address = await guest.logIn(await guest.beginApproving(id), 'olga')

    const elsewhere = await service.guest().comeBack(address)
    const back = await guest.comeBack(address)

    expect(sentenceOf(elsewhere.text)).toContain('another browser')
    expect(sentenceOf(back.text)).toContain('finished already')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('that the person cancels decides nothing', async () => {
    const service = await openService()
    const { id } = await service.ask()

    const seen = await service.guest().approve(id, undefined)

    expect(sentenceOf(seen.text)).toContain('cancelled')
    expect(seen.text).toContain(`href="/approvals/${id}"`)
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('takes no longer than ten minutes', async () => {
    const service = await openService()
    const { id } = await service.ask()
    const guest = service.guest()
    const address = await guest.logIn(await guest.beginApproving(id), 'olga')
    service.program.clock.advance(11 * 60_000)

    expect(sentenceOf((await guest.comeBack(address)).text)).toContain('ten minutes')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('for another plan than the one that is stored begins nowhere', async () => {
    const service = await openService()
    const { id } = await service.ask()

    await expect(service.guest().beginApproving(id, { digest: '0'.repeat(64) })).rejects.toThrow(
      'not the plan that was shown',
    )
  })

  it('for a plan that was changed behind the program’s back approves nothing', async () => {
    const service = await openService()
    const { id } = await service.ask()
    const guest = service.guest()
    const address = await guest.beginApproving(id)
    swapPlan(service.program.home, id)

    const seen = await guest.comeBack(await guest.logIn(address, 'olga'))

    expect(sentenceOf(seen.text)).toContain('not the one that was asked for')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('is not possible while the issuer does not answer, and is again afterwards', async () => {
    const service = await openService()
    const { id } = await service.ask()
    await service.issuer.stop()
    const guest = service.guest()

    await expect(guest.beginApproving(id)).rejects.toThrow('does not answer')
    await service.issuer.start()
    await guest.approve(id, 'olga')

    expect(await service.stateOf(id)).toBe('approved')
  })
})

describe('an enrolled approver of the service', () => {
  it.each([
    ['may not approve what they asked for', 'olga.approver@example.com', 'asked for themselves'],
    ['may not approve where nothing says who asked', null, 'cannot be told'],
  ])('%s', async (_what, email, why) => {
    const service = await openService()
    await service.program.enrol()
    const { id } = await service.ask({ subject: 'somebody', email })

    expect(await service.program.approve(id)).toMatchObject({ approved: false, why: expect.stringContaining(why) })
  })

  it('approves what somebody else asked for', async () => {
    const service = await openService()
    await service.program.enrol()
    const { id } = await service.ask()

    expect(await service.program.approve(id)).toMatchObject({ approved: true })
  })
})

describe('two issuers', () => {
  const withSecondIssuer = async (asker: Asker) => {
    const service = await openService({ secondIssuer: true })
    return { service, id: (await service.ask(asker)).id }
  }

  it('do not make two people of one who asks at the one and signs in at the other', async () => {
    const { service, id } = await withSecondIssuer({ subject: 'r-1', email: 'olga@EXAMPLE.com' })

    const seen = await service.guest().approve(id, 'olga')

    expect(sentenceOf(seen.text)).toContain('asked for themselves')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('leave it open who asked where the access token names no email, so nobody approves', async () => {
    const { service, id } = await withSecondIssuer({ subject: 'olga', email: null })

    expect(sentenceOf((await service.guest().approve(id, 'olga')).text)).toContain('cannot be told')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('tell two people apart by email', async () => {
    const { service, id } = await withSecondIssuer({ subject: 'olga', email: 'rita@example.com' })

    await service.guest().approve(id, 'olga')

    expect(await service.stateOf(id)).toBe('approved')
  })
})

function allTickets(home: string) {
  return onDatabase(home, (db) => db.prepare('SELECT * FROM tickets').all())
}

function swapPlan(home: string, id: string): void {
  onDatabase(home, (db) =>
    db.prepare("UPDATE approvals SET plan = replace(plan, 'alice', 'dave') WHERE id = ?").run(id),
  )
}
