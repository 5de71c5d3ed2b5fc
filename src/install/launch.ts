import { isAbsolute, resolve } from 'node:path'
import type { Environment } from '../home.ts'
import { plainText } from '../lib/text.ts'
import { isRecord, SERVER_NAME, type ServerEntry } from './config-format.ts'

/** What starts this program once more: the running Node and its script, both absolute. */
export interface Program {
  command: string
  script: string
}

/** Caches of `npx`, `pnpm dlx` and `bunx`: what is in them may be gone tomorrow. */
const TEMPORARY = /[\\/](_npx|dlx|dlx-[^\\/]*|bunx-[^\\/]*)[\\/]/

/** True where the program was fetched for this one run. */
export function isTemporary({ script }: Program): boolean {
  return TEMPORARY.test(script)
}

/**
 * The command that a client starts: this very program by its absolute path, since clients do not see the PATH of a
 * shell; or, where it was fetched for this run, `npx` with this very version. Windows starts `npx`, a script, through
 * its shell.
 */
export function launchOf(
  program: Program,
  { platform, version }: { platform: NodeJS.Platform; version: string },
): Pick<ServerEntry, 'command' | 'args'> {
  if (!isTemporary(program)) return { command: program.command, args: [program.script, 'stdio'] }
  const npx = ['npx', '-y', `pingone-mfa-mcp@${version}`, 'stdio'] as const
  const [command, ...args] = platform === 'win32' ? (['cmd', '/c', ...npx] as const) : npx
  return { command, args }
}

/** What the server is told by the client, as it is set where `install` runs. None of it is a secret. */
const PASSED_ON = [
  'PINGONE_REGION',
  'PINGONE_API_URL',
  'PINGONE_AUTH_URL',
  'PINGONE_ENVIRONMENT_ID',
  'PINGONE_WORKER_ENVIRONMENT_ID',
  'PINGONE_CLIENT_ID',
  'PINGONE_TOKEN_AUTH_METHOD',
  'PINGONE_MFA_HOME',
  'PINGONE_MFA_POLICY',
  'PINGONE_MFA_READ_ONLY',
  'PINGONE_MFA_LOG_LEVEL',
  'PINGONE_MFA_CONSOLE_PORT',
  'PINGONE_MFA_CONSOLE_OPEN',
] as const

const PATHS: ReadonlySet<string> = new Set(['PINGONE_MFA_HOME', 'PINGONE_MFA_POLICY'])
const SWITCHES: ReadonlySet<string> = new Set(['PINGONE_MFA_READ_ONLY', 'PINGONE_MFA_CONSOLE_OPEN'])

/**
 * The variables to hand on. What cannot be used is left out: it may be a secret that was put into the wrong one. Paths
 * become absolute, because a client starts the server in a folder of its own.
 */
export function variablesToPassOn(env: Environment, unusable: ReadonlySet<string>): Record<string, string> {
  const given: [string, string][] = PASSED_ON.map((name) => [name, env[name]?.trim() ?? ''])
  return Object.fromEntries(
    given
      .filter(([name, value]) => value !== '' && !unusable.has(name))
      .map(([name, value]) => [name, SWITCHES.has(name) ? '1' : PATHS.has(name) ? absolute(value) : value]),
  )
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path)
}

/** Why the entry cannot be put there, or would not start what it says; undefined where nothing is in its way. */
export function obstacleIn(
  existing: Record<string, unknown> | undefined,
  entry: ServerEntry,
  { title, replaces }: { title: string; replaces?: RegExp },
): string | undefined {
  const isRemote = existing !== undefined && ('url' in existing || 'httpUrl' in existing)
  if (isRemote) return `"${SERVER_NAME}" in it is a server at a URL: delete or rename that entry first`
  if (existing?.['env'] !== undefined && !isRecord(existing['env']))
    return `"env" of "${SERVER_NAME}" in it is no table of variables`
  const texts = [entry.command, ...entry.args, ...Object.values(entry.env ?? {})]
  const replaced = replaces === undefined ? undefined : texts.find((text) => replaces.test(text))
  if (replaced === undefined) return undefined
  return `${title} would put something else in place of the "$" in ${plainText(replaced, 200)}: move it to a path without one`
}

/** The variables of an entry that we do not write. */
export function foreignVariables(existing: Record<string, unknown> | undefined, entry: ServerEntry): string[] {
  const env = existing?.['env']
  return isRecord(env) ? Object.keys(env).filter((name) => entry.env?.[name] === undefined) : []
}

/** An entry as it will stand there; members and variables that somebody else wrote into it are kept. */
export function entryOver(existing: Record<string, unknown> | undefined, entry: ServerEntry): Record<string, unknown> {
  if (existing === undefined) return { ...entry }
  const env = { ...(isRecord(existing['env']) ? existing['env'] : {}), ...entry.env }
  return { ...existing, ...entry, ...(Object.keys(env).length > 0 ? { env } : {}) }
}
