import { requireApproval } from '../approval/approvals.ts'
import { sheetOf } from '../approval/sheet.ts'
import type { Context } from './context.ts'
import { NO_ANSWER } from './credential.ts'
import { CommandFailure, refused } from './failure.ts'

/** Says no, or takes back a yes that has not started. Refusing is always safe, so that nobody has to prove anything. */
export async function approvalsDeny(context: Context, { id }: { id: string }): Promise<number> {
  if (!context.terminal.isInteractive) {
    throw new CommandFailure(2, ['Denying needs a person at a terminal: stdin and stderr have to be one.'])
  }
  const approvals = await (await context.openApp()).approvals()
  const row = requireApproval(await approvals.find(id), id)
  if (row.state !== 'pending' && row.state !== 'approved') throw refused(`Too late: this approval is ${row.state}.`)
  context.say(sheetOf(row, { full: false }).summary)
  const reason = await context.terminal.ask('Reason for the assistant (may be blank): ')
  if (reason === undefined) throw refused(`${NO_ANSWER} The approval is still ${row.state}.`)
  const result = await approvals.deny({ id, reason })
  if (!result.denied) throw refused(result.why)
  context.say(result.state === 'denied' ? 'Denied.' : 'Taken back: it can no longer be carried out.')
  return 0
}
