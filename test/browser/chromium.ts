import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/** Where the systems that the tests run on put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Undefined where there is none: then the tests are skipped, which CI counts as failed. */
export const CHROMIUM = PLACES.find((path) => existsSync(path))

/** As root, and in containers, Chromium has no sandbox of its own. All that it opens here is ours. */
const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS })
}

/** One browser for the tests of a file. */
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
