import type { KeyObject } from 'node:crypto'
import { verifyAudit } from '../approval/audit.ts'
import type { KnownHead } from '../approval/chain-walk.ts'
import { checkpointProblem, fingerprintOf, readPublicKey, type SignedCheckpoint } from '../approval/checkpoint.ts'
import { plainText } from '../lib/text.ts'
import { checkpointIn, fileText, keyFrom } from './checkpoint-keys.ts'
import type { Context } from './context.ts'
import { badInput, refused } from './failure.ts'

interface VerifyArgs {
  head: string | undefined
  checkpoint: string | undefined
  file: string | undefined
  'public-key': string | undefined
}

export async function auditVerify(context: Context, args: VerifyArgs): Promise<number> {
  const { head, checkpoint, file, 'public-key': keyPath } = args
  if (keyPath !== undefined && checkpoint === undefined && file === undefined) {
    throw badInput('--public-key goes with --checkpoint or --file')
  }
  const publicKey = keyFrom(context, { flag: '--public-key', path: keyPath, read: readPublicKey })
  const earlier = checkpoint === undefined ? undefined : await trusted(context, checkpoint, publicKey)
  const known: KnownHead[] = [
    ...(head === undefined ? [] : [{ head: head.trim().toLowerCase() }]),
    ...(earlier === undefined ? [] : [{ head: earlier.checkpoint.head, entries: earlier.checkpoint.entries }]),
  ]
  const code =
    file === undefined
      ? await verifyStore(context, known)
      : await (await import('./audit-verify-file.ts')).verifyFile(context, { file, known, publicKey })
  if (code === 0 && earlier !== undefined) sayChecked(context, earlier, publicKey)
  return code
}

async function verifyStore(context: Context, known: readonly KnownHead[]): Promise<number> {
  const store = await (await context.openApp()).store()
  const { entries, head, broken } = await verifyAudit(store, { known })
  context.print(`entries ${entries}`)
  context.print(`head ${head}`)
  if (broken !== undefined) {
    context.say(`BROKEN at entry ${broken.seq}: ${plainText(broken.problem)}.`)
    return 1
  }
  context.say(
    known.length === 0
      ? 'The audit log holds. Note the head elsewhere: "audit verify --head" then shows whether the log was cut or rewritten.'
      : 'The audit log holds, and the head that was noted is in it.',
  )
  return 0
}

/** A checkpoint counts only with a signature that holds. */
async function trusted(context: Context, path: string, publicKey: KeyObject | undefined): Promise<SignedCheckpoint> {
  const signed = await checkpointIn(fileText(context, '--checkpoint', path))
  if (signed === undefined) throw refused('--checkpoint: the last line of the file is no signed checkpoint.')
  const problem = checkpointProblem(signed, publicKey)
  if (problem !== undefined) throw refused(`--checkpoint: ${problem}.`)
  return signed
}

function sayChecked(context: Context, { checkpoint, publicKey }: SignedCheckpoint, key: KeyObject | undefined): void {
  context.say(`The checkpoint of ${checkpoint.at}, entry ${checkpoint.entries}, holds.`)
  if (key === undefined) sayUnknownSigner(context, publicKey)
}

/** Whoever can rewrite a file can sign it anew, with a key of their own. */
export function sayUnknownSigner(context: Context, publicKey: string): void {
  context.say(`Signed by the key with SHA-256 ${fingerprintOf(publicKey)}. Is it yours? --public-key checks that.`)
}
