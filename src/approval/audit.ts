import type { AuditEntry, Store } from '../store/store.ts'
import { createEvidenceCheck } from './audit-evidence.ts'
import { createChainWalk, type ChainPoint, type KnownHead } from './chain-walk.ts'
import { createRecord, decidedApprovals } from './decided-approvals.ts'

export interface Verification extends ChainPoint {
  /** The first thing that is wrong; absent where the log holds. */
  broken?: { seq: number; problem: string }
}

interface VerifyOptions {
  /** Heads that were noted earlier: without one, a cut tail or a whole rewrite cannot be seen. */
  known?: readonly KnownHead[]
  /** Gets each entry, oldest first, whether or not it follows. */
  onEntry?(entry: AuditEntry): Promise<void> | void
}

const PAGE = 500

/**
 * Walks the hash chain from its start, verifies the passkey signatures in it again, then checks that every decided
 * approval that is still kept has the entries that it must have.
 */
export async function verifyAudit(store: Store, { known = [], onEntry }: VerifyOptions = {}): Promise<Verification> {
  // Before the entries: what is decided meanwhile would look as if its entries were missing.
  const decided = await decidedApprovals(store)
  const walk = createChainWalk(known)
  const evidence = createEvidenceCheck()
  const record = createRecord()
  let last: ChainPoint = walk.point
  let brokenLink: Verification['broken']
  let brokenEvidence: Verification['broken']
  for await (const entry of entriesOf(store)) {
    last = { head: entry.hash, entries: last.entries + 1 }
    if (brokenLink === undefined) {
      const problem = walk.next(entry)
      if (problem !== undefined) brokenLink = { seq: last.entries, problem }
      else {
        record.note(entry)
        brokenEvidence ??= at(entry.seq, await evidence(entry))
      }
    }
    await onEntry?.(entry)
  }
  const broken =
    brokenLink ??
    at(last.entries, walk.missingHead()) ??
    brokenEvidence ??
    at(last.entries, record.missingEntry(decided))
  return broken === undefined ? last : { ...last, broken }
}

function at(seq: number, problem: string | undefined): Verification['broken'] {
  return problem === undefined ? undefined : { seq, problem }
}

/** Page by page, so that a long log does not have to fit into memory. */
async function* entriesOf(store: Store): AsyncGenerator<AuditEntry> {
  let afterSeq = 0
  for (;;) {
    const page = await store.auditEntries({ afterSeq, limit: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    afterSeq = last.seq
  }
}
