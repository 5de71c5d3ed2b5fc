import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { shareChromium } from './chromium.ts'
import { approveButton, denyButton, reasonField, sees } from './page-parts.ts'
import { openScene, enrolmentLink } from './scene.ts'

const chromium = shareChromium()
const email = 'alice@example.com'

describe('with the keyboard alone', () => {
  it('enrols', async () => {
    const { program, page } = await openScene(chromium.browser, { enrolled: null })
    await page.goto(await enrolmentLink(program))

    await tabTo(page, 'Make a passkey')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Olga can approve now' }).waitFor()

    expect(await (await program.app.approvers()).list()).toHaveLength(1)
  })

  it('approves', async () => {
    const { page, askAndOpen, stateOf } = await openScene(chromium.browser)
    const { id } = await askAndOpen('reset_mfa_devices', { email })

    await tabTo(page, 'Approve with passkey')
    await page.keyboard.press('Enter')
    await sees(page, 'approved')

    expect(await stateOf(id)).toBe('approved')
  })

  it('denies with a reason', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { id } = await askAndOpen('reset_mfa_devices', { email })

    await tabTo(page, 'Why not?')
    await page.keyboard.type('not today')
    await page.keyboard.press('Enter')
    await sees(page, 'denied')

    const row = await (await program.app.approvals()).find(id)
    expect(row?.decision?.reason).toBe('not today')
  })

  it('does not lose the focus when the page shows its new state', async () => {
    const { page, askAndOpen } = await openScene(chromium.browser)
    await askAndOpen('reset_mfa_devices', { email })

    await tabTo(page, 'Approve with passkey')
    await page.keyboard.press('Enter')
    await sees(page, 'approved')

    expect(await page.evaluate('document.activeElement !== document.body')).toBe(true)
  })

  it('says what happened to who cannot see it', async () => {
    const { page, askAndOpen } = await openScene(chromium.browser)
    await askAndOpen('reset_mfa_devices', { email })

    await approveButton(page).click()
    await sees(page, 'approved')

    expect(await page.getByRole('status').first().textContent()).toMatch(/approved/i)
  })
})

describe('without JavaScript', () => {
  const browser = { javaScriptEnabled: false }

  it('shows the whole plan, and says how to decide without it', async () => {
    const { program, page, ask } = await openScene(chromium.browser, { browser, enrolled: null })
    await program.enrol()
    const { id, approveAt } = await ask('reset_mfa_devices', { email, reason: 'lost on the train' })

    await page.goto(approveAt)
    const text = await page.locator('main').innerText()

    for (const part of ['Remove SMS', 'Work phone', email, 'lost on the train', 'needs JavaScript']) {
      expect(text).toContain(part)
    }
    expect(await page.locator('main').textContent()).toContain(`approvals approve ${id}`)
  })

  it('shows no button that would do nothing', async () => {
    const { program, page, ask } = await openScene(chromium.browser, { browser, enrolled: null })
    await program.enrol()
    await page.goto((await ask('reset_mfa_devices', { email })).approveAt)

    expect(await approveButton(page).isVisible()).toBe(false)
    expect(await denyButton(page).isVisible()).toBe(false)
    expect(await reasonField(page).isVisible()).toBe(false)
  })
})

/** Presses Tab until what carries this name has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const focused: string = await page.evaluate(
      `(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()`,
    )
    if (focused === name) return
  }
  throw new Error(`the keyboard does not reach "${name}"`)
}
