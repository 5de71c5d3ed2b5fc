import { FIELDS } from './index-format.ts'
import type { Meaning } from './meanings.ts'
import type { OpenIndex } from './open-index.ts'

/** How well the words of a query meet each operation. All numbers are shares between 0 and 1. */
export interface Match {
  /** By field, by operation: the share of the query's weight that the field covers. */
  coverage: Float32Array[]
  /** The same, where every word counts in its best field. */
  best: Float32Array
  /** Coverage of the target by what the query is about, and by what stands behind a preposition. */
  targetHead: Float32Array
  targetTail: Float32Array
  parentsHead: Float32Array
  parentsTail: Float32Array
  /** Share of the target's, the parents' and the title's own weight that the query mentions. */
  targetSaid: Float32Array
  parentsSaid: Float32Array
  titleSaid: Float32Array
  /** By kind of phrase (resource, situation, title): the best phrase's agreement with the query, and how much of it was said. */
  phraseAgreement: Float32Array[]
  phraseSaid: Float32Array[]
  /** Weight of all words of the query. */
  mass: number
}

/** A word in its best field counts as much as this. */
const FIELD_TRUST = [1, 0.8, 0.95, 0.95, 0.9, 0.5, 0.8, 0.55] as const

export function matchQuery(meanings: readonly Meaning[], index: OpenIndex): Match {
  const size = index.data.operations.length
  const array = () => new Float32Array(size)
  const match: Match = {
    coverage: FIELDS.map(array),
    best: array(),
    targetHead: array(),
    targetTail: array(),
    parentsHead: array(),
    parentsTail: array(),
    targetSaid: array(),
    parentsSaid: array(),
    titleSaid: array(),
    phraseAgreement: [array(), array(), array()],
    phraseSaid: [array(), array(), array()],
    mass: meanings.reduce((sum, { weight }) => sum + weight, 0),
  }
  if (match.mass === 0) return match
  for (const meaning of meanings) addWord(meaning, index, match)
  addSaid(meanings, index, match)
  addPhrases(meanings, index, match)
  return match
}

function addWord(meaning: Meaning, index: OpenIndex, match: Match): void {
  const size = match.best.length
  const share = meaning.weight / match.mass
  const bestHere = new Float32Array(size)
  for (const [field, { starts, ids }] of index.fields.entries()) {
    const here = new Float32Array(size)
    for (const [term, similarity] of meaning.terms) {
      for (let at = starts[term] ?? 0; at < (starts[term + 1] ?? 0); at++) {
        const operation = ids[at] as number
        if (similarity > (here[operation] as number)) here[operation] = similarity
      }
    }
    const coverage = match.coverage[field] as Float32Array
    const trust = FIELD_TRUST[field] as number
    const positional =
      field === 0
        ? meaning.isTail
          ? match.targetTail
          : match.targetHead
        : field === 1
          ? meaning.isTail
            ? match.parentsTail
            : match.parentsHead
          : undefined
    for (let operation = 0; operation < size; operation++) {
      const similarity = here[operation] as number
      if (similarity === 0) continue
      coverage[operation] = (coverage[operation] as number) + similarity * share
      if (positional !== undefined) positional[operation] = (positional[operation] as number) + similarity * share
      if (similarity * trust > (bestHere[operation] as number)) bestHere[operation] = similarity * trust
    }
  }
  for (let operation = 0; operation < size; operation++) {
    match.best[operation] = (match.best[operation] as number) + (bestHere[operation] as number) * share
  }
}

/** For each term, how surely the query says it. */
function termsSaid(meanings: readonly Meaning[]): Map<number, number> {
  const said = new Map<number, number>()
  for (const { terms } of meanings) {
    for (const [term, similarity] of terms) said.set(term, Math.max(similarity, said.get(term) ?? 0))
  }
  return said
}

function addSaid(meanings: readonly Meaning[], index: OpenIndex, match: Match): void {
  const { idf } = index.data
  const parts = [
    [0, match.targetSaid, index.targetMass],
    [1, match.parentsSaid, index.parentsMass],
    [2, match.titleSaid, index.titleMass],
  ] as const
  for (const [term, similarity] of termsSaid(meanings)) {
    for (const [field, said, mass] of parts) {
      const { starts, ids } = index.fields[field] as OpenIndex['fields'][number]
      for (let at = starts[term] ?? 0; at < (starts[term + 1] ?? 0); at++) {
        const operation = ids[at] as number
        said[operation] =
          (said[operation] as number) + (similarity * (idf[term] as number)) / (mass[operation] as number)
      }
    }
  }
}

/**
 * Phrases are judged both ways: how much of the phrase the query says, and how much of the query the phrase explains. A
 * phrase that is said in full wins over one of which a single word is said.
 */
function addPhrases(meanings: readonly Meaning[], index: OpenIndex, match: Match): void {
  const { phrases, idf } = index.data
  const { starts, ids } = index.phrases
  const explained = new Float32Array(phrases.length)
  const said = new Float32Array(phrases.length)
  const touched = new Set<number>()
  const here = new Map<number, number>()
  for (const { terms, weight } of meanings) {
    here.clear()
    for (const [term, similarity] of terms) {
      for (let at = starts[term] ?? 0; at < (starts[term + 1] ?? 0); at++) {
        const phrase = ids[at] as number
        if (similarity > (here.get(phrase) ?? 0)) here.set(phrase, similarity)
      }
    }
    for (const [phrase, similarity] of here) {
      explained[phrase] = (explained[phrase] as number) + (similarity * weight) / match.mass
      touched.add(phrase)
    }
  }
  for (const [term, similarity] of termsSaid(meanings)) {
    for (let at = starts[term] ?? 0; at < (starts[term + 1] ?? 0); at++) {
      const phrase = ids[at] as number
      said[phrase] = (said[phrase] as number) + similarity * (idf[term] as number)
    }
  }
  for (const at of touched) {
    const { about, operations } = phrases[at] as (typeof phrases)[number]
    const share = Math.min(1, (said[at] as number) / (index.phraseMass[at] as number))
    const agreement = (2 * share * (explained[at] as number)) / (share + (explained[at] as number))
    const [agreements, shares] = [match.phraseAgreement[about - 1], match.phraseSaid[about - 1]] as [
      Float32Array,
      Float32Array,
    ]
    const weighed = share * Math.min(1, (index.phraseMass[at] as number) / 8)
    for (const operation of operations) {
      if (agreement > (agreements[operation] as number)) agreements[operation] = agreement
      if (weighed > (shares[operation] as number)) shares[operation] = weighed
    }
  }
}
