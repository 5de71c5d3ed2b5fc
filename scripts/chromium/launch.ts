import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where the systems that this is developed on put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Undefined where there is none. */
export const CHROMIUM = PLACES.find((path) => existsSync(path))

/** As root, and in containers, Chromium has no sandbox of its own. All that it opens here is ours. */
const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS })
}
