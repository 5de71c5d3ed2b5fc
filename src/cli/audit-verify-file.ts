import type { KeyObject } from 'node:crypto'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { KnownHead } from '../approval/chain-walk.ts'
import { verifyExport } from '../approval/checkpoint-file.ts'
import { plainText } from '../lib/text.ts'
import { sayUnknownSigner } from './audit-verify.ts'
import type { Context } from './context.ts'
import { badInput } from './failure.ts'

interface FileArgs {
  /** `-` is stdin. */
  file: string
  known: readonly KnownHead[]
  publicKey: KeyObject | undefined
}

/** Verifies exports without the store: no connection, no database, no home folder. */
export async function verifyFile(context: Context, { file, known, publicKey }: FileArgs): Promise<number> {
  const { end, after, signed, broken } = await verifyExport(await linesOf(context, file), { known, publicKey })
  context.print(`entries ${end.entries}`)
  context.print(`head ${end.head}`)
  if (broken !== undefined) {
    context.say(`BROKEN at line ${broken.line}: ${plainText(broken.problem)}.`)
    return 1
  }
  context.say(after === 0 ? 'The export holds.' : `The export holds, from entry ${after + 1} on.`)
  if (after > 0) context.say('Passkey signatures were not checked: that needs the log from its beginning.')
  if (signed === undefined) context.say('Its head is not signed: whoever could write the file could have rewritten it.')
  else if (publicKey === undefined) sayUnknownSigner(context, signed.publicKey)
  return 0
}

async function linesOf(context: Context, file: string): Promise<AsyncIterable<string>> {
  if (file === '-') return createInterface({ input: context.input, crlfDelay: Number.POSITIVE_INFINITY })
  const handle = await open(file).catch(() => {
    throw badInput('--file: the file cannot be read')
  })
  return handle.readLines()
}
