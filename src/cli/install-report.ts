import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import type { Client } from '../install/clients.ts'
import { plainText } from '../lib/text.ts'
import type { Context } from './context.ts'
import { wrap } from './wrap.ts'

export function sayHead(context: Context, text: string): void {
  context.say(styles(context).bold(text))
}

export function sayRow(context: Context, name: string, value: string): void {
  // Not wrapped: it is there to be copied.
  context.say(`  ${styles(context).dim(name.padEnd(7))} ${plainText(value, 2000)}`)
}

export function sayNote(context: Context, text: string): void {
  const [first = '', ...rest] = wrap(plainText(text, 2000), context.width() - 8)
  context.say(`  ${styles(context).yellow('Note')}  ${first}`)
  for (const line of rest) context.say(`        ${line}`)
}

/** What is missing before the first conversation, judged as the server will see it. */
export async function sayNext(context: Context, client: Client, entry: Record<string, unknown>): Promise<void> {
  const { LOCALAPPDATA } = context.env
  const app = await context.openApp({ LOCALAPPDATA, ...(entry['env'] as Record<string, string> | undefined) })
  const steps: string[] = []
  const connection = app.connection()
  if ('problems' in connection) {
    const fields = connection.problems.map(({ field }) => field).join(', ')
    steps.push(`pingone-mfa-mcp connect: the server lacks ${fields}.`)
  }
  if (!app.settings.readOnly && !(await hasApprover(app))) {
    steps.push('pingone-mfa-mcp approver add --name NAME --email EMAIL: nobody can approve a change yet.')
  }
  steps.push(client.next)
  context.say()
  sayHead(context, 'Next')
  for (const [index, step] of steps.entries()) {
    const [first = '', ...rest] = wrap(plainText(step, 2000), context.width() - 5)
    context.say(`  ${index + 1}. ${first}`)
    for (const line of rest) context.say(`     ${line}`)
  }
}

/** A store that cannot be opened, or is elsewhere, is told of by whoever needs it. */
async function hasApprover(app: App): Promise<boolean> {
  if (app.settings.databaseUrl !== undefined) return true
  if (!existsSync(join(app.settings.home, 'approvals.db'))) return false
  try {
    return (await (await app.approvers()).list()).length > 0
  } catch {
    return true
  }
}

function styles({ paint }: Context) {
  return {
    bold: (text: string) => paint.errorOutput('bold', text),
    yellow: (text: string) => paint.errorOutput(['bold', 'yellow'], text),
    dim: (text: string) => paint.errorOutput('dim', text),
  }
}
