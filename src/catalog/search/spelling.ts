import Fuse from 'fuse.js/basic'

/** Corrections of a word that nobody knows. */
export interface Spelling {
  /** Nothing for a word that is written as it should be; else one list of candidates (term, how surely) for each word that the letters hold: two for `brandingtheme`. */
  correct(word: string): [number, number][][]
}

export interface SpelledWord {
  text: string
  term: number
  /** How often it stands in the catalogue: of two corrections that are equally near, the commoner is meant. */
  count: number
}

const MAX_CANDIDATES = 4
const MAX_LENGTH_DIFFERENCE = 2

/** A word of English is not misspelled. Fuse.js finds candidates, an edit distance that knows swapped letters judges them. */
export function createSpelling(words: readonly SpelledWord[], english: { has(word: string): boolean }): Spelling {
  const byText = new Map(words.map((word) => [word.text, word]))
  // By length, because a misspelled word is about as long as what was meant, and Fuse.js looks at every word it has.
  const fuses = new Map<number, Fuse<SpelledWord>>()
  const remembered = new Map<string, [number, number][][]>()
  const search = (text: string) => {
    const fuse =
      fuses.get(text.length) ??
      new Fuse(
        words.filter((word) => Math.abs(word.text.length - text.length) <= MAX_LENGTH_DIFFERENCE),
        { keys: ['text'], threshold: 0.45, distance: 12, location: 0, includeScore: true, ignoreFieldNorm: true },
      )
    fuses.set(text.length, fuse)
    return fuse.search(text, { limit: 24 })
  }
  const nearest = (text: string): [number, number][] => {
    if (text.length < 3 || text.length > 24) return []
    const judged = search(text).map(
      ({ item }) => [item, similarity(text, item.text) + Math.min(item.count, 20) / 1000] as const,
    )
    const good = judged.filter(([, near]) => near >= 0.66).toSorted((a, b) => b[1] - a[1])
    const best = good[0]?.[1] ?? 0
    return good
      .filter(([, near]) => near >= best - 0.12)
      .slice(0, MAX_CANDIDATES)
      .map(([item, near]) => [item.term, Math.min(0.95, near) - (best - near)])
  }
  return {
    correct: (word) => {
      if (english.has(word)) return []
      const known = remembered.get(word)
      if (known !== undefined) return known
      const direct = nearest(word)
      const corrections = isSure(direct)
        ? [direct]
        : (split(word, byText, nearest) ?? (direct.length > 0 ? [direct] : []))
      if (remembered.size < 500) remembered.set(word, corrections)
      return corrections
    },
  }
}

function isSure(candidates: readonly [number, number][]): boolean {
  return (candidates[0]?.[1] ?? 0) >= 0.8
}

/** `brandingtheme` → branding, theme; `mfasetings` → mfa, and what `setings` may be. */
function split(
  word: string,
  words: ReadonlyMap<string, SpelledWord>,
  nearest: (text: string) => [number, number][],
): [number, number][][] | undefined {
  const exact = splitExactly(word, words)
  if (exact !== undefined) return exact
  for (let at = 3; at <= word.length - 4; at++) {
    const [start, end] = [words.get(word.slice(0, at)), words.get(word.slice(at))]
    if (start !== undefined) {
      const rest = nearest(word.slice(at))
      if (isSure(rest)) return [[[start.term, 0.9]], rest]
    }
    if (end !== undefined) {
      const rest = nearest(word.slice(0, at))
      if (isSure(rest)) return [rest, [[end.term, 0.9]]]
    }
  }
  return undefined
}

const CONNECTORS = new Set(['to', 'of', 'for', 'from', 'in', 'a', 'the'])

function splitExactly(word: string, words: ReadonlyMap<string, SpelledWord>): [number, number][][] | undefined {
  if (word.length > 40) return undefined
  const best: (string[] | undefined)[] = [[]]
  for (let end = 1; end <= word.length; end++) {
    for (let start = 0; start < end; start++) {
      const before = best[start]
      const part = word.slice(start, end)
      if (before === undefined || !(CONNECTORS.has(part) || (part.length > 2 && words.has(part)))) continue
      if (before.length + 1 < (best[end]?.length ?? Infinity)) best[end] = [...before, part]
    }
  }
  const found = (best[word.length] ?? []).flatMap((part) => words.get(part) ?? [])
  return found.length < 2 ? undefined : found.map(({ term }) => [[term, 0.95]])
}

/** 1 for equal, 0 for nothing in common; a swap of neighbours is one edit, a wrong first letter costs more. */
function similarity(a: string, b: string): number {
  const width = b.length + 1
  let [before, previous, row] = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)]
  for (let column = 0; column < width; column++) previous[column] = column
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    for (let j = 1; j < width; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let edits = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      row[j] = edits
    }
    ;[before, previous, row] = [previous, row, before]
  }
  const edits = (previous[b.length] ?? 0) + (a[0] === b[0] ? 0 : 0.5)
  return 1 - edits / Math.max(a.length, b.length, 4)
}
