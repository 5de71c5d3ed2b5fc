import type { Approvers, Voucher } from '../approval/approvers.ts'
import type { Secret } from '../lib/secret.ts'
import { asciiLowerCase, plainText } from '../lib/text.ts'
import type { ApproverRow } from '../store/approver-rows.ts'
import type { Context } from './context.ts'
import { refused } from './failure.ts'

export const NO_ANSWER = 'Refused: no answer.'

/** The approver who sits here: the only one there is, or the one whose name is typed. */
export async function askApprover(context: Context, enrolled: readonly ApproverRow[]): Promise<ApproverRow> {
  const [only, ...others] = enrolled
  if (only !== undefined && others.length === 0) {
    context.say(`Approver: ${plainText(only.name)}`)
    return only
  }
  const name = await context.terminal.ask("Approver's name: ")
  if (name === undefined) throw refused(NO_ANSWER)
  const wanted = asciiLowerCase(name.trim())
  const approver = enrolled.find((candidate) => asciiLowerCase(candidate.name) === wanted)
  if (approver === undefined) throw refused(`Refused: no approver is called "${plainText(name, 60)}".`)
  return approver
}

export async function askPassphrase(context: Context, approver: ApproverRow): Promise<Secret> {
  const passphrase = await context.terminal.askBlind(`Passphrase of ${plainText(approver.name)} (not shown): `)
  if (passphrase === undefined) throw refused(NO_ANSWER)
  return passphrase
}

/** Passphrases are what a terminal can ask for. */
export function hasPassphrase({ credentials }: ApproverRow): boolean {
  return credentials.some(({ kind }) => kind === 'passphrase')
}

/** An enrolled approver vouches by passphrase, or nothing goes on. */
export async function askVoucher(context: Context, approvers: Approvers, purpose: string): Promise<Voucher> {
  const approver = await askApprover(context, (await approvers.list()).filter(hasPassphrase))
  const passphrase = await askPassphrase(context, approver)
  if ((await approvers.verify(approver, passphrase, purpose)) !== undefined) return { name: approver.name }
  throw refused('Refused: that passphrase is wrong.')
}

/** Like `askVoucher`; a blank passphrase leaves it to a passkey on the page, which is undefined. */
export async function askVoucherOrPage(
  context: Context,
  approvers: Approvers,
  purpose: string,
): Promise<Voucher | undefined> {
  context.say('By passphrase here; leave it blank to vouch by passkey on the page.')
  const approver = await askApprover(context, (await approvers.list()).filter(hasPassphrase))
  const passphrase = await askPassphrase(context, approver)
  if (passphrase.reveal() === '') return undefined
  if ((await approvers.verify(approver, passphrase, purpose)) !== undefined) return { name: approver.name }
  throw refused('Refused: that passphrase is wrong.')
}
