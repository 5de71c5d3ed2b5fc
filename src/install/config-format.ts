import { isDeepStrictEqual } from 'node:util'

/** What the server is called in every client. */
export const SERVER_NAME = 'pingone-mfa'

/** How a client starts the server. A file may hold more about it than we write. */
export interface ServerEntry {
  type?: 'stdio'
  command: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** A configuration file of one syntax. Texts are whole files; a byte order mark and line endings stay as they are. */
export interface ConfigFormat {
  /** What stands under our name, or why this is not a file that an entry can be put into. */
  read: (text: string) => { entry: Record<string, unknown> | undefined } | { problem: string }
  /**
   * The text with the entry in it, and all else as it was. Members of an entry that stands there already are kept
   * unless this one has them, too. Only for a text that `read` has no problem with; throws where it cannot be done.
   */
  write: (text: string, entry: ServerEntry) => string
  /** The entry by itself, as a file of its own. */
  snippet: (entry: Record<string, unknown>) => string
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `over` laid upon `under`, object by object: what a file says once an entry is in it. */
export function merged(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over
  const members = Object.entries(over).map(([key, value]) => [key, merged(under[key], value)] as const)
  return { ...under, ...Object.fromEntries(members) }
}

/** The last look before a file is replaced: nothing but the entry may be different. */
export function assertOnlyAdded(before: unknown, added: unknown, after: unknown): void {
  if (!isDeepStrictEqual(after, merged(before, added)))
    throw new Error('the edit would have changed more than one entry')
}
