import type { Method, Service } from '../record.ts'

/** What an operation does to the thing that its path names. */
export const KINDS = ['list', 'read', 'single', 'create', 'action', 'replace', 'patch', 'delete', 'reset'] as const
export type Kind = (typeof KINDS)[number]

/**
 * What the verbs of a query ask for. `configure` may be the first time or a change, `act` is something that only some things know (unlock, resend), `ask` a question,
 * `none` a sentence without a verb that is known, `bare` a few words that are no sentence.
 */
export const INTENTS = [
  'list',
  'find',
  'read',
  'ask',
  'create',
  'add',
  'replace',
  'patch',
  'update',
  'configure',
  'act',
  'delete',
  'none',
  'bare',
] as const
export type Intent = (typeof INTENTS)[number]

/** Where a word of an operation stands. */
export const FIELDS = ['target', 'parents', 'title', 'aliases', 'situations', 'body', 'names', 'parentAliases'] as const

export interface IndexedRecord {
  id: string
  service: Service
  contentType?: string
  /** Terms of the title: they tell the variants of one operation apart. */
  title: number[]
}

/** One method and path; several records can share it, the plainest first. */
export interface IndexedOperation {
  method: Method
  path: string
  kind: Kind
  /** Number of static segments below the environment. */
  depth: number
  deprecated?: true
  records: IndexedRecord[]
  /** Term numbers by field, in the order of FIELDS. */
  fields: number[][]
  operationIds: string[]
}

/** A way to say something, and which operations it may mean. */
export interface IndexedPhrase {
  terms: number[]
  operations: number[]
  /** `1` where it names a resource, `2` where it tells what is done, `3` where it is a title. */
  about: 1 | 2 | 3
}

/** Everything that a search needs, made by `scripts/search/build-index.ts`. */
export interface SearchIndex {
  terms: string[]
  /** How telling a term is, by term number. */
  idf: number[]
  operations: IndexedOperation[]
  phrases: IndexedPhrase[]
  /** Every word of the catalogue as it is written, its term and how often it stands there: `policies` → [12, 40]. */
  spellings: Record<string, [number, number]>
  /** Term numbers that mean nearly the same, and how nearly: `[term, similarity, term, similarity …]`. */
  synonyms: Record<number, number[]>
  /** Words outside of the terms that stand for terms; same form. */
  neighbours: Record<string, number[]>
  /** Stem of a verb → intent. */
  verbs: Record<string, Intent>
  weights: Record<string, number>
  confidence: Record<string, number>
}
