import { CHAIN_START, hashEntry } from '../store/audit-chain.ts'
import type { AuditEntry } from '../store/store.ts'

/** A place in the chain: the hash of its last entry so far, and how many there are up to there. */
export interface ChainPoint {
  head: string
  entries: number
}

/** A head that somebody noted; where its place is known, it has to be there. */
export type KnownHead = Pick<ChainPoint, 'head'> & Partial<ChainPoint>

export interface ChainWalk {
  readonly point: ChainPoint
  /** Goes on to this entry. Answers what is wrong with it; undefined where it follows. */
  next(entry: AuditEntry): string | undefined
  /** Which of the known heads was not met; undefined where all were. */
  missingHead(): string | undefined
  /** Whether at least one known head was met: everything before it is what it was then. */
  isAnchored(): boolean
}

/** Follows a chain entry by entry, from its beginning or from anywhere else. */
export function createChainWalk(
  known: readonly KnownHead[] = [],
  start: ChainPoint = { head: CHAIN_START, entries: 0 },
): ChainWalk {
  let point = start
  const unmet = new Set(known)
  const look = () => {
    for (const wanted of unmet) {
      if (wanted.head === point.head && (wanted.entries ?? point.entries) === point.entries) unmet.delete(wanted)
    }
  }
  look()
  return {
    get point() {
      return point
    },
    next(entry) {
      const problem = faultOf(entry, point)
      if (problem !== undefined) return problem
      point = { head: entry.hash, entries: entry.seq }
      look()
      return undefined
    },
    missingHead() {
      const [wanted] = unmet
      if (wanted === undefined) return undefined
      if (wanted.entries === undefined) return 'the head that was noted earlier is not in this chain'
      if (wanted.entries < start.entries)
        return `this begins after entry ${wanted.entries}, of which a checkpoint tells`
      return wanted.entries > point.entries
        ? `the chain ends before entry ${wanted.entries}, of which a checkpoint tells: it was cut`
        : `entry ${wanted.entries} is not the one of which a checkpoint tells`
    },
    isAnchored: () => unmet.size < known.length,
  }
}

function faultOf(entry: AuditEntry, { head, entries }: ChainPoint): string | undefined {
  const seq = entries + 1
  if (entry.seq !== seq) return `entry ${seq} is missing`
  if (entry.prev !== head) return `entry ${seq} does not follow the one before it`
  return hashEntry(entry) === entry.hash ? undefined : `entry ${seq} was changed`
}
