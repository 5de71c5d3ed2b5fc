import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { CHROMIUM, launchChromium } from '../../scripts/chromium/launch.ts'

/** One browser for the tests of a file. Where there is none they are skipped, which CI counts as failed. */
export function shareChromium(): { readonly browser: Browser } {
  let browser: Browser | undefined
  beforeAll(async () => {
    if (CHROMIUM !== undefined) browser = await launchChromium(CHROMIUM)
  })
  beforeEach(({ skip }) => skip(CHROMIUM === undefined, 'Chromium is not installed (apt-get install chromium)'))
  afterAll(() => browser?.close())
  return {
    get browser() {
      if (browser === undefined) throw new Error('Chromium was not started')
      return browser
    },
  }
}
