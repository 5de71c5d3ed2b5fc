import { isoTime } from '../lib/clock.ts'
import { plainText } from '../lib/text.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { AuditEntry } from '../store/store.ts'
import type { Context } from './context.ts'
import { clockTime, parseSince } from './times.ts'

interface ListArgs {
  json: boolean
  since: string | undefined
}

export async function auditList(context: Context, { json, since }: ListArgs): Promise<number> {
  const from = since === undefined ? undefined : parseSince(since, context.now())
  const store = await (await context.openApp()).store()
  const entries = await store.auditEntries(from === undefined ? {} : { since: from })
  if (json) {
    const rows = entries.map(({ seq, at, kind, approvalId, data }) => ({
      seq,
      at: isoTime(at),
      kind,
      ...(approvalId === undefined ? {} : { approvalId }),
      data: JSON.parse(data) as unknown,
    }))
    context.print(visibleJson(rows, { indent: 2 }))
    return 0
  }
  for (const entry of entries) context.print(entryLine(entry))
  if (entries.length === 0) context.say('The audit log has no entries for this time.')
  return 0
}

// For machines: hashes, and ids of what a summary names already.
const LEFT_OUT = new Set([
  'digest',
  'evidence',
  'publicKey',
  'credentialId',
  'user',
  'caller',
  'effects',
  'environment',
  'email',
])

/** `2026-11-24T12:00:00Z  approval.approved  7k2…  by "Olga" how passphrase`. */
function entryLine({ at, kind, approvalId, data }: AuditEntry): string {
  const facts = Object.entries(JSON.parse(data) as Record<string, unknown>)
    .filter(([key, value]) => !LEFT_OUT.has(key) && value !== null && value !== undefined)
    .map(([key, value]) => `${plainText(key, 40)} ${factText(value)}`)
  return [
    clockTime(at),
    plainText(kind, 60),
    ...(approvalId === undefined ? [] : [plainText(approvalId, 40)]),
    facts.join(', '),
  ]
    .filter((part) => part !== '')
    .join('  ')
}

function factText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const shown = plainText(text, 200)
  return /^[\w.:@+-]+$/.test(shown) ? shown : `"${shown}"`
}
