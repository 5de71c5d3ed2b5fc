import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { CLIENT_NAMES, type ClientName } from '../install/client-names.ts'
import { type Client, CLIENTS, formatOf, packagedClaudeDesktop, type Place } from '../install/clients.ts'
import { type ConfigFile, readConfigFile, replaceConfigFile } from '../install/config-file.ts'
import { type ConfigFormat, SERVER_NAME, type ServerEntry } from '../install/config-format.ts'
import { entryOver, foreignVariables, isTemporary, launchOf, obstacleIn } from '../install/launch.ts'
import { messageOf } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import { VERSION } from '../version.ts'
import type { Context } from './context.ts'
import { badInput, refused } from './failure.ts'
import { variablesForClient } from './install-variables.ts'
import { wrap } from './wrap.ts'

interface InstallArgs {
  client: string
  print: boolean
  'with-secret-command': boolean
}

/** What is to be done for one client, before anything is done. */
interface Installation {
  client: Client
  path: string
  format: ConfigFormat
  entry: ServerEntry
  /** What else the person should know, as sentences. */
  notes: string[]
}

/** Writes the server into a client's own configuration, or prints what it would write. */
export async function install(context: Context, args: InstallArgs): Promise<number> {
  const installation = await prepare(context, await parseClient(args.client), args['with-secret-command'])
  return args.print ? printEntry(context, installation) : writeEntry(context, installation)
}

async function parseClient(word: string): Promise<ClientName> {
  const found = CLIENT_NAMES.find((name) => name === word)
  if (found !== undefined) return found
  const { nearest } = await import('./did-you-mean.ts')
  const near = await nearest(word, CLIENT_NAMES)
  const hint = near === undefined ? `the clients are ${CLIENT_NAMES.join(', ')}` : `did you mean "${near}"?`
  throw badInput(`unknown client "${plainText(word, 60)}"; ${hint}`)
}

async function prepare(context: Context, name: ClientName, withSecretCommand: boolean): Promise<Installation> {
  const { env, ports, program } = context
  const client = CLIENTS[name]
  const place: Place = { env, machine: ports.machine, listFolder: namesIn }
  const running = { command: program.command, script: realpathSync(program.args[0] ?? '') }
  const variables = variablesForClient(env, ports.machine, { withSecretCommand })
  const entry: ServerEntry = {
    ...(client.namesTransport ? { type: 'stdio' as const } : {}),
    ...launchOf(running, { platform: ports.machine.platform, version: VERSION }),
    ...(Object.keys(variables.env).length > 0 ? { env: variables.env } : {}),
  }
  const notes = [...variables.notes]
  if (isTemporary(running) && client.hasWindow) {
    notes.push(
      `${client.title} has to find npx by itself. Where it does not, install the program for good (npm install ` +
        '--global pingone-mfa-mcp) and run "install" from there: then it writes absolute paths.',
    )
  }
  if (
    name === 'claude-desktop' &&
    packagedClaudeDesktop(place) !== undefined &&
    entry.env?.['PINGONE_MFA_HOME'] === undefined
  ) {
    notes.push(
      'Windows shows Claude Desktop a copy of AppData, so that its server and your terminal may not see the same ' +
        'approvals. Set PINGONE_MFA_HOME to a folder outside of AppData for your account, and run "install" again.',
    )
  }
  return { client, path: client.file(place), format: await formatOf(client), entry, notes }
}

/** The entry as it would stand there on stdout, where and what else on stderr. Changes nothing. */
function printEntry(context: Context, { client, path, format, entry, notes }: Installation): number {
  const file = readConfigFile(path)
  const found = 'problem' in file ? file : format.read(file.text)
  const existing = 'problem' in found ? undefined : found.entry
  const whole = entryOver(existing, entry)
  const foreign = foreignVariables(existing, entry)
  context.print(format.snippet(hidden(whole, foreign)).trimEnd())
  context.say(`This is what "install" writes for ${client.title}, into`)
  context.say(`  ${plainText(path, 1000)}`)
  const problem = 'problem' in found ? found.problem : obstacleIn(existing, entry, client)
  if (problem !== undefined) sayNote(context, `It would refuse, because of that file: ${problem}.`)
  if (foreign.length > 0) sayNote(context, `The values of ${foreign.join(', ')} stand in that file and are not shown.`)
  for (const note of notes) sayNote(context, note)
  return 0
}

