import { plainText } from '../lib/text.ts'
import type { Context } from './context.ts'
import { askVoucher, askVoucherOrPage, hasPassphrase } from './credential.ts'
import { refused } from './failure.ts'
import { openPages, waitForPerson } from './on-a-page.ts'

const WAIT_MS = 10 * 60_000

/** An approver vouches by passphrase here, or by passkey on the page where the removal is made then. */
export async function approverRemove(context: Context, { name }: { name: string }): Promise<number> {
  const approvers = await (await context.openApp()).approvers()
  const enrolled = await approvers.list()
  const leaving = await approvers.find(name)
  const hasPasskeys = enrolled.some(({ credentials }) => credentials.some(({ kind }) => kind === 'passkey'))
  const canType = context.terminal.isInteractive && enrolled.some(hasPassphrase)
  if (!canType && !hasPasskeys) {
    throw refused('Nobody was removed: an approver vouches at a terminal, and stdin and stderr have to be one.')
  }
  if (leaving === undefined) throw refused(`Nobody was removed: no approver is called "${plainText(name, 60)}".`)
  const shown = `${plainText(leaving.name)} <${plainText(leaving.email)}>`
  context.say(`An approver vouches for removing ${shown}.`)
  if (enrolled.length === 1) {
    context.say('Nobody will be enrolled then: changes are refused, and whoever enrols next needs nobody to vouch.')
  }
  const purpose = `remove ${leaving.name}`
  const ask = hasPasskeys ? askVoucherOrPage : askVoucher
  const voucher = canType ? await ask(context, approvers, purpose) : undefined
  if (voucher === undefined) {
    const pages = await openPages(context)
    context.say(`Remove ${plainText(leaving.name)} under "Approvers" on this page. The link works once:`)
    const isDone = async () => (await approvers.find(leaving.name)) === undefined
    const wait = { url: pages.openUrl(), until: context.now() + WAIT_MS, isDone }
    if (!(await waitForPerson(context, wait))) throw refused('Nobody was removed.')
  } else {
    await approvers.remove(leaving.name, voucher)
  }
  context.say(`Removed: ${shown} approves nothing any more.`)
  return 0
}
