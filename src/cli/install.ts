import { existsSync, readdirSync, realpathSync } from 'node:fs'
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
import { sayHead, sayNext, sayNote, sayRow } from './install-report.ts'
import { variablesForClient } from './install-variables.ts'

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
  const problem = 'problem' in found ? found.problem : obstacleIn(found.entry, entry, client)
  const existing = 'problem' in found || problem !== undefined ? undefined : found.entry
  context.print(format.snippet(entryOver(hidden(existing), entry)).trimEnd())
  context.say(`This is what "install" writes for ${client.title}, into`)
  context.say(`  ${plainText(path, 1000)}`)
  if (problem !== undefined) sayNote(context, `It would refuse: ${problem}.`)
  if (existing !== undefined) sayNote(context, 'What somebody else wrote into the entry stays, and is shown as ••••.')
  for (const note of notes) sayNote(context, note)
  return 0
}

/** Whatever somebody else put into the entry may be a secret. */
function hidden(entry: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (entry === undefined) return undefined
  const masked = Object.keys(entry).map((key) => [key, key === 'env' ? hidden(entry[key] as typeof entry) : '••••'])
  return Object.fromEntries(masked) as Record<string, unknown>
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

  const head = isChanged
    ? `${client.title} will start the server "${SERVER_NAME}".`
    : `${client.title} starts the server "${SERVER_NAME}" already; nothing was changed.`
  context.print(plainText(path, 1000))
  sayHead(context, head)
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

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
