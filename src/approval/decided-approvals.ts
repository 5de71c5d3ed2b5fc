import type { ApprovalRow, AuditEntry, Store } from '../store/store.ts'

/** What the audit log has to tell of an approval. */
type DecidedApproval = Pick<ApprovalRow, 'id' | 'state' | 'digest' | 'startedAt'> & {
  how: NonNullable<ApprovalRow['decision']>['how'] | undefined
}

const PAGE = 500

/** Every approval that is kept. Those that wait come first, so that none is missed that is decided meanwhile. */
export async function decidedApprovals(store: Store): Promise<DecidedApproval[]> {
  const found = new Map<string, DecidedApproval>()
  for (const which of ['pending', 'history'] as const) {
    for (let offset = 0; ; offset += PAGE) {
      const { rows } = await store.approvalPage({ which, offset, limit: PAGE })
      for (const row of rows) found.set(row.id, factsOf(row))
      if (rows.length < PAGE) break
    }
  }
  return [...found.values()]
}

function factsOf({ id, state, digest, startedAt, decision }: ApprovalRow): DecidedApproval {
  return { id, state, digest, how: decision?.how, ...(startedAt === undefined ? {} : { startedAt }) }
}

/** The kinds of entry that an approval must have, with the plan that the first of each is about. */
const KINDS = new Set([
  'approval.requested',
  'approval.not_needed',
  'approval.approved',
  'approval.denied',
  'approval.cancelled',
  'execution.started',
])

interface EntryRecord {
  note(entry: AuditEntry): void
  /** The first approval that lacks an entry, as a sentence. */
  missingEntry(approvals: readonly DecidedApproval[]): string | undefined
}

/** What the log tells of each approval, kept small. */
export function createRecord(): EntryRecord {
  const digests = new Map<string, Map<string, unknown>>()
  return {
    note({ kind, approvalId, data }) {
      if (approvalId === undefined || !KINDS.has(kind)) return
      const known = digests.get(approvalId) ?? new Map<string, unknown>()
      if (!known.has(kind)) known.set(kind, (JSON.parse(data) as Record<string, unknown>)['digest'])
      digests.set(approvalId, known)
    },
    missingEntry(approvals) {
      for (const approval of approvals) {
        const problem = missingFor(approval, digests.get(approval.id) ?? new Map())
        if (problem !== undefined) return `approval ${approval.id} ${problem}`
      }
      return undefined
    },
  }
}

function missingFor(approval: DecidedApproval, entries: ReadonlyMap<string, unknown>): string | undefined {
  const withoutAsking = approval.how === 'policy' || approval.how === 'cover'
  const asked = withoutAsking ? 'approval.not_needed' : 'approval.requested'
  if (!entries.has(asked)) return 'has no entry that it was asked for'
  if (entries.get(asked) !== approval.digest) return 'is about another plan than the one that was asked for'
  if (approval.how !== undefined && !withoutAsking) return missingDecision(approval, entries)
  const ran = approval.startedAt !== undefined
  if (ran && approval.how === undefined) return 'was carried out without a decision'
  return ran && !entries.has('execution.started') ? 'has no entry that it was started' : undefined
}

function missingDecision(
  { state, digest, startedAt }: DecidedApproval,
  entries: ReadonlyMap<string, unknown>,
): string | undefined {
  if (state === 'denied') return entries.has('approval.denied') ? undefined : 'has no entry that it was denied'
  if (state === 'cancelled' && !entries.has('approval.cancelled')) return 'has no entry that it was taken back'
  if (!entries.has('approval.approved')) return 'has no entry that it was approved'
  if (entries.get('approval.approved') !== digest) return 'was approved for another plan'
  return startedAt !== undefined && !entries.has('execution.started') ? 'has no entry that it was started' : undefined
}
