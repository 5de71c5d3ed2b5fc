import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { type Authenticator, plugIn } from './authenticator.ts'

/** A person in front of a browser of their own, with an authenticator. */
export interface Visitor {
  page: Page
  authenticator: Authenticator
  /** The address of every request that the browser has made. */
  requests: readonly string[]
  /** What the browser's console has complained about: errors of the script, and what the policy forbade. */
  complaints: readonly string[]
  /** Another tab of the same browser, with the same passkeys. */
  anotherTab(): Promise<Page>
}

/** Opens a browser profile that the end of the test closes. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(30_000)
  const requests: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => void requests.push(request.url()))
  context.on('weberror', (problem) => void complaints.push(problem.error().message))
  context.on('console', (message) => {
    // An answer that refuses is not the page's mistake.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  const page = await context.newPage()
  const authenticator = await plugIn(page)
  return {
    page,
    authenticator,
    requests,
    complaints,
    async anotherTab() {
      const tab = await context.newPage()
      const second = await plugIn(tab)
      for (const passkey of await authenticator.passkeys()) await second.put(passkey)
      return tab
    },
  }
}
