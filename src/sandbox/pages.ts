import type { Call, Reply } from './call.ts'
import { list } from './hal.ts'
import { invalidData } from './problems.ts'
import type { World } from './world.ts'

interface Item {
  sequence: number
}

const LARGEST_LIMIT = 1000

function limitOf(world: World, call: Call): number {
  const text = call.query.get('limit')
  if (text === null) return Math.min(world.knobs.defaultPageSize, world.knobs.maxPageSize)
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > LARGEST_LIMIT) {
    throw invalidData('OUT_OF_RANGE', 'limit', 'limit is out of range', {
      rangeMinimumValue: 1,
      rangeMaximumValue: LARGEST_LIMIT,
    })
  }
  return Math.min(limit, world.knobs.maxPageSize)
}

function encodeCursor(after: number): string {
  return Buffer.from(JSON.stringify({ after })).toString('base64url')
}

function decodeCursor(text: string): number {
  const [, after] = /^\{"after":(\d{1,9})\}$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (after === undefined) throw invalidData('INVALID_PARAMETER', 'cursor', 'cursor is not one of ours')
  return Number(after)
}

/** One page of `all`. `next` repeats the query and adds the cursor; it is there only while there is more. */
export function page<T extends Item>(
  world: World,
  call: Call,
  name: string,
  all: readonly T[],
  view: (item: T) => unknown,
): Reply {
  const limit = limitOf(world, call)
  const cursor = call.query.get('cursor')
  const after = cursor === null ? 0 : decodeCursor(cursor)
  const overlap = call.overlapsPage && cursor !== null ? all.findLast((item) => item.sequence <= after) : undefined
  const rest = all.filter((item) => item.sequence > after)
  const items = (overlap === undefined ? rest : [overlap, ...rest]).slice(0, limit)
  const last = items.at(-1)
  const hasMore = last !== undefined && rest.some((item) => item.sequence > last.sequence)
  let next: string | undefined
  if (hasMore) {
    const query = new URLSearchParams(call.query)
    query.set('cursor', encodeCursor(last.sequence))
    next = `${call.origin}${call.path}?${query.toString()}`
  }
  return list(world, call, name, items.map(view), { total: all.length, next })
}
