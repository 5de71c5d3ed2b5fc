import { AppError, messageOf } from '../lib/errors.ts'
import { redactText } from '../lib/log.ts'
import { plainText } from '../lib/text.ts'

/** Ends the command with this exit code; `lines` go to stderr. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number
  readonly lines: readonly string[]

  constructor(exitCode: number, lines: readonly string[], cause?: unknown) {
    super(lines[0] ?? '', { cause })
    this.exitCode = exitCode
    this.lines = lines
  }
}

/** The command line, or an answer, cannot be used. */
export function badInput(sentence: string): CommandFailure {
  return new CommandFailure(2, [sentence])
}

/** A person, a credential or a rule said no; nothing was done. */
export function refused(...sentences: string[]): CommandFailure {
  return new CommandFailure(1, sentences)
}

/** An error with its code, as every command prints it, under an exit code of the command's own. */
export function failureOf(error: unknown, exitCode = 1): CommandFailure {
  if (error instanceof CommandFailure) return error
  if (!(error instanceof AppError)) {
    return new CommandFailure(1, [`INTERNAL_ERROR: ${plainText(redactText(messageOf(error)), 1000)}`], error)
  }
  const next = error.next === undefined ? [] : [`Next: ${plainText(error.next, 1000)}`]
  return new CommandFailure(exitCode, [`${error.code}: ${plainText(error.message, 2000)}`, ...next], error)
}

/** Where an error came from, for whoever looks for a mistake in this program; as clean as every other text. */
export function stackLines(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return redactText(stack)
    .split('\n')
    .map((line) => `  ${plainText(line, 500)}`)
}
