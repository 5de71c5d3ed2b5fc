import type { KeyObject } from 'node:crypto'
import type { SignedCheckpoint } from '../approval/checkpoint.ts'
import type { Context } from './context.ts'
import { badInput } from './failure.ts'

type ReadKey = (pem: string) => { key: KeyObject } | { problem: string }

/** The key in the file that a flag names; undefined where the flag is not given. */
export function keyFrom(
  context: Context,
  { flag, path, read }: { flag: string; path: string | undefined; read: ReadKey },
): KeyObject | undefined {
  if (path === undefined) return undefined
  const result = read(fileText(context, flag, path))
  if ('problem' in result) throw badInput(`${flag}: the file ${result.problem}`)
  return result.key
}

export function fileText({ ports }: Context, flag: string, path: string): string {
  try {
    const text = ports.readTextFile(path)
    if (text !== undefined) return text
  } catch {
    throw badInput(`${flag}: the file cannot be read`)
  }
  throw badInput(`${flag}: there is no such file`)
}

/** The signed checkpoint that is the last line of the text. */
export async function checkpointIn(text: string): Promise<SignedCheckpoint | undefined> {
  const { parseExportLine } = await import('../approval/checkpoint-lines.ts')
  const last = text
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.replace(/\r$/, '')
  const parsed = last === undefined ? undefined : parseExportLine(last)
  if (parsed?.kind !== 'head' || parsed.line.signed === undefined) return undefined
  const { head, entries, signed } = parsed.line
  const isAboutThisHead = signed.checkpoint.head === head && signed.checkpoint.entries === entries
  return isAboutThisHead ? signed : undefined
}
