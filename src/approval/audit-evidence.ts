import { createHash } from 'node:crypto'
import type { AuditEntry } from '../store/store.ts'
import type { VouchEvidence } from './approvers.ts'
import type { PasskeyEvidence } from './passkey-json.ts'

interface Enrolled {
  approver: string
  publicKey: string
}

/**
 * Verifies every passkey signature in the log again, against the key that the log itself says was enrolled at that
 * moment. It is given each entry, from the first one on, and answers what does not hold.
 */
export function createEvidenceCheck(): (entry: AuditEntry) => Promise<string | undefined> {
  const enrolled = new Map<string, Enrolled>()
  const used = new Set<string>()
  return async (entry) => {
    const data = JSON.parse(entry.data) as Record<string, unknown>
    const problem = await problemOf(entry, data, enrolled, used)
    follow(entry, data, enrolled)
    return problem === undefined ? undefined : `entry ${entry.seq} ${problem}`
  }
}

/** Who has which passkey after this entry. */
function follow({ kind }: AuditEntry, data: Record<string, unknown>, enrolled: Map<string, Enrolled>): void {
  const { name, credentialId, publicKey } = data as { name?: string; credentialId?: string; publicKey?: string }
  if (kind === 'approver.removed') {
    for (const [id, { approver }] of enrolled) if (approver === name) enrolled.delete(id)
  }
  if (credentialId === undefined || name === undefined) return
  if (kind === 'approver.credential_removed') enrolled.delete(credentialId)
  if (publicKey !== undefined) enrolled.set(credentialId, { approver: name, publicKey })
}

async function problemOf(
  { kind }: AuditEntry,
  data: Record<string, unknown>,
  enrolled: ReadonlyMap<string, Enrolled>,
  used: Set<string>,
): Promise<string | undefined> {
  const evidence = data['evidence'] as (PasskeyEvidence & Partial<VouchEvidence>) | undefined
  const isApproval = kind === 'approval.approved'
  if (evidence === undefined) {
    return isApproval && data['how'] === 'passkey' ? "lacks the passkey's signature" : undefined
  }
  const signer = enrolled.get(evidence.credentialId)
  const wanted = isApproval ? data['by'] : data['vouchedBy']
  if (signer === undefined || signer.approver !== wanted) return 'was signed by a passkey that was not enrolled'
  if (signer.publicKey !== evidence.publicKey) return 'carries another key than the one that was enrolled'
  const digest = isApproval ? data['digest'] : sha256(evidence.subject ?? '')
  if (evidence.digest !== digest) return 'carries a signature for something else'
  // One signature decides once.
  if (used.has(evidence.nonce)) return 'carries a signature that was used before'
  used.add(evidence.nonce)
  const { checkEvidence } = await import('./passkey.ts')
  const checked = await checkEvidence(evidence)
  return checked.ok ? undefined : `carries a signature that does not hold: ${checked.why}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
