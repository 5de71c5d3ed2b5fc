import { requireIdentity } from '../approval/approvers.ts'
import { passphraseProblem } from '../approval/passphrase.ts'
import type { Secret } from '../lib/secret.ts'
import { plainText } from '../lib/text.ts'
import type { Context } from './context.ts'
import { askVoucher, NO_ANSWER } from './credential.ts'
import { failureOf, refused } from './failure.ts'

const TRIES = 3

interface AddArgs {
  name: string
  email: string
  passphrase: boolean
}

/** Enrols an approver with a passphrase. Once somebody is enrolled, an enrolled approver vouches before anything else. */
export async function approverAdd(context: Context, args: AddArgs): Promise<number> {
  const [name, email] = [args.name.trim(), args.email.trim()]
  try {
    requireIdentity(name, email)
  } catch (error) {
    throw failureOf(error, 2)
  }
  if (!args.passphrase) {
    throw refused('Nobody was enrolled: this version has no passkeys yet.', 'Next: add --passphrase.')
  }
  if (!context.terminal.isInteractive) {
    throw refused('Nobody was enrolled: a passphrase is typed at a terminal, and stdin and stderr have to be one.')
  }
  const approvers = await (await context.openApp()).approvers()
  const isFirst = (await approvers.list()).length === 0
  if (!isFirst) context.say(`An approver vouches for ${plainText(name)} <${plainText(email)}>.`)
  const voucher = isFirst ? undefined : await askVoucher(context, approvers, `add ${name}`)
  if ((await approvers.find(name)) !== undefined) {
    throw refused(`Nobody was enrolled: "${plainText(name)}" is enrolled already.`)
  }
  const passphrase = await askNewPassphrase(context, name)
  await approvers.enrol({ name, email, passphrase, voucher })
  context.say(`Enrolled: ${plainText(name)} <${plainText(email)}> approves by passphrase from now on.`)
  return 0
}

/** Typed twice; asked again where it is too short or the two differ. */
async function askNewPassphrase({ terminal, say }: Context, name: string): Promise<Secret> {
  const ask = async (question: string): Promise<Secret> => {
    const typed = await terminal.askBlind(question)
    if (typed === undefined) throw refused(NO_ANSWER)
    return typed
  }
  for (let tries = 1; tries <= TRIES; tries++) {
    const passphrase = await ask(`New passphrase of ${plainText(name)} (not shown): `)
    const problem = passphraseProblem(passphrase.reveal())
    if (problem !== undefined) {
      say(problem)
      continue
    }
    const again = await ask('The same once more: ')
    if (again.reveal() === passphrase.reveal()) return passphrase
    say('The two are not the same.')
  }
  throw refused('Nobody was enrolled.')
}
