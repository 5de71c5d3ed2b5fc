import type { Context } from './context.ts'

/** One flag: its line in `--help`, how it is parsed, and what it is when it is not given. */
export interface Flag {
  /** What the value is called in `--help`; a flag without one is a switch. */
  readonly value?: string
  readonly help: string
  readonly default?: string
  readonly required?: true
}

type FlagValue<F extends Flag> = F extends { value: string }
  ? F extends { default: string } | { required: true }
    ? string
    : string | undefined
  : boolean

/** What a command gets: its positional words and its flags, by name. */
type Args<Word extends string, Flags> = { [W in Word]: string } & {
  [F in keyof Flags]: Flags[F] extends Flag ? FlagValue<Flags[F]> : never
}

type Run<A> = (context: Context, args: A) => Promise<number>

interface CommandSpec<Word extends string, Flags> {
  name: string
  summary: string
  /** Positional words, all of them required. */
  words?: readonly Word[]
  /** The last word takes all that is left of them, with blanks between; there need not be any. */
  isOpenEnded?: true
  flags: Flags
  /** It ends by itself, and well, when the program is asked to end. */
  untilStopped?: true
  /** Imports the command's own file, so that a run loads only what it runs. */
  load: () => Promise<Run<Args<Word, Flags>>>
}

export interface Command {
  readonly name: string
  readonly summary: string
  readonly words: readonly string[]
  readonly isOpenEnded: boolean
  readonly flags: Readonly<Record<string, Flag>>
  readonly untilStopped: boolean
  /** Parsed by `parseCommandLine` for this very command. Answers the exit code. */
  readonly run: Run<ParsedArgs>
}

export type ParsedArgs = Readonly<Record<string, string | boolean | undefined>>

export function defineCommand<const Flags extends Record<string, Flag>, const Word extends string = never>(
  spec: CommandSpec<Word, Flags>,
): Command {
  const { name, summary, words = [], isOpenEnded = false, flags, untilStopped = false, load } = spec
  const run = async (context: Context, args: ParsedArgs) => (await load())(context, args as Args<Word, Flags>)
  return { name, summary, words, isOpenEnded, flags, untilStopped, run }
}
