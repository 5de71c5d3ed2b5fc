import { posix, win32 } from 'node:path'
import { type Environment, type Machine, productHome } from './home.ts'
import { AppError } from './lib/errors.ts'
import { LOG_LEVELS, type LogLevel } from './lib/log.ts'
import { Secret } from './lib/secret.ts'
import {
  type Connection,
  parseBaseUrl,
  parseRegion,
  pingOneId,
  REGION_CODES,
  regionUrls,
  TOKEN_AUTH_METHODS,
  type TokenAuthMethod,
  withVersion,
} from './pingone/endpoint.ts'
import type { SavedConnection } from './saved-connection.ts'

/** One variable or field that is missing or cannot be used. */
export interface FieldProblem {
  field: string
  problem: string
}

/** What holds whether or not a connection is configured. */
export interface Settings {
  /** Folder of the saved connection, the approval store and the audit log. */
  home: string
  policy: { path: string; required: boolean }
  readOnly: boolean
  logLevel: LogLevel
  consolePort: number
  /** Opens the page of each new approval where there is a desktop. */
  opensPages: boolean
  /** Values that could not be used. A tool that needs PingOne names them; nothing crashes. */
  problems: FieldProblem[]
  /** Where approvals are kept in PostgreSQL: the connection URL, with its password. */
  databaseUrl?: Secret
}

type SecretOrigin = 'environment' | 'command' | 'saved'

export interface ConfiguredConnection {
  connection: Connection
  secretOrigin: SecretOrigin
  /** The secret itself, or the command that prints it. */
  secret: Secret | { command: string }
}

export type ConnectionResult = ConfiguredConnection | { problems: FieldProblem[] }

export function parseSettings(env: Environment, machine: Machine): Settings {
  const { join } = machine.platform === 'win32' ? win32 : posix
  const problems: FieldProblem[] = []
  const home = productHome(env, machine)
  const policyPath = present(env['PINGONE_MFA_POLICY'])
  const databaseUrl = parseDatabaseUrl(env['PINGONE_MFA_DATABASE_URL'], problems)
  return {
    home,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    policy: { path: policyPath ?? join(home, 'policy.json'), required: policyPath !== undefined },
    readOnly: parseSwitch(env['PINGONE_MFA_READ_ONLY']),
    logLevel: parseLogLevel(env['PINGONE_MFA_LOG_LEVEL'], problems),
    consolePort: parsePort(env['PINGONE_MFA_CONSOLE_PORT'], problems),
    opensPages: parseSwitch(env['PINGONE_MFA_CONSOLE_OPEN']),
    problems,
  }
}

/** The connection as the environment and, field by field behind it, the saved one give it. */
export function resolveConnection(env: Environment, saved: SavedConnection | undefined): ConnectionResult {
  const problems: FieldProblem[] = []
  const urls = resolveUrls(env, saved, problems)
  const environmentId = resolveId('PINGONE_ENVIRONMENT_ID', env, saved?.environmentId, problems)
  const clientId = resolveId('PINGONE_CLIENT_ID', env, saved?.clientId, problems)
  const workerEnvironmentId =
    present(env['PINGONE_WORKER_ENVIRONMENT_ID']) === undefined && saved?.workerEnvironmentId === undefined
      ? environmentId
      : resolveId('PINGONE_WORKER_ENVIRONMENT_ID', env, saved?.workerEnvironmentId, problems)
  const tokenAuthMethod = resolveAuthMethod(env, saved, problems)
  const secret = resolveSecret(env, saved, urls, problems)
  if (
    problems.length > 0 ||
    urls === undefined ||
    environmentId === undefined ||
    clientId === undefined ||
    workerEnvironmentId === undefined ||
    secret === undefined
  ) {
    return { problems }
  }
  return { connection: { ...urls, environmentId, workerEnvironmentId, clientId, tokenAuthMethod }, ...secret }
}

/** The variable's text; blank counts as not set. */
function present(value: string | undefined): string | undefined {
  const text = value?.trim()
  return text === undefined || text === '' ? undefined : text
}

/** Anything but a clear "off" is on: a slip must not register the tools that change something. */
function parseSwitch(value: string | undefined): boolean {
  return !['', '0', 'false', 'off', 'no'].includes((value ?? '').trim().toLowerCase())
}

function parseLogLevel(value: string | undefined, problems: FieldProblem[]): LogLevel {
  const wanted = present(value)?.toLowerCase()
  const level = LOG_LEVELS.find((known) => known === wanted)
  if (wanted !== undefined && level === undefined) {
    problems.push({ field: 'PINGONE_MFA_LOG_LEVEL', problem: `must be one of ${LOG_LEVELS.join(', ')}` })
  }
  return level ?? 'info'
}

function parsePort(value: string | undefined, problems: FieldProblem[]): number {
  const text = present(value) ?? '0'
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  problems.push({ field: 'PINGONE_MFA_CONSOLE_PORT', problem: 'must be a port number from 0 to 65535' })
  return 0
}

