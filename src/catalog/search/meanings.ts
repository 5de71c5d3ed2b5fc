import type { OpenIndex } from './open-index.ts'
import type { QueryWord } from './read-query.ts'
import { isGeneric } from './read-query.ts'
import type { Spelling } from './spelling.ts'

/** A word of the query and the terms that it may mean. */
export interface Meaning {
  /** Term number → how surely, 1 for the term itself. */
  terms: Map<number, number>
  /** How telling the word is. */
  weight: number
  isTail: boolean
  /** `known` to the catalogue, `near` to something that is, `misspelled`, or `foreign`. */
  origin: 'known' | 'near' | 'misspelled' | 'foreign'
}

const FOREIGN_IDF = 3.5

export function meaningsOf(words: readonly QueryWord[], index: OpenIndex, spelling: Spelling): Meaning[] {
  const seen = new Set<string>()
  const meanings: Meaning[] = []
  for (const queryWord of words) {
    if (seen.has(queryWord.word.stem)) continue
    seen.add(queryWord.word.stem)
    meanings.push(...meaningOf(queryWord, index, spelling))
  }
  return meanings
}

function meaningOf({ word, weight, isTail }: QueryWord, index: OpenIndex, spelling: Spelling): Meaning[] {
  const { idf, synonyms } = index.data
  const term = index.terms.get(word.stem)
  if (term !== undefined) {
    const terms = new Map([[term, 1]])
    spread(terms, synonyms[term] ?? [], 1)
    return [{ terms, weight: weight * (idf[term] ?? 0), isTail, origin: 'known' }]
  }
  if (isGeneric(word.text)) return []
  const near = index.neighbours.get(word.stem)
  if (near !== undefined) {
    const terms = new Map<number, number>()
    spread(terms, near, 1)
    return [{ terms, weight: weight * massOf(terms, idf), isTail, origin: 'near' }]
  }
  const corrections = spelling.correct(word.text)
  if (corrections.length > 0) {
    return corrections.map((candidates) => {
      const terms = new Map<number, number>()
      for (const [candidate, similarity] of candidates) {
        terms.set(candidate, Math.max(similarity, terms.get(candidate) ?? 0))
        spread(terms, synonyms[candidate] ?? [], similarity)
      }
      return { terms, weight: weight * massOf(terms, idf), isTail, origin: 'misspelled' as const }
    })
  }
  return [{ terms: new Map(), weight: weight * FOREIGN_IDF * (word.isName ? 0.5 : 1), isTail, origin: 'foreign' }]
}

function spread(terms: Map<number, number>, near: readonly number[], share: number): void {
  for (let at = 0; at < near.length; at += 2) {
    const term = near[at] as number
    terms.set(term, Math.max((near[at + 1] as number) * share, terms.get(term) ?? 0))
  }
}

/** The weight of the surest meaning. */
function massOf(terms: ReadonlyMap<number, number>, idf: readonly number[]): number {
  let best = 0
  let mass = 0
  for (const [term, similarity] of terms) {
    if (similarity <= best) continue
    best = similarity
    mass = idf[term] ?? 0
  }
  return mass
}
