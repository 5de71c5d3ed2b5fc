import type { OpenIndex } from './open-index.ts'
import type { ReadQuery } from './read-query.ts'

/** What was typed in letter by letter: a path, an id, an operationId. */
export interface TypedIn {
  /** `[the whole path, the end of the path, a part of the path, an id or operationId, one segment]` */
  of(operation: number): readonly [number, number, number, number, number]
}

const NOTHING = [0, 0, 0, 0, 0] as const

export function typedIn({ path, squeezed, text }: ReadQuery, { data, typed }: OpenIndex): TypedIn {
  const wanted = path?.toLowerCase()
  const segments = new Set(text.match(/[A-Za-z0-9:]+/g)?.map((word) => word.toLowerCase()))
  const hasCamelCase = /[a-z][A-Z]/.test(text)
  if (wanted === undefined && squeezed.length < 5 && !hasCamelCase) return { of: () => NOTHING }
  const answers = data.operations.map(({ operationIds }, operation) => {
    const { path: full, last } = typed[operation] as OpenIndex['typed'][number]
    return [
      wanted !== undefined && (wanted === full || `/environments/{}${wanted}` === full) ? 1 : 0,
      wanted !== undefined && full.endsWith(wanted) ? 1 : 0,
      wanted !== undefined && full.includes(wanted) ? 1 : 0,
      operationIds.includes(squeezed) ? 1 : 0,
      hasCamelCase && segments.has(last) ? 1 : 0,
    ] as const
  })
  return { of: (operation) => answers[operation] ?? NOTHING }
}
