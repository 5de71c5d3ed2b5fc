import { type Approvers, requireIdentity, type Voucher } from '../approval/approvers.ts'
import { ENROLMENT_MS } from '../approval/enrolments.ts'
import { passphraseProblem } from '../approval/passphrase.ts'
import type { Secret } from '../lib/secret.ts'
import { plainText } from '../lib/text.ts'
import type { ApproverRow } from '../store/approver-rows.ts'
import type { Context } from './context.ts'
import { askVoucher, askVoucherOrPage, hasPassphrase, NO_ANSWER } from './credential.ts'
import { failureOf, refused } from './failure.ts'
import { openPages, waitForPerson } from './on-a-page.ts'

const TRIES = 3

interface AddArgs {
  name: string
  email: string
  passphrase: boolean
}

/**
 * Enrols an approver, with a passkey on a page or a passphrase typed here. Once somebody is enrolled, an enrolled approver
 * vouches before anything else.
 */
export async function approverAdd(context: Context, args: AddArgs): Promise<number> {
  const [name, email] = [args.name.trim(), args.email.trim()]
  try {
    requireIdentity(name, email)
  } catch (error) {
    throw failureOf(error, 2)
  }
  return args.passphrase ? addByPassphrase(context, { name, email }) : addByPasskey(context, { name, email })
}

interface Person {
  name: string
  email: string
}

async function addByPassphrase(context: Context, { name, email }: Person): Promise<number> {
  if (!context.terminal.isInteractive) {
    throw refused('Nobody was enrolled: a passphrase is typed at a terminal, and stdin and stderr have to be one.')
  }
  const approvers = await (await context.openApp()).approvers()
  const isFirst = (await approvers.list()).length === 0
  if (!isFirst) context.say(vouchSentence({ name, email }))
  const voucher = isFirst ? undefined : await askVoucher(context, approvers, `add ${name}`)
  if ((await approvers.find(name)) !== undefined) {
    throw refused(`Nobody was enrolled: "${plainText(name)}" is enrolled already.`)
  }
  const passphrase = await askNewPassphrase(context, name)
  await approvers.enrol({ name, email, passphrase, voucher })
  context.say(`Enrolled: ${plainText(name)} <${plainText(email)}> approves by passphrase from now on.`)
  return 0
}

/** A one-time link, and a wait until somebody has registered a passkey behind it. */
async function addByPasskey(context: Context, { name, email }: Person): Promise<number> {
  const app = await context.openApp()
  const approvers = await app.approvers()
  const enrolled = await approvers.list()
  const same = await approvers.find(name)
  if (same !== undefined && same.email !== email) {
    throw refused(`Nobody was enrolled: "${plainText(name)}" is enrolled already, with another email.`)
  }
  const voucher = await voucherFor(context, approvers, enrolled, { name, email })
  const enrolments = await app.enrolments()
  const token = await enrolments.open({ name, email, voucher })
  const known = new Set(same?.credentials.map(({ id }) => id))
  const isDone = async () => {
    const credentials = (await approvers.find(name))?.credentials ?? []
    return credentials.some(({ id, kind }) => kind === 'passkey' && !known.has(id))
  }
  const pages = await openPages(context)
  context.say('Enrol on this page. The link works once, within ten minutes:')
  const until = context.now() + ENROLMENT_MS
  if (!(await waitForPerson(context, { url: pages.enrolUrl(token), until, isDone }))) {
    throw refused('Nobody was enrolled: no passkey was registered.')
  }
  context.say(`Enrolled: ${plainText(name)} <${plainText(email)}> approves by passkey from now on.`)
  return 0
}

/** By passphrase at a terminal, where somebody has one; else the page asks for a passkey. */
async function voucherFor(
  context: Context,
  approvers: Approvers,
  enrolled: readonly ApproverRow[],
  person: Person,
): Promise<Voucher | undefined> {
  if (enrolled.length === 0) return undefined
  const hasPasskeys = enrolled.some(({ credentials }) => credentials.some(({ kind }) => kind === 'passkey'))
  const canType = context.terminal.isInteractive && enrolled.some(hasPassphrase)
  if (!canType && !hasPasskeys) {
    throw refused('Nobody was enrolled: an approver vouches by passphrase, and stdin and stderr have to be a terminal.')
  }
  context.say(vouchSentence(person))
  if (canType && hasPasskeys) return askVoucherOrPage(context, approvers, `add ${person.name}`)
  if (canType) return askVoucher(context, approvers, `add ${person.name}`)
  context.say('They do so by passkey, on the same page.')
  return undefined
}

function vouchSentence({ name, email }: Person): string {
  return `An approver vouches for ${plainText(name)} <${plainText(email)}>.`
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
