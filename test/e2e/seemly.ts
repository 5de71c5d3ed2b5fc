import { ERROR_CODES } from '../../src/lib/errors.ts'
import { textsIn, unseenIn } from './hostile-texts.ts'
import type { CallResult } from './session.ts'

/** What every answer, page and log line is, whatever somebody wrote into it. */

const LONGEST_ANSWER = 20_000

/** What is wrong with an answer, whatever was asked; undefined where it can be shown as it is. */
export function faultOf({ text, raw, isError, code }: CallResult): string | undefined {
  if (text.length > LONGEST_ANSWER) return `a text of ${text.length} characters`
  const inText = unseenIn(text, { lines: true })
  if (inText !== undefined) return `${inText} in the text`
  const inStructure = textsIn(raw.structuredContent).map((value) => unseenIn(value))
  const unseen = inStructure.find((found) => found !== undefined)
  if (unseen !== undefined) return `${unseen} in the structure`
  const nextLines = text.split('\n').filter((line) => line.startsWith('Next:'))
  if (nextLines.length > 1) return 'more than one next step'
  const isKnown = ERROR_CODES.some((known) => known === code && known !== 'INTERNAL_ERROR')
  return isError && !isKnown ? `the code ${code}` : undefined
}

/** The faults of many calls, each with what it was about; a few at a time, as a busy client would. */
export async function faultsOf(
  calls: readonly (readonly [about: string, () => Promise<CallResult>])[],
): Promise<string[]> {
  const found: string[] = []
  for (let from = 0; from < calls.length; from += 20) {
    await Promise.all(
      calls.slice(from, from + 20).map(async ([about, call]) => {
        const fault = await call().then(faultOf, String)
        if (fault !== undefined) found.push(`${JSON.stringify(about.slice(0, 80))}: ${fault}`)
      }),
    )
  }
  return found
}

/** The lines of a log that are not one JSON object each, made of what can be seen. */
export function faultsOfLog(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line !== '')
  return lines.filter((line) => unseenIn(line) !== undefined || !isEvent(line)).map((line) => line.slice(0, 300))
}

function isEvent(line: string): boolean {
  try {
    const { time, level, event } = JSON.parse(line) as Record<string, unknown>
    return [time, level, event].every((field) => typeof field === 'string')
  } catch {
    return false
  }
}

const TAG = /<\/?([a-z][a-z0-9]*)/gi
const OWN_TAGS = new Set(
  (
    'html head meta title style body main header footer section article p span strong em small h1 h2 h3 ol ul li dl dt dd pre ' +
    'code blockquote aside article div noscript nav time form label input button details summary'
  ).split(' '),
)
/** What would do something were it somebody else's: as the product writes it, to the letter, and not once more. */
const OWN_ONCE = [
  '<script src="/approvals/console.js" defer></script>',
  '<link rel="icon" href="/approvals/icon.svg" type="image/svg+xml" />',
  '<a class="skip" href="#content">Skip to the content</a>',
  /<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">(?:<path [^>]*\/>)+<\/svg>/,
]

/** The elements of a page that the product itself never writes: foreign links, scripts, images. */
export function foreignTags(page: string): string[] {
  const rest = OWN_ONCE.reduce<string>((text, own) => text.replace(own, ''), page)
  const names = [...rest.matchAll(TAG)].map(([, name = '']) => name.toLowerCase())
  return [...new Set(names)].filter((name) => !OWN_TAGS.has(name))
}
