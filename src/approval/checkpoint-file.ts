import type { KeyObject } from 'node:crypto'
import { CHAIN_START } from '../store/audit-chain.ts'
import type { AuditEntry } from '../store/store.ts'
import { createEvidenceCheck } from './audit-evidence.ts'
import { type ChainPoint, type ChainWalk, createChainWalk, type KnownHead } from './chain-walk.ts'
import { checkpointProblem, type SignedCheckpoint } from './checkpoint.ts'
import { type ExportLine, type HeadLine, parseExportLine } from './checkpoint-lines.ts'

export interface ExportCheck {
  /** How far it reaches. */
  end: ChainPoint
  /** After which entry it begins; 0 is the beginning of the chain. */
  after: number
  /** The signed checkpoint at its end. */
  signed?: SignedCheckpoint
  /** The first line that is wrong, counted from 1, or the last one for what is wrong with all of it. */
  broken?: { line: number; problem: string }
}

interface ExportTrust {
  known: readonly KnownHead[]
  /** The key that every signed line must be signed with, the last one among them. */
  publicKey: KeyObject | undefined
}

/**
 * Verifies an export, or several that follow each other, without the store: the chain of its lines, the passkey
 * signatures in them, and its checkpoints. One that begins in the middle of the chain has to be tied to something that
 * its reader knows: a head that was noted, an earlier checkpoint, or the key of its own.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  { known, publicKey }: ExportTrust,
): Promise<ExportCheck> {
  let walk: ChainWalk | undefined
  let check: Reader | undefined
  let number = 0
  let after = 0
  let closing: HeadLine | undefined
  const answer = (problem?: string): ExportCheck => ({
    end: walk?.point ?? { head: CHAIN_START, entries: 0 },
    after,
    ...(closing?.signed === undefined ? {} : { signed: closing.signed }),
    ...(problem === undefined ? {} : { broken: { line: number, problem } }),
  })

  for await (const text of lines) {
    if (text.trim() === '') continue
    number += 1
    const parsed = parseExportLine(text.replace(/\r$/, ''))
    if (parsed === undefined) return answer('the line is not as it was exported')
    if (walk === undefined) {
      const start = startOf(parsed)
      after = start.entries
      walk = createChainWalk(known, start)
      check = createReader(walk, publicKey)
    }
    closing = parsed.kind === 'head' ? parsed.line : undefined
    const problem = await check?.(parsed)
    if (problem !== undefined) return answer(problem)
  }

  if (walk === undefined) return answer('the export is empty')
  if (closing === undefined) return answer('the last line, with the head, is missing: the export was cut')
  const isSigned = closing.signed !== undefined && publicKey !== undefined
  if (publicKey !== undefined && !isSigned) return answer('the last line has no signed checkpoint')
  const missing = walk.missingHead()
  if (missing !== undefined) return answer(missing)
  if (after > 0 && !isSigned && !walk.isAnchored()) {
    return answer(`the export begins after entry ${after}, and nothing says what was before it`)
  }
  return answer()
}

/** The place before the first line. */
function startOf(first: ExportLine): ChainPoint {
  if (first.kind === 'entry') return { head: first.entry.prev, entries: first.entry.seq - 1 }
  return first.line.after ?? { head: CHAIN_START, entries: 0 }
}

type Reader = (parsed: ExportLine) => Promise<string | undefined>

function createReader(walk: ChainWalk, publicKey: KeyObject | undefined): Reader {
  // Who had which passkey is told by entries before the middle.
  const evidence = walk.point.entries === 0 ? createEvidenceCheck() : undefined
  let begun = walk.point
  const readEntry = async (entry: AuditEntry) => walk.next(entry) ?? (await evidence?.(entry))
  return async (parsed) => {
    if (parsed.kind === 'entry') return readEntry(parsed.entry)
    const problem = headProblem(parsed.line, walk.point, begun) ?? signatureProblem(parsed.line, publicKey)
    begun = walk.point
    return problem
  }
}

function headProblem(
  { head, entries, after, signed }: HeadLine,
  point: ChainPoint,
  begun: ChainPoint,
): string | undefined {
  const isHere = (place: ChainPoint, there: ChainPoint) => place.head === there.head && place.entries === there.entries
  if (!isHere({ head, entries }, point)) return 'the head is not that of the entries before it'
  if (!isHere(after ?? { head: CHAIN_START, entries: 0 }, begun)) return 'the export does not begin where it says'
  if (signed !== undefined && !isHere(signed.checkpoint, point)) return 'the checkpoint is about another head'
  return undefined
}

function signatureProblem({ signed }: HeadLine, publicKey: KeyObject | undefined): string | undefined {
  return signed === undefined ? undefined : checkpointProblem(signed, publicKey)
}
