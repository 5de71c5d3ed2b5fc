import type { IndexedOperation, IndexedPhrase, SearchIndex } from '../../src/catalog/search/index-format.ts'
import { FIELDS } from '../../src/catalog/search/index-format.ts'
import type { Word } from '../../src/catalog/search/words.ts'
import { wordsOf } from '../../src/catalog/search/words.ts'
import type { CatalogRecord } from './catalog-records.ts'
import type { Operation } from './operations.ts'
import { operationsOf } from './operations.ts'
import type { Vocabulary } from './vocabulary.ts'
import { verbIntents } from './vocabulary.ts'

/** Words that stand in titles and phrases and tell nothing. */
const EMPTY = new Set(
  'a an the of for from in into to on onto at by with without and or is are was were be has have had does do did how when where what which who somebody something it its our their his her my we an this that all one some any be been being not no so as via per over after before during through s us i id v2'.split(
    ' ',
  ),
)

/** Target, parents, title, aliases and situations: what people say, unlike the names of fields in bodies. */
const SPOKEN_FIELDS = 5

export interface BuildInput {
  records: readonly CatalogRecord[]
  vocabulary: Vocabulary
  weights: Record<string, number>
  confidence: Record<string, number>
}

/** The whole index as plain data. Same input, same output. */
export function buildIndex(input: BuildInput): SearchIndex {
  const operations = operationsOf(input.records)
  const terms = new Map<string, number>()
  const termOf = (stem: string) => {
    const known = terms.get(stem) ?? terms.size
    terms.set(stem, known)
    return known
  }
  const spellings: SearchIndex['spellings'] = {}
  const termsIn = (text: string) => {
    const words = tellingWords(text)
    for (const word of words) {
      const count = spellings[word.text]?.[1] ?? 0
      spellings[word.text] = [termOf(word.stem), count + 1]
    }
    return [...new Set(words.map(({ stem }) => termOf(stem)))]
  }
  const { vocabulary } = input
  const phrases: IndexedPhrase[] = []
  const addPhrase = (text: string, owners: number[], about: IndexedPhrase['about']) => {
    const found = termsIn(text)
    if (found.length > 0) phrases.push({ terms: found, operations: owners, about })
  }
  const indexed = operations.map((operation) => indexOperation(operation, operations, vocabulary, termsIn))

  const byResource = Map.groupBy(operations.keys(), (at) => operations[at]?.resource ?? '')
  for (const [resource, owners] of byResource) {
    for (const alias of vocabulary.resources[resource] ?? []) addPhrase(alias, owners, 1)
    addPhrase(resource.split('/').at(-1) ?? '', owners, 1)
  }
  for (const [at, operation] of operations.entries()) {
    for (const situation of vocabulary.operations[operation.shortKey] ?? []) addPhrase(situation, [at], 2)
    for (const record of operation.records) addPhrase(record.title, [at], 3)
  }
  return {
    terms: [...terms.keys()],
    idf: idfOf(terms.size, indexed, byResource),
    operations: indexed,
    spellings,
    phrases,
    ...wordRelations(vocabulary.words, terms),
    verbs: verbIntents(vocabulary.verbs),
    weights: input.weights,
    confidence: input.confidence,
  }
}

function tellingWords(text: string): Word[] {
  return wordsOf(text).filter(({ text: word }) => !EMPTY.has(word))
}

function stemsIn(text: string): string[] {
  return tellingWords(text).map(({ stem }) => stem)
}

