import { describe, expect, it } from 'vitest'
import { shareChromium } from './chromium.ts'
import { PAGES } from './every-page.ts'
import { DESK, PHONE, violations, widthOf } from './looks.ts'
import { enrolmentLink, openScene } from './scene.ts'
import { visit } from './visitor.ts'

const chromium = shareChromium()

const ENROLMENTS: typeof PAGES = [
  { name: 'the first enrolment', heading: /^Become an approver/, address: ({ program }) => enrolmentLink(program) },
  {
    name: 'an enrolment that needs a voucher',
    heading: /^Become an approver/,
    address: ({ program }) => enrolmentLink(program, { name: 'Petra', email: 'petra@example.com' }),
  },
  {
    name: 'a link that was used',
    heading: /^This link no longer works/,
    address: async ({ program }) => new URL('used', await enrolmentLink(program)).href,
  },
]

describe('every page', () => {
  it('is looked at with eyes that see what is wrong', async () => {
    const { page } = await visit(chromium.browser)
    await page.setContent('<html lang="en"><title>Bad</title><p style="color: #ccc">Hardly to be seen</p><img src="x">')

    const found = await violations(page)

    expect(found.map((what) => what.split(':')[0])).toEqual(['color-contrast', 'image-alt'])
  })

  it.each([...PAGES, ...ENROLMENTS])('$name can be used by everybody, in both themes and on a phone', async (one) => {
    const scene = await openScene(chromium.browser, one.name === 'the first enrolment' ? { enrolled: null } : {})
    const { page, requests, complaints } = scene
    const address = await one.address(scene)

    const found: string[] = []
    for (const { colorScheme, viewport } of [
      { colorScheme: 'light', viewport: DESK },
      { colorScheme: 'dark', viewport: PHONE },
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(viewport)
      await page.goto(address)
      found.push(...(await violations(page)).map((what) => `${colorScheme}, ${viewport.width} px: ${what}`))
    }

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(one.heading)
    expect(found).toEqual([])
    expect(await widthOf(page)).toBeLessThanOrEqual(PHONE.width)
    expect(complaints).toEqual([])
    const origins = new Set(requests.map((request) => new URL(request).hostname))
    expect([...origins]).toEqual(['localhost'])
  })
})
