import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { AuditEntry } from '../store/store.ts'
import type { ChainPoint } from './chain-walk.ts'
import type { SignedCheckpoint } from './checkpoint.ts'

/**
 * The audit log as lines of JSON, for keeping elsewhere: an entry a line, and at the end a line with the head. A line is
 * always written in the same way, so that an export can be verified down to its bytes.
 */

/** The last line of an export. */
export interface HeadLine extends ChainPoint {
  /** Where the export begins, if it is not the beginning of the chain. */
  after?: ChainPoint
  signed?: SignedCheckpoint
}

export type ExportLine = { kind: 'entry'; entry: AuditEntry } | { kind: 'head'; line: HeadLine }

export function entryLine({ seq, at, kind, approvalId, data, prev, hash }: AuditEntry): string {
  return visibleJson({ seq, at, kind, approvalId, data, prev, hash })
}

export function headLine({ head, entries, after, signed }: HeadLine): string {
  const place = after === undefined ? undefined : { head: after.head, entries: after.entries }
  if (signed === undefined) return visibleJson({ head, entries, after: place })
  const { checkpoint, publicKey, signature } = signed
  const { version, at } = checkpoint
  const statement = { version, head: checkpoint.head, entries: checkpoint.entries, at }
  return visibleJson({ head, entries, after: place, checkpoint: statement, publicKey, signature })
}

const schemas = lazy(() => {
  const hash = z.string().regex(/^[0-9a-f]{64}$/)
  const point = { head: hash, entries: z.int().min(0) }
  const entry = z.strictObject({
    seq: z.int().min(1),
    at: z.int(),
    kind: z.string(),
    approvalId: z.string().optional(),
    data: z.string(),
    prev: hash,
    hash,
  })
  const head = z.strictObject({ ...point, after: z.strictObject(point).optional() })
  const signedHead = head.extend({
    checkpoint: z.strictObject({ version: z.literal(1), ...point, at: z.iso.datetime({ precision: 3 }) }),
    publicKey: z.base64(),
    signature: z.base64(),
  })
  return { entry, head, signedHead }
})

/** Undefined where it is not exactly what an export writes. */
export function parseExportLine(text: string): ExportLine | undefined {
  const parsed = parseLine(text)
  if (parsed === undefined) return undefined
  const written = parsed.kind === 'entry' ? entryLine(parsed.entry) : headLine(parsed.line)
  return written === text ? parsed : undefined
}

function parseLine(text: string): ExportLine | undefined {
  const json = jsonOf(text)
  const { entry, head, signedHead } = schemas()
  const asEntry = entry.safeParse(json)
  if (asEntry.success) {
    const { approvalId, ...rest } = asEntry.data
    return { kind: 'entry', entry: { ...rest, approvalId } }
  }
  const asHead = head.safeParse(json)
  if (asHead.success) return { kind: 'head', line: placed(asHead.data) }
  const asSigned = signedHead.safeParse(json)
  if (!asSigned.success) return undefined
  const { checkpoint, publicKey, signature, ...rest } = asSigned.data
  return { kind: 'head', line: { ...placed(rest), signed: { checkpoint, publicKey, signature } } }
}

function placed({ after, ...point }: ChainPoint & { after?: ChainPoint | undefined }): HeadLine {
  return after === undefined ? point : { ...point, after }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
