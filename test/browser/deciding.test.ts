import { describe, expect, it } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { MINUTE } from '../e2e/rehearsal.ts'
import { shareChromium } from './chromium.ts'
import { approveButton, codeField, denyButton, problemOf, reasonField, sees, takeBackButton } from './page-parts.ts'
import { openScene, OLGA, runApproverAdd, makePasskey } from './scene.ts'

const chromium = shareChromium()
const email = 'alice@example.com'

describe('enrolling', () => {
  it('makes an approver of the first person who opens the link of `approver add`', async () => {
    const { program, page } = await openScene(chromium.browser, { enrolled: null })
    const { link, finished } = await runApproverAdd(program)

    await page.goto(link)
    await makePasskey(page, 'Blue key')

    expect((await finished).code).toBe(0)
    const [approver] = await (await program.app.approvers()).list()
    expect(approver).toMatchObject(OLGA)
    expect(approver?.credentials).toMatchObject([{ kind: 'passkey', name: 'Blue key' }])
  })
})

describe('approving', () => {
  it('lets a reset run that a person approved with a passkey', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { token } = await askAndOpen('reset_mfa_devices', { email })

    await approveButton(page).click()
    await sees(page, 'approved')
    const done = await program.call('execute_approved_action', { token })

    expect(done.structured.status).toBe('completed')
    expect(program.sandbox.state.devicesOf(email)).toEqual([])
  })

  it('changes nothing in the tenant by the approval alone', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    await askAndOpen('reset_mfa_devices', { email })

    await approveButton(page).click()
    await sees(page, 'approved')

    expect(program.sandbox.changes).toEqual([])
  })

  it('keeps the assertion as evidence, which `audit verify` accepts', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    await askAndOpen('reset_mfa_devices', { email })
    await approveButton(page).click()
    await sees(page, 'approved')

    const entries = await (await program.app.store()).auditEntries()

    expect(entries.some(({ kind, data }) => kind === 'approval.approved' && data.includes('clientDataJSON'))).toBe(true)
    expect(await program.verify()).not.toHaveProperty('broken')
  })

  it('activates a device with the code that a person types on the page', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { token: addition } = await askAndOpen('add_sms_device', { email, phone: '+12025550150' })
    await approveButton(page).click()
    await sees(page, 'approved')
    const added = await program.call('execute_approved_action', { token: addition })
    const [device] = added.structured.outcome.devices
    expect(device).toBeDefined()

    const { token } = await askAndOpen('activate_mfa_device', { email, deviceId: device!.id })
    await codeField(page).fill(program.sandbox.messages.at(-1)?.otp ?? '')
    await approveButton(page).click()
    await sees(page, 'approved')
    await program.call('execute_approved_action', { token })

    expect(program.sandbox.state.device(device!.id)?.status).toBe('ACTIVE')
  })
})

describe('denying', () => {
  it('leaves every device where it is, and tells the assistant why', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { token } = await askAndOpen('reset_mfa_devices', { email })

    await reasonField(page).fill('Alice did not ask for this')
    await denyButton(page).click()
    await sees(page, 'denied')
    const answer = await program.call('execute_approved_action', { token })

    expect(answer.code).toBe('APPROVAL_DENIED')
    expect(answer.text).toContain('Alice did not ask for this')
    expect(program.sandbox.changes).toEqual([])
  })

  it('takes back what was approved and has not started', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { token } = await askAndOpen('reset_mfa_devices', { email })
    await approveButton(page).click()
    await sees(page, 'approved')

    await takeBackButton(page).click()
    await sees(page, 'cancelled')
    const answer = await program.call('execute_approved_action', { token })

    expect(answer.code).toBe('APPROVAL_CANCELLED')
    expect(program.sandbox.changes).toEqual([])
  })
})

describe('expiring', () => {
  it('shows on the open page that the time is over, and nothing can be approved there any more', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    await page.clock.install()
    const { token } = await askAndOpen('unpair_mfa_device', { email, deviceId: FIXED_IDS.aliceSms })

    program.clock.advance(16 * MINUTE)
    await page.clock.fastForward(16 * MINUTE)
    await sees(page, 'expired')

    expect(await approveButton(page).count()).toBe(0)
    const answer = await program.call('execute_approved_action', { token })
    expect(answer.code).toBe('APPROVAL_EXPIRED')
    expect(program.sandbox.state.devicesOf(email).map((device) => device.id)).toContain(FIXED_IDS.aliceSms)
  })

  it('approves nothing on a page that was left open too long', async () => {
    const { program, page, askAndOpen, stateOf } = await openScene(chromium.browser)
    // The page stays as it was: nothing tells it.
    await page.route('**/events*', (route) => route.abort())
    const { id } = await askAndOpen('unpair_mfa_device', { email, deviceId: FIXED_IDS.aliceSms })
    program.clock.advance(16 * MINUTE)

    await approveButton(page).click()

    expect(await problemOf(page, 'approve')).toMatch(/^This approval is expired/)
    expect(await stateOf(id)).toBe('expired')
    expect(program.sandbox.changes).toEqual([])
  })
})

describe('who may approve', () => {
  it('refuses the passkey of the person whose devices they are', async () => {
    const { program, page, askAndOpen, stateOf } = await openScene(chromium.browser, {
      enrolled: { name: 'Alice', email },
    })
    const { id } = await askAndOpen('reset_mfa_devices', { email })

    await approveButton(page).click()

    expect(await problemOf(page, 'approve')).toMatch(/^Nobody approves a change to their own account/)
    expect(await stateOf(id)).toBe('pending')
    expect(program.sandbox.changes).toEqual([])
  })
})
