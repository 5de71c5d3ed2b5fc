import { describe, expect, it } from 'vitest'
import { shareChromium } from './chromium.ts'
import { approveButton, codeField, problemOf, sees } from './page-parts.ts'
import { openScene } from './scene.ts'

const chromium = shareChromium()
const email = 'alice@example.com'

describe('an open page', () => {
  it('shows a new approval in the list without being loaded again', async () => {
    const { page, ask, letIn } = await openScene(chromium.browser)
    await letIn()
    await page.goto(new URL('/approvals', page.url()).href)

    await ask('reset_mfa_devices', { email })

    await page.getByRole('link', { name: /Remove all 3 MFA devices of alice/ }).waitFor()
  })

  it('takes out of the list what was decided elsewhere', async () => {
    const { program, page, ask, letIn } = await openScene(chromium.browser)
    const { id } = await ask('reset_mfa_devices', { email })
    await letIn()
    await page.goto(new URL('/approvals', page.url()).href)
    const entry = page.getByRole('link', { name: /Remove all 3 MFA devices of alice/ })
    await entry.waitFor()

    await program.deny(id)

    await entry.waitFor({ state: 'detached' })
  })

  it('shows what became of an approval while it is carried out', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { token } = await askAndOpen('reset_mfa_devices', { email })
    await approveButton(page).click()
    await sees(page, 'approved')

    await program.call('execute_approved_action', { token })
    await sees(page, 'succeeded')

    expect(program.sandbox.state.devicesOf(email)).toEqual([])
  })

  it('counts the time that is left', async () => {
    const { page, askAndOpen } = await openScene(chromium.browser)
    await page.clock.install()
    await askAndOpen('reset_mfa_devices', { email })

    await page.clock.runFor(61_000)

    expect(await page.locator('[data-left-ms]').textContent()).toMatch(/^1[34]:\d\d left$/)
  })
})

describe('a code that is typed on the page', () => {
  const erin = 'erin@example.com'

  it.each(['', '12', '12ab56', '1234567890123456'])('is not taken when it is "%s"', async (code) => {
    const { program, page, askAndOpen, stateOf } = await openScene(chromium.browser)
    const device = program.sandbox.levers.addDevice(erin, {
      type: 'SMS',
      phone: '+12025550170',
      status: 'ACTIVATION_REQUIRED',
    })
    const { id } = await askAndOpen('activate_mfa_device', { email: erin, deviceId: device.id })

    await codeField(page).evaluate((field, value) => void Object.assign(field as object, { value }), code)
    await approveButton(page).click()

    expect(await problemOf(page, 'approve')).toMatch(/digits/)
    expect(await stateOf(id)).toBe('pending')
  })

  it('stands in no answer, no page and no entry of the audit log', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const device = program.sandbox.levers.addDevice(erin, {
      type: 'SMS',
      phone: '+12025550170',
      status: 'ACTIVATION_REQUIRED',
    })
    const { token } = await askAndOpen('activate_mfa_device', { email: erin, deviceId: device.id })
    const code = program.sandbox.levers.otpOf(device.id) ?? 'none'

    await codeField(page).fill(code)
    await approveButton(page).click()
    await sees(page, 'approved')
    const done = await program.call('execute_approved_action', { token })

    const entries = await (await program.app.store()).auditEntries()
    const said = [JSON.stringify(done.raw), await page.content(), ...entries.map(({ data }) => data)]
    expect(program.sandbox.state.device(device.id)?.status).toBe('ACTIVE')
    expect(said.filter((text) => text.includes(`"${code}"`) || text.includes(` ${code} `))).toEqual([])
  })
})

describe('the explorer', () => {
  it('searches as one types, without a request beyond this machine', async () => {
    const { page, ask, letIn, requests, program } = await openScene(chromium.browser)
    await ask('reset_mfa_devices', { email })
    await letIn()
    await page.goto(new URL('/approvals/endpoints', page.url()).href)
    const before = program.sandbox.requests.length

    await page.getByLabel('What do you want to do?').pressSequentially('unlock a device')
    await page
      .getByRole('heading', { name: /unlock/i })
      .first()
      .waitFor()

    expect(program.sandbox.requests.length).toBe(before)
    expect(new Set(requests.map((request) => new URL(request).hostname))).toEqual(new Set(['localhost']))
  })
})