function indexOperation(
  operation: Operation,
  all: readonly Operation[],
  vocabulary: Vocabulary,
  termsIn: (text: string) => number[],
): IndexedOperation {
  const { records, segments, resource, shortKey, kind } = operation
  const [first] = records as [CatalogRecord]
  const siblings = all.filter((other) => other.resource === resource)
  const parent = resource.split('/').slice(0, -1).join('/')
  const texts = {
    target: segments.at(-1) ?? '',
    parents: segments.slice(0, -1).join(' '),
    title: records.map(({ title }) => title).join(' '),
    aliases: (vocabulary.resources[resource] ?? []).join(' '),
    situations: (vocabulary.operations[shortKey] ?? []).join(' '),
    body: siblings.flatMap((sibling) => sibling.records.map((record) => bodyWords(record))).join(' '),
    names: records
      .map(
        ({ tag, operationId, service, contentType }) =>
          `${tag} ${operationId ?? ''} ${service} ${mediaWords(contentType)}`,
      )
      .join(' '),
    parentAliases: (vocabulary.resources[parent] ?? []).join(' '),
  }
  return {
    method: first.method,
    path: first.path,
    kind,
    depth: segments.length,
    ...(records.every(({ deprecated }) => deprecated) ? { deprecated: true as const } : {}),
    records: records.map(({ id, service, contentType, title }) => ({
      id,
      service,
      ...(contentType === undefined ? {} : { contentType }),
      title: termsIn(`${title} ${mediaWords(contentType)}`),
    })),
    fields: distinct(Object.values(texts).map(termsIn)),
    operationIds: [
      ...new Set(
        records.flatMap((record) => [record.operationId ?? '', record.id, vendorType(record.contentType)]).map(squeeze),
      ),
    ].filter((id) => id !== ''),
  }
}

/**
 * A situation's words count only where the resource does not say them anyway: they are what tells one operation on a
 * thing from the others.
 */
function distinct(fields: number[][]): number[][] {
  const [target = [], , , aliases = []] = fields
  return fields.map((terms, field) =>
    FIELDS[field] === 'situations' ? terms.filter((term) => !target.includes(term) && !aliases.includes(term)) : terms,
  )
}

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** A media type that selects an action; not the plain ones. */
function vendorType(contentType = ''): string {
  return contentType.includes('vnd.') ? contentType : ''
}

function mediaWords(contentType = ''): string {
  return /vnd\.pingidentity\.(.+)\+json/.exec(contentType)?.[1]?.replaceAll('.', ' ') ?? ''
}

/** Names of query parameters and of the body's fields, and the values that a field can have. */
function bodyWords({ parameters, body, $defs }: CatalogRecord): string {
  const names = parameters.query.map(({ name }) => name)
  const seen = new Set<string>()
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, inner] of Object.entries(schema)) {
      if (key === 'properties') names.push(...Object.keys(inner as object))
      if (key === 'enum' || key === 'const') names.push(...[inner].flat().filter((value) => typeof value === 'string'))
      if (key === '$ref') {
        const name = String(inner).split('/').at(-1) ?? ''
        if (seen.has(name)) continue
        seen.add(name)
        walk($defs[name])
      } else walk(inner)
    }
  }
  walk(body)
  return names.join(' ')
}

/** Rare words tell more. Counted by resource, so that five operations on one thing count once. */
function idfOf(
  size: number,
  operations: readonly IndexedOperation[],
  byResource: ReadonlyMap<string, number[]>,
): number[] {
  const counts = new Float64Array(size)
  for (const owners of byResource.values()) {
    const seen = new Set(owners.flatMap((at) => operations[at]?.fields.slice(0, SPOKEN_FIELDS).flat() ?? []))
    for (const term of seen) counts[term] = (counts[term] ?? 0) + 1
  }
  return [...counts].map((count) => Math.round(Math.log(1 + byResource.size / (count + 2)) * 100) / 100)
}

const SYNONYM = 0.6

/** Who stands for whom: terms among themselves, and other words for terms. */
function wordRelations(
  groups: readonly (readonly string[])[],
  terms: ReadonlyMap<string, number>,
): Pick<SearchIndex, 'synonyms' | 'neighbours'> {
  const near = new Map<string, Map<number, number>>()
  const relate = (from: string, to: string, similarity: number) => {
    const term = terms.get(to)
    if (term === undefined || from === to) return
    const relations = near.get(from) ?? new Map<number, number>()
    near.set(from, relations.set(term, Math.max(similarity, relations.get(term) ?? 0)))
  }
  for (const group of groups) {
    const stems = new Set(group.flatMap((word) => stemsIn(word)))
    for (const from of stems) for (const to of stems) relate(from, to, SYNONYM)
  }
  const synonyms: SearchIndex['synonyms'] = {}
  const neighbours: SearchIndex['neighbours'] = {}
  for (const [from, relations] of near) {
    const term = terms.get(from)
    if (term === undefined) neighbours[from] = [...relations].flat()
    else synonyms[term] = [...relations].flat()
  }
  return { synonyms, neighbours }
}
