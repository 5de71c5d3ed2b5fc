import { hasInvisible } from './text.ts'

interface JsonLook {
  replacer?: (key: string, value: unknown) => unknown
  indent?: number
}

/**
 * JSON that a terminal, too, shows as it is: what cannot be seen stands there as `\u` escapes, so that a parser gets the
 * same value and a reader no surprise.
 */
export function visibleJson(value: unknown, { replacer, indent }: JsonLook = {}): string {
  const json = JSON.stringify(value, replacer, indent)
  // Line breaks are the indentation's: inside of texts they are escaped already.
  return json.replace(/[^\n -~]/gu, (character) => (hasInvisible(character) ? escaped(character) : character))
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
