import type { Locator, Page } from 'playwright-core'

/** The parts of an approval's page, by what a person reads on them. */
export const approveButton = (page: Page): Locator => page.getByRole('button', { name: 'Approve with passkey' })
export const denyButton = (page: Page): Locator => page.getByRole('button', { name: 'Deny' })
export const takeBackButton = (page: Page): Locator => page.getByRole('button', { name: 'Take it back' })
export const reasonField = (page: Page): Locator => page.getByLabel('Why not?')
export const codeField = (page: Page): Locator => page.getByLabel('Code from the user’s device')

/** Resolves once the page says that the approval is in this state. */
export async function sees(page: Page, state: string): Promise<void> {
  await page.locator(`[data-state="${state}"]`).waitFor()
}

/** Why the last attempt to approve did not work, once the page says so. */
export async function problemOf(page: Page, form: 'approve' | 'deny' | 'enrol' | 'vouch' | 'remove'): Promise<string> {
  const problem = page.locator(`form[data-${form}] .problem:not(:empty)`)
  await problem.waitFor()
  return (await problem.textContent()) ?? ''
}
