import type { Page } from 'playwright-core'
import { CHROMIUM, launchChromium } from '../chromium/launch.ts'
import { type Finding, type Measurement, median } from './measurement.ts'
import { openTenant } from './tenant.ts'

/** The page of one approval, in a browser that has seen it before: until something is painted, and what it weighs. */
export const measureApprovalPage: Measurement = async ({ rounds, program }) => {
  if (CHROMIUM === undefined) {
    console.error('approval page: not measured, Chromium is not installed')
    return []
  }
  const tenant = await openTenant(program)
  const browser = await launchChromium(CHROMIUM)
  try {
    const { approval } = (await tenant.call('reset_mfa_devices', { email: 'alice@example.com' })) as {
      approval: { approveAt: string }
    }
    const page = await browser.newPage()
    const warm = await open(page, approval.approveAt)
    const paints: number[] = []
    for (let round = 0; round < rounds; round += 1) paints.push((await open(page, approval.approveAt)).paintMs)
    return [
      {
        name: 'approval page, first paint',
        value: median(paints),
        unit: 'ms',
        atMost: 100,
        detail: `median of ${rounds}, warm`,
      },
      {
        name: 'approval page, weight',
        value: warm.bytes / 1000,
        unit: 'kB',
        atMost: 100,
        detail: `${warm.requests} requests, not compressed`,
      },
    ] satisfies Finding[]
  } finally {
    await browser.close()
    await tenant.close()
  }
}

async function open(page: Page, address: string): Promise<{ paintMs: number; bytes: number; requests: number }> {
  const sizes: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    // What follows along has no end and no weight of its own.
    if (!request.url().includes('/events')) sizes.push(sizeOf(request))
  })
  await page.goto(address)
  const paintMs = await page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [paint] = list.getEntriesByName('first-paint')
      if (paint !== undefined) resolve(paint.startTime)
    }).observe({ type: 'paint', buffered: true })
  })`)
  page.removeAllListeners('requestfinished')
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  return { paintMs, bytes, requests: sizes.length }
}

async function sizeOf(request: { sizes(): Promise<{ responseBodySize: number; responseHeadersSize: number }> }) {
  const { responseBodySize, responseHeadersSize } = await request.sizes()
  return responseBodySize + responseHeadersSize
}
