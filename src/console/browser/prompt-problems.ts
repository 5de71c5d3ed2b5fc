const CANCELLED = 'The passkey prompt was cancelled, or it took too long.'
const NO_VERIFICATION =
  'Your device could not verify that it is you: the passkey has to ask for a PIN, a fingerprint or a face.'

/** Why the browser brought no passkey, as a sentence. `unchanged` says that nothing has happened. */
export function promptProblem(error: unknown, unchanged: string): string {
  return `${sentenceFor(error)} ${unchanged}`
}

function sentenceFor(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  const message = error instanceof Error ? error.message : ''
  if (/user ?verification|screen lock/i.test(message)) return NO_VERIFICATION
  switch (name) {
    case 'NotAllowedError':
    case 'AbortError':
      return CANCELLED
    case 'ConstraintError':
      return NO_VERIFICATION
    case 'NotSupportedError':
      return 'This device offers no kind of passkey that the console accepts.'
    case 'InvalidStateError':
      return 'This device already holds a passkey of this approver. Use another device or security key.'
    case 'SecurityError':
      return 'The browser does not allow passkeys at this address. Open the page under the name localhost.'
    default:
      return /not supported/i.test(message)
        ? 'This browser has no passkeys. Open the page in another one.'
        : 'The passkey could not be used.'
  }
}
