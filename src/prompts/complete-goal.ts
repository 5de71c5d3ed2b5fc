const MOST = 8

/**
 * Titles in which each word that was typed begins a word; those that begin as it was typed come first, then the shorter
 * ones. Nothing typed is nothing to go by.
 */
export function completeGoal(typed: string, titles: readonly string[]): string[] {
  const wanted = wordsOf(typed)
  if (wanted.length === 0) return []
  const fitting = titles.filter((title) => {
    const words = wordsOf(title)
    return wanted.every((start) => words.some((word) => word.startsWith(start)))
  })
  const start = typed.trim().toLowerCase()
  const rank = (title: string) => (title.toLowerCase().startsWith(start) ? 0 : 1000) + title.length
  return [...new Set(fitting)].toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST)
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