/** Whatever somebody else put into the entry may be a secret. */
function hidden(entry: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const masked = Object.fromEntries(names.map((name) => [name, '••••']))
  return names.length === 0 ? entry : { ...entry, env: { ...(entry['env'] as object), ...masked } }
}

async function writeEntry(context: Context, installation: Installation): Promise<number> {
  const { client, path, format, entry } = installation
  const file = readConfigFile(path)
  if ('problem' in file) throw untouched(path, file.problem)
  const found = format.read(file.text)
  if ('problem' in found) throw untouched(path, found.problem)
  const obstacle = obstacleIn(found.entry, entry, client)
  if (obstacle !== undefined) throw untouched(path, obstacle)
  const text = edited(format, file, entry)
  const isChanged = text !== file.text
  const written = isChanged ? replaceConfigFile(file, text, context.now()) : {}
  if ('problem' in written) throw untouched(path, `${written.problem}; close ${client.title} and try again`)

  const { bold } = styles(context)
  const head = isChanged
    ? `${client.title} will start the server "${SERVER_NAME}".`
    : `${client.title} starts the server "${SERVER_NAME}" already; nothing was changed.`
  context.print(plainText(path, 1000))
  context.say(bold(head))
  sayRow(context, 'starts', [entry.command, ...entry.args].join(' '))
  if (entry.env !== undefined) sayRow(context, 'with', Object.keys(entry.env).join(', '))
  if (written.backup !== undefined) sayRow(context, 'backup', written.backup)
  const foreign = foreignVariables(found.entry, entry)
  const notes = [
    ...(foreign.length > 0
      ? [`${foreign.join(', ')} stood in the entry and ${foreign.length === 1 ? 'was' : 'were'} kept.`]
      : []),
    ...(foreign.includes('PINGONE_CLIENT_SECRET')
      ? [
          'The client secret stands in that file, where other programs can read it: save it with "connect", and delete it there.',
        ]
      : []),
    ...(isChanged && !file.hasFolder ? [`${client.title} had no settings here before: is it installed?`] : []),
    ...installation.notes,
  ]
  for (const note of notes) sayNote(context, note)
  await sayNext(context, client, entryOver(found.entry, entry))
  return 0
}

function untouched(path: string, problem: string) {
  return refused(
    `${plainText(path, 1000)} was left as it is: ${problem}.`,
    'Next: mend that file, or run "install" with --print and put the entry into it by hand.',
  )
}

function edited(format: ConfigFormat, file: ConfigFile, entry: ServerEntry): string {
  try {
    return format.write(file.text, entry)
  } catch (error) {
    throw untouched(file.path, `the entry could not be put into it (${messageOf(error)})`)
  }
}

/** What is missing before the first conversation, judged as the server will see it. */
async function sayNext(context: Context, client: Client, entry: Record<string, unknown>): Promise<void> {
  const app = await context.openApp(entry['env'] as Record<string, string> | undefined)
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
  context.say(styles(context).bold('Next'))
  for (const [index, step] of steps.entries()) {
    const [first = '', ...rest] = wrap(plainText(step, 2000), context.width() - 5)
    context.say(`  ${index + 1}. ${first}`)
    for (const line of rest) context.say(`     ${line}`)
  }
}

/** A store that cannot be opened is told of by whoever needs it. */
async function hasApprover(app: App): Promise<boolean> {
  if (!existsSync(join(app.settings.home, 'approvals.db'))) return false
  try {
    return (await (await app.approvers()).list()).length > 0
  } catch {
    return true
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

function styles({ paint }: Context) {
  return {
    bold: (text: string) => paint.errorOutput('bold', text),
    yellow: (text: string) => paint.errorOutput(['bold', 'yellow'], text),
    dim: (text: string) => paint.errorOutput('dim', text),
  }
}

function sayRow(context: Context, name: string, value: string): void {
  // Not wrapped: it is there to be copied.
  context.say(`  ${styles(context).dim(name.padEnd(7))} ${plainText(value, 2000)}`)
}

function sayNote(context: Context, text: string): void {
  const [first = '', ...rest] = wrap(plainText(text, 2000), context.width() - 8)
  context.say(`  ${styles(context).yellow('Note')}  ${first}`)
  for (const line of rest) context.say(`        ${line}`)
}
