import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, it } from 'vitest'
import { shareChromium } from './chromium.ts'
import { PAGES } from './every-page.ts'
import { openScene, enrolmentLink, type Scene } from './scene.ts'
import { visit, type Visitor } from './visitor.ts'

const chromium = shareChromium()
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const PHONE = { width: 360, height: 740 }
const DESK = { width: 1280, height: 900 }

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

    const found = await violations({ page })

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
      found.push(...(await violations(scene)).map((what) => `${colorScheme}, ${viewport.width} px: ${what}`))
    }

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(one.heading)
    expect(found).toEqual([])
    expect(await widthOf(scene)).toBeLessThanOrEqual(PHONE.width)
    expect(complaints).toEqual([])
    const origins = new Set(requests.map((request) => new URL(request).hostname))
    expect([...origins]).toEqual(['localhost'])
  })
})

async function violations({ page }: Pick<Visitor, 'page'>): Promise<string[]> {
  const { violations: all } = await new AxeBuilder({ page }).withTags(WCAG).analyze()
  return all.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
}

/** How wide the page is: wider than the window where it would have to be scrolled sideways. */
function widthOf({ page }: Scene): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth')
}
