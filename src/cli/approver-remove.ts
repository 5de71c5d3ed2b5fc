import { plainText } from '../lib/text.ts'
import type { Context } from './context.ts'
import { askVoucher } from './credential.ts'
import { refused } from './failure.ts'

export async function approverRemove(context: Context, { name }: { name: string }): Promise<number> {
  if (!context.terminal.isInteractive) {
    throw refused('Nobody was removed: an approver vouches at a terminal, and stdin and stderr have to be one.')
  }
  const approvers = await (await context.openApp()).approvers()
  const enrolled = await approvers.list()
  const leaving = await approvers.find(name)
  if (leaving === undefined) throw refused(`Nobody was removed: no approver is called "${plainText(name, 60)}".`)
  const shown = `${plainText(leaving.name)} <${plainText(leaving.email)}>`
  context.say(`An approver vouches for removing ${shown}.`)
  if (enrolled.length === 1) {
    context.say('Nobody will be enrolled then: changes are refused, and whoever enrols next needs nobody to vouch.')
  }
  const voucher = await askVoucher(context, approvers, `remove ${leaving.name}`)
  await approvers.remove(leaving.name, voucher)
  context.say(`Removed: ${shown} approves nothing any more.`)
  return 0
}