/** What is malformed is a problem, and never a reason to keep approvals elsewhere: `store` looks at it, too. */
function parseDatabaseUrl(value: string | undefined, problems: FieldProblem[]): Secret | undefined {
  const text = present(value)
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url !== null && ['postgres:', 'postgresql:'].includes(url.protocol)) return new Secret(text)
  problems.push({
    field: 'PINGONE_MFA_DATABASE_URL',
    problem: 'must be a URL such as postgres://user:password@host/database',
  })
  return undefined
}

type Urls = Pick<Connection, 'apiUrl' | 'authUrl'>

function resolveUrls(env: Environment, saved: SavedConnection | undefined, problems: FieldProblem[]): Urls | undefined {
  const before = problems.length
  const regionText = present(env['PINGONE_REGION'])
  const region = regionText === undefined ? undefined : parseRegion(regionText)
  if (regionText !== undefined && region === undefined) {
    problems.push({
      field: 'PINGONE_REGION',
      problem: `must be one of ${REGION_CODES.join(', ')}, or an API domain such as api.pingone.eu`,
    })
  }
  const base = region === undefined ? saved : regionUrls(region)
  const apiUrl = resolveUrl('PINGONE_API_URL', env, base?.apiUrl, problems)
  const authUrl = resolveUrl('PINGONE_AUTH_URL', env, base?.authUrl, problems)
  if (problems.length > before) return undefined
  if (apiUrl !== undefined && authUrl !== undefined) return { apiUrl: withVersion(apiUrl), authUrl }
  problems.push({ field: 'PINGONE_REGION', problem: 'is missing' })
  return undefined
}

function resolveUrl(
  field: string,
  env: Environment,
  fallback: string | undefined,
  problems: FieldProblem[],
): string | undefined {
  const text = present(env[field]) ?? fallback
  if (text === undefined) return undefined
  const parsed = parseBaseUrl(text)
  if ('url' in parsed) return parsed.url
  problems.push({ field, problem: parsed.problem })
  return undefined
}

function resolveId(
  field: string,
  env: Environment,
  fallback: string | undefined,
  problems: FieldProblem[],
): string | undefined {
  const text = present(env[field]) ?? fallback
  const parsed = pingOneId().safeParse(text)
  if (parsed.success) return parsed.data
  problems.push({ field, problem: text === undefined ? 'is missing' : 'must be a UUID' })
  return undefined
}

function resolveAuthMethod(
  env: Environment,
  saved: SavedConnection | undefined,
  problems: FieldProblem[],
): TokenAuthMethod {
  const text = present(env['PINGONE_TOKEN_AUTH_METHOD'])?.toLowerCase() ?? saved?.tokenAuthMethod ?? 'basic'
  const method = TOKEN_AUTH_METHODS.find((known) => known === text)
  if (method === undefined) problems.push({ field: 'PINGONE_TOKEN_AUTH_METHOD', problem: 'must be basic or post' })
  return method ?? 'basic'
}

/** The saved secret goes only to the URLs that it was saved with. */
function resolveSecret(
  env: Environment,
  saved: SavedConnection | undefined,
  urls: Urls | undefined,
  problems: FieldProblem[],
): Pick<ConfiguredConnection, 'secret' | 'secretOrigin'> | undefined {
  const given = present(env['PINGONE_CLIENT_SECRET'])
  if (given !== undefined) return { secret: new Secret(given), secretOrigin: 'environment' }
  const command = present(env['PINGONE_CLIENT_SECRET_COMMAND'])
  if (command !== undefined) return { secret: { command }, secretOrigin: 'command' }
  if (saved === undefined) {
    problems.push({ field: 'PINGONE_CLIENT_SECRET', problem: 'is missing' })
    return undefined
  }
  if (urls === undefined) return undefined
  if (urls.apiUrl !== saved.apiUrl || urls.authUrl !== saved.authUrl) {
    problems.push({
      field: 'PINGONE_CLIENT_SECRET',
      problem: 'is missing: the saved secret is kept for the URLs that it was saved with, and these are others',
    })
    return undefined
  }
  return { secret: new Secret(saved.clientSecret), secretOrigin: 'saved' }
}

/** A rotated secret counts at the next token: what is saved now, where it is still for the same URLs. */
export function currentSecret(first: { target: Connection; secret: Secret }, now: ConnectionResult): Secret {
  const isSameTenant =
    'secret' in now && now.connection.apiUrl === first.target.apiUrl && now.connection.authUrl === first.target.authUrl
  return isSameTenant && now.secret instanceof Secret ? now.secret : first.secret
}

/** A value that a person gave back unchanged or not at all: blank, or the bullets that stood there. */
export function isKept(answer: string): boolean {
  return /^[\s•*·●]*$/u.test(answer)
}

/** NOT_CONFIGURED naming each missing or bad field. */
export function notConfigured(problems: readonly FieldProblem[]): AppError {
  const list = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  return new AppError('NOT_CONFIGURED', `The connection to PingOne is not configured: ${list}.`, {
    next: 'A person runs `pingone-mfa-mcp connect`, or sets these variables in the client’s server configuration.',
  })
}
