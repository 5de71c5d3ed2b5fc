import { randomBytes } from 'node:crypto'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/lib/clock.ts'

const app = createApp({
  env: {},
  machine: { platform: process.platform, homeFolder: '/', userName: 'nobody' },
  clock: systemClock,
  randomBytes,
  writeLog: () => undefined,
  readTextFile: () => undefined,
})

/** The package’s own catalogue and search, as the program composes them. */
export const catalog = await app.catalog()
export const openSearch = () => app.search()

export const ids = catalog.endpoints.map(({ id }) => id)
