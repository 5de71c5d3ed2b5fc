import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
export const PHONE = { width: 360, height: 740 }
export const DESK = { width: 1280, height: 900 }

/** What keeps somebody from using the page. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: all } = await new AxeBuilder({ page }).withTags(WCAG).analyze()
  return all.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
}

/** How wide the page is: wider than the window where it would have to be scrolled sideways. */
export function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth')
}
