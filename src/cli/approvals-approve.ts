import { type Approvals, requireApproval } from '../approval/approvals.ts'
import { type Sheet, sheetOf } from '../approval/sheet.ts'
import { AppError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { sameEmail } from '../lib/text.ts'
import type { ApproverRow } from '../store/approver-rows.ts'
import type { ApprovalRow } from '../store/store.ts'
import type { Context } from './context.ts'
import { askApprover, askPassphrase, hasPassphrase, NO_ANSWER } from './credential.ts'
import { CommandFailure, refused } from './failure.ts'
import { sheetText } from './sheet-text.ts'
import { clockTime, duration } from './times.ts'
import { wrap } from './wrap.ts'

const CODE = /^\d{6,10}$/
const CODE_TRIES = 3

/** Shows one approval in full and lets an approver say yes to exactly that. */
export async function approvalsApprove(context: Context, { id }: { id: string }): Promise<number> {
  if (!context.terminal.isInteractive) {
    throw new CommandFailure(2, ['Approving needs a person at a terminal: stdin and stderr have to be one.'])
  }
  const app = await context.openApp()
  const [approvals, approvers] = [await app.approvals(), await app.approvers()]
  const row = requireApproval(await approvals.find(id), id)
  if (row.state !== 'pending') throw refused(`Refused: this approval is ${row.state}; there is nothing to approve.`)
  const everybody = await approvers.list()
  const enrolled = everybody.filter(hasPassphrase)

  const sheet = sheetOf(row, { full: true })
  const look = { paint: context.paint.errorOutput, width: context.width(), now: context.now() }
  context.say(sheetText(sheet, look))
  if (everybody.length > 0 && enrolled.length === 0)
    throw refused('Refused: who is enrolled approves by passkey, on the page.')
  await requireSomebody(approvals, row, enrolled)
  await confirmSubject(context, sheet)
  const approver = await askApprover(context, enrolled)
  const inTheWay = await approvals.obstacle(row, approver, 'passphrase')
  if (inTheWay !== undefined) throw refused(`Refused: ${inTheWay}`)
  const passphrase = await askPassphrase(context, approver)
  const code = sheet.needsCode ? await askCode(context) : undefined

  const { digest } = sheet
  const result = await approvals.approve({ id, digest, approver, passphrase, ...(code === undefined ? {} : { code }) })
  if (!result.approved) {
    const left = result.attemptsLeft === undefined ? [] : [triesLeft(result.attemptsLeft)]
    throw refused(`Refused: ${result.why}`, ...left)
  }
  const paint = context.paint.errorOutput
  context.say(paint(['bold', 'green'], 'Approved.'))
  const left = duration(result.startBy - context.now())
  const sentences = [
    `The assistant can carry it out now, once, until ${clockTime(result.startBy)} (${left} left).`,
    `Until it starts, "pingone-mfa-mcp approvals deny ${id}" takes it back.`,
    `"pingone-mfa-mcp approvals show ${id} --follow" shows how it goes on.`,
  ]
  for (const sentence of sentences) context.say(wrap(sentence, context.width()).join('\n'))
  return 0
}

/** Where nobody could say yes, nobody is asked for anything. */
async function requireSomebody(
  approvals: Approvals,
  row: ApprovalRow,
  enrolled: readonly ApproverRow[],
): Promise<void> {
  if (enrolled.length === 0) {
    throw new AppError('NO_APPROVER', 'Nobody is enrolled who could approve this.', {
      next: '`pingone-mfa-mcp approver add --name NAME --email EMAIL` enrols somebody.',
    })
  }
  const obstacles = await Promise.all(enrolled.map((approver) => approvals.obstacle(row, approver, 'passphrase')))
  const [first] = obstacles
  if (first !== undefined && obstacles.every((obstacle) => obstacle !== undefined)) throw refused(`Refused: ${first}`)
}

function whatConfirms({ account }: Sheet): string {
  if (account === undefined) return 'the id of the endpoint'
  return account.email === '' ? "the account's user name" : "the account's email"
}

/** Typing it is what makes a person look at whose account, or which endpoint, it is. */
async function confirmSubject(context: Context, sheet: Sheet): Promise<void> {
  const what = whatConfirms(sheet)
  const hint = sheet.account === undefined ? ` (${sheet.confirmation})` : ''
  const typed = await context.terminal.ask(`To go on, type ${what}${hint}: `)
  if (typed === undefined) throw refused(NO_ANSWER)
  if (!sameEmail(typed.trim(), sheet.confirmation)) {
    throw refused(`Refused: that is not ${what}. Nothing was approved.`)
  }
}

async function askCode(context: Context): Promise<Secret> {
  for (let tries = 1; tries <= CODE_TRIES; tries++) {
    const code = await context.terminal.askBlind("Code from the user's device (not shown): ")
    if (code === undefined) throw refused(NO_ANSWER)
    const digits = code.reveal().trim()
    if (CODE.test(digits)) return new Secret(digits)
    context.say('A code has 6 to 10 digits.')
  }
  throw refused('Refused: no code. Nothing was approved.')
}

function triesLeft(left: number): string {
  if (left === 0) return 'The assistant has to ask anew.'
  return left === 1 ? '1 try is left; then this approval is denied.' : `${left} tries are left.`
}
