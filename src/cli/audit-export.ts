import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { verifyAudit } from '../approval/audit.ts'
import type { ChainPoint } from '../approval/chain-walk.ts'
import { fingerprintOf, readSigningKey, signCheckpoint } from '../approval/checkpoint.ts'
import { entryLine, type HeadLine, headLine } from '../approval/checkpoint-lines.ts'
import type { Store } from '../store/store.ts'
import { keyFrom } from './checkpoint-keys.ts'
import type { Context } from './context.ts'
import { badInput, refused } from './failure.ts'
import { parseSince } from './times.ts'

interface ExportArgs {
  'after-seq': string | undefined
  since: string | undefined
  sign: string | undefined
}

/**
 * Each entry as it is chained, a line of JSON each; the last line has the chain's head, signed where a key is given. The
 * whole chain is walked, whatever part of it is printed: nothing is signed that does not hold.
 */
export async function auditExport(context: Context, args: ExportArgs): Promise<number> {
  const key = keyFrom(context, { flag: '--sign', path: args.sign, read: readSigningKey })
  const store = await (await context.openApp()).store()
  const after = await firstLeftOut(context, store, args)
  let place: ChainPoint | undefined
  const { head, entries, broken } = await verifyAudit(store, {
    async onEntry(entry) {
      if (entry.seq === after) place = { head: entry.hash, entries: entry.seq }
      if (entry.seq > after) await writeLine(context, entryLine(entry))
    },
  })
  const line: HeadLine = { head, entries, ...(place === undefined ? {} : { after: place }) }
  if (broken !== undefined) {
    context.print(headLine(line))
    context.say(`The chain does not hold: ${broken.problem}. "audit verify" tells.`)
    if (key !== undefined) throw refused('Nothing was signed.')
    return 0
  }
  context.print(headLine(key === undefined ? line : signedLine(context, line, key)))
  return 0
}

function signedLine(context: Context, line: HeadLine, key: KeyObject): HeadLine {
  const signed = signCheckpoint(key, line, context.now())
  context.say(`Signed. SHA-256 of the public key: ${fingerprintOf(signed.publicKey)}`)
  return { ...line, signed }
}

/** The last entry that is not printed; 0 where all are. */
async function firstLeftOut(context: Context, store: Store, args: ExportArgs): Promise<number> {
  const { 'after-seq': afterSeq, since } = args
  if (afterSeq !== undefined && since !== undefined) throw badInput('--after-seq and --since do not go together')
  if (afterSeq === undefined && since === undefined) return 0
  const last = (await store.auditPage({ offset: 0, limit: 1 })).rows[0]?.seq ?? 0
  if (since !== undefined) {
    const [first] = await store.auditEntries({ since: parseSince(since, context.now()), limit: 1 })
    return first === undefined ? last : first.seq - 1
  }
  const after = /^\d{1,15}$/.test(afterSeq ?? '') ? Number(afterSeq) : undefined
  if (after === undefined) throw badInput('--after-seq takes a number of entries')
  if (after > last) {
    throw refused(`The log has only ${last} entries: entry ${after} was cut off, or is one of another log.`)
  }
  return after
}

/** Waits for a reader that is slower than the store, so that a long log does not pile up in memory. */
async function writeLine({ output, stopped }: Context, text: string): Promise<void> {
  if (output.write(`${text}\n`) || stopped.aborted) return
  await once(output, 'drain', { signal: stopped }).catch((error: unknown) => {
    if (!stopped.aborted) throw error
  })
}
