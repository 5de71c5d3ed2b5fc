import type { Kind } from '../../src/catalog/search/index-format.ts'
import type { CatalogRecord } from './catalog-records.ts'

/** All records of one method and path, with what the path says. */
export interface Operation {
  key: string
  /** `POST users/{}/password`, as in the vocabulary. */
  shortKey: string
  /** `users/password`: the path below the environment, without parameters. */
  resource: string
  segments: string[]
  kind: Kind
  records: CatalogRecord[]
}

/** One operation for each method and path, in the order of the catalogue. */
export function operationsOf(records: readonly CatalogRecord[]): Operation[] {
  const byKey = new Map<string, CatalogRecord[]>()
  for (const record of records) {
    const key = `${record.method} ${record.path}`
    byKey.set(key, [...(byKey.get(key) ?? []), record])
  }
  const paths = new Set(records.map(({ path }) => withoutNames(path)))
  return [...byKey].map(([key, found]) => {
    const sorted = found.toSorted((a, b) => rank(a) - rank(b))
    const [first] = sorted as [CatalogRecord]
    const short = shortPath(first.path)
    return {
      key,
      shortKey: `${first.method} ${short}`,
      resource: short.replaceAll('/{}', ''),
      segments: short.split('/').filter((segment) => segment !== '' && segment !== '{}'),
      kind: kindOf(first, paths),
      records: sorted,
    }
  })
}

/** A copy of another service's operation comes last; the plain media type comes first. */
function rank(record: CatalogRecord): number {
  const isCopy = 'sameAs' in record
  return (isCopy ? 2 : 0) + (record.contentType === undefined || record.contentType === 'application/json' ? 0 : 1)
}

function withoutNames(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}')
}

/** Below the environment; `environments/{}` for the environment itself; with a slash in front outside of it. */
function shortPath(path: string): string {
  const plain = withoutNames(path)
  const below = /^\/environments\/\{\}\/(.+)$/.exec(plain)?.[1]
  if (below !== undefined) return below
  return plain === '/roles' || plain.startsWith('/roles/') ? plain : plain.slice(1)
}

function kindOf({ method, path, title }: CatalogRecord, paths: ReadonlySet<string>): Kind {
  const isItem = path.endsWith('}')
  switch (method) {
    case 'GET':
      if (isItem) return 'read'
      return paths.has(`${withoutNames(path)}/{}`) || title.startsWith('List') ? 'list' : 'single'
    case 'POST':
      return isItem || !(paths.has(`${withoutNames(path)}/{}`) || title.startsWith('Create')) ? 'action' : 'create'
    case 'PUT':
      return 'replace'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return isItem ? 'delete' : 'reset'
  }
}
