import { AppError, type ErrorCode } from '../lib/errors.ts'

/** A run that did not succeed: its code, and each device with its fate. */
export class ActionError extends AppError {
  override readonly name = 'ActionError'
  readonly lines: readonly string[]
  readonly replayed: boolean

  constructor(
    code: ErrorCode,
    message: string,
    details: { next?: string; correlationId?: string | undefined; lines: readonly string[]; replayed: boolean },
  ) {
    super(code, message, { next: details.next, correlationId: details.correlationId })
    this.lines = details.lines
    this.replayed = details.replayed
  }
}
