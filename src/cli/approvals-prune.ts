import { KEEP_AT_LEAST_MS, pruneApprovals } from '../approval/prune.ts'
import type { Context } from './context.ts'
import { NO_ANSWER } from './credential.ts'
import { badInput, CommandFailure, refused } from './failure.ts'
import { clockTime, parseSince } from './times.ts'

/** Deletes finished approvals for good. Nobody has to prove anything: the proof is the audit log, and it stays. */
export async function approvalsPrune(context: Context, args: { before: string; yes: boolean }): Promise<number> {
  const now = context.now()
  const before = parseSince(args.before, now, '--before')
  if (before > now - KEEP_AT_LEAST_MS) {
    throw badInput('--before has to be at least 24 hours ago: outcomes, limits and warnings look back that far')
  }
  if (!args.yes) await confirm(context, before)
  const count = await pruneApprovals(await (await context.openApp()).store(), { before, now })
  context.print(`deleted ${count}`)
  return 0
}

async function confirm({ terminal, say }: Context, before: number): Promise<void> {
  if (!terminal.isInteractive) {
    throw new CommandFailure(2, ['Deleting needs a person at a terminal, or --yes.'])
  }
  say(`Approvals that ended before ${clockTime(before)} are deleted for good. Their entries in the audit log stay.`)
  const answer = await terminal.ask('Type "delete" to go on: ')
  if (answer === undefined) throw refused(`${NO_ANSWER} Nothing was deleted.`)
  if (answer.trim().toLowerCase() !== 'delete') throw refused('Nothing was deleted.')
}
