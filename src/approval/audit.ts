import { CHAIN_START, hashEntry } from '../store/audit-chain.ts'
import type { ApprovalRow, AuditEntry, Store } from '../store/store.ts'
import { brokenEvidence } from './audit-evidence.ts'

export interface Verification {
  entries: number
  head: string
  /** The first thing that is wrong; absent where the log holds. */
  broken?: { seq: number; problem: string }
}

/**
 * Walks the hash chain from its start, verifies the passkey signatures in it again, then checks that every decided
 * approval has the entries that it must have. With `knownHead`, a head that was noted earlier has to be in the chain: without one, a cut tail or a whole rewrite cannot
 * be seen.
 */
export async function verifyAudit(store: Store, knownHead?: string): Promise<Verification> {
  const entries = await store.auditEntries()
  const head = entries.at(-1)?.hash ?? CHAIN_START
  const result = { entries: entries.length, head }
  const broken =
    brokenLink(entries) ??
    missingHead(entries, knownHead) ??
    (await brokenEvidence(entries)) ??
    missingEntry(entries, await store.approvals({ limit: 1_000_000 }))
  return broken === undefined ? result : { ...result, broken }
}

type Broken = NonNullable<Verification['broken']>

function brokenLink(entries: readonly AuditEntry[]): Broken | undefined {
  let prev = CHAIN_START
  let seq = 0
  for (const entry of entries) {
    seq += 1
    if (entry.seq !== seq) return { seq, problem: `entry ${seq} is missing` }
    if (entry.prev !== prev) return { seq, problem: `entry ${seq} does not follow the one before it` }
    if (hashEntry(entry) !== entry.hash) return { seq, problem: `entry ${seq} was changed` }
    prev = entry.hash
  }
  return undefined
}

function missingHead(entries: readonly AuditEntry[], knownHead: string | undefined): Broken | undefined {
  if (knownHead === undefined || knownHead === CHAIN_START) return undefined
  if (entries.some((entry) => entry.hash === knownHead.trim().toLowerCase())) return undefined
  return { seq: entries.length, problem: 'the head that was noted earlier is not in this chain' }
}

function missingEntry(entries: readonly AuditEntry[], approvals: readonly ApprovalRow[]): Broken | undefined {
  const byApproval = new Map<string, AuditEntry[]>()
  for (const entry of entries) {
    if (entry.approvalId === undefined) continue
    const before = byApproval.get(entry.approvalId)
    if (before === undefined) byApproval.set(entry.approvalId, [entry])
    else before.push(entry)
  }
  for (const row of approvals) {
    const problem = missingFor(row, byApproval.get(row.id) ?? [])
    if (problem !== undefined) return { seq: entries.length, problem: `approval ${row.id} ${problem}` }
  }
  return undefined
}

function missingFor(row: ApprovalRow, entries: readonly AuditEntry[]): string | undefined {
  const find = (kind: string) => entries.find((entry) => entry.kind === kind)
  const withoutAsking = row.decision?.how === 'policy' || row.decision?.how === 'cover'
  const asked = find(withoutAsking ? 'approval.not_needed' : 'approval.requested')
  if (asked === undefined) return 'has no entry that it was asked for'
  if (dataOf(asked)['digest'] !== row.digest) return 'is about another plan than the one that was asked for'
  if (row.decision !== undefined && !withoutAsking) return missingDecision(row, find)
  const ran = row.startedAt !== undefined
  if (ran && row.decision === undefined) return 'was carried out without a decision'
  return ran && find('execution.started') === undefined ? 'has no entry that it was started' : undefined
}

function missingDecision(row: ApprovalRow, find: (kind: string) => AuditEntry | undefined): string | undefined {
  const approved = find('approval.approved')
  if (row.state === 'denied')
    return find('approval.denied') === undefined ? 'has no entry that it was denied' : undefined
  if (row.state === 'cancelled' && find('approval.cancelled') === undefined)
    return 'has no entry that it was taken back'
  if (approved === undefined) return 'has no entry that it was approved'
  if (dataOf(approved)['digest'] !== row.digest) return 'was approved for another plan'
  if (row.startedAt !== undefined && find('execution.started') === undefined) return 'has no entry that it was started'
  return undefined
}

function dataOf(entry: AuditEntry): Record<string, unknown> {
  return JSON.parse(entry.data) as Record<string, unknown>
}
