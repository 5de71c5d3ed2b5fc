import type { Server } from './server.ts'

/** Waits for a person's decision, as long as the approval lives. Answers the state that it then has. */
export async function waitForPerson({ call }: Pick<Server, 'call'>, token: string, say: (line: string) => void) {
  for (;;) {
    const { status, approval } = await call('check_approval', { token, waitSeconds: 50 }, say)
    if (status === 'pending') continue
    if (approval.denialReason !== undefined) say(`The person says: ${approval.denialReason}`)
    return status
  }
}
