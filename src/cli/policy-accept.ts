import { readPolicyFile } from '../approval/policy-file.ts'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import type { Context } from './context.ts'
import { askVoucher } from './credential.ts'
import { CommandFailure, refused } from './failure.ts'

/** An approver accepts the file as it was read here, once: a file that changes afterwards is another one. */
export async function policyAccept(context: Context): Promise<number> {
  if (!context.terminal.isInteractive) {
    throw new CommandFailure(2, ['Accepting needs an approver at a terminal: stdin and stderr have to be one.'])
  }
  const app = await context.openApp()
  const file = readPolicyFile(app.policy)
  if (file === undefined) throw refused(`There is no policy file to accept at ${app.policy.path}.`)
  const approvers = await app.approvers()
  if ((await approvers.list()).length === 0) {
    throw new AppError('NO_APPROVER', 'Nobody is enrolled who could accept this file.', {
      next: '`pingone-mfa-mcp approver add --name NAME --email EMAIL --passphrase` enrols somebody.',
    })
  }

  const paint = context.paint.errorOutput
  context.say(app.policy.path)
  context.say(`SHA-256 ${file.hash}`)
  if (file.loosened.length === 0) {
    context.say('This file loosens nothing. Accepting it takes back what was accepted before.')
  } else {
    context.say(paint(['bold', 'inverse', 'yellow'], ' THIS BECOMES OPEN '))
    for (const sentence of file.loosened) context.say(paint(['bold', 'yellow'], `  ! ${plainText(sentence)}`))
  }
  const voucher = await askVoucher(context, approvers, `accept policy ${file.hash}`)
  await (
    await app.store()
  ).acceptPolicy(file.hash, {
    at: context.now(),
    kind: 'policy.accepted',
    data: { hash: file.hash, by: voucher.name, loosened: file.loosened },
  })
  context.say('Accepted: exactly this file counts, until it is changed.')
  return 0
}
