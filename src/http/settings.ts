import type { Environment } from '../home.ts'
import { AppError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { isLoopbackHost, parseBaseUrl } from '../pingone/endpoint.ts'

/** How `http` serves: from its flags and the variables of the HTTP service. */
export interface HttpSettings {
  /** A host name or address to bind; `localhost` is 127.0.0.1 and, where it exists, ::1. */
  host: string
  /** 0 picks one. */
  port: number
  /** Scheme, host and port that people and clients see, without a slash at the end; absent: `http://localhost:<port>`. */
  publicUrl?: string
  /** Absent with `--insecure-loopback`: whoever reaches the port is the owner of the home folder. */
  tokens?: { issuer: string; audience?: string }
  /** Where approvers sign in; absent where nobody can. */
  approvers?: ApproverSignIn
}

export interface ApproverSignIn {
  issuer: string
  clientId: string
  clientSecret: Secret
  /** Who may approve; absent: nobody who signs in. */
  claim?: { name: string; value: string }
}

export interface HttpFlags {
  host: string
  port: string
  insecureLoopback: boolean
}

interface Problem {
  field: string
  problem: string
}

/** Throws NOT_CONFIGURED naming each missing or bad variable, INVALID_INPUT for a bad flag. */
export function parseHttpSettings(env: Environment, flags: HttpFlags): HttpSettings {
  const port = parsePort(flags.port)
  const host = flags.host.trim()
  if (host === '') throw new AppError('INVALID_INPUT', '--host needs a name or an address.')
  const isOnLoopback = isLoopbackHost(host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host)
  if (flags.insecureLoopback && !isOnLoopback) {
    throw new AppError(
      'INVALID_INPUT',
      '--insecure-loopback asks for no access token, so it binds only a loopback address.',
      {
        next: 'Leave --host out, or set PINGONE_MFA_HTTP_ISSUER instead of --insecure-loopback.',
      },
    )
  }

  const problems: Problem[] = []
  const publicUrl = parsePublicUrl(env, problems)
  const issuer = parseIssuer(env, 'PINGONE_MFA_HTTP_ISSUER', problems)
  const audience = present(env['PINGONE_MFA_HTTP_AUDIENCE'])
  const approvers = parseApprovers(env, issuer, problems)
  if (problems.length > 0) throw unusable(problems)
  if (issuer === undefined && !flags.insecureLoopback) throw withoutIssuer()
  return {
    host,
    port,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(issuer === undefined || flags.insecureLoopback
      ? {}
      : { tokens: { issuer, ...(audience === undefined ? {} : { audience }) } }),
    ...(approvers === undefined ? {} : { approvers }),
  }
}

/** The variable's text; blank counts as not set. */
function present(value: string | undefined): string | undefined {
  const text = value?.trim()
  return text === undefined || text === '' ? undefined : text
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new AppError('INVALID_INPUT', '--port needs a number from 0 to 65535; 0 picks one.')
}

/** An origin: this program's addresses begin at the root, so a path in front of them would lead nowhere. */
function parsePublicUrl(env: Environment, problems: Problem[]): string | undefined {
  const field = 'PINGONE_MFA_PUBLIC_URL'
  const text = present(env[field])
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    problems.push({ field, problem: 'must be a URL such as https://mfa.example.com' })
    return undefined
  }
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    problems.push({ field, problem: 'must be a scheme, a host and perhaps a port, without a path' })
    return undefined
  }
  return url.origin
}

/** Issuers are compared as texts, so that it stays exactly as it was written. */
function parseIssuer(env: Environment, field: string, problems: Problem[]): string | undefined {
  const text = present(env[field])
  if (text === undefined) return undefined
  const parsed = parseBaseUrl(text)
  if ('url' in parsed) return text
  problems.push({ field, problem: parsed.problem })
  return undefined
}

function parseApprovers(env: Environment, issuer: string | undefined, problems: Problem[]): ApproverSignIn | undefined {
  const clientId = present(env['PINGONE_MFA_APPROVER_CLIENT_ID'])
  const clientSecret = present(env['PINGONE_MFA_APPROVER_CLIENT_SECRET'])
  const at = parseIssuer(env, 'PINGONE_MFA_APPROVER_ISSUER', problems) ?? issuer
  const claim = parseClaim(env, problems)
  if (clientId === undefined && clientSecret === undefined) {
    const named = ['PINGONE_MFA_APPROVER_ISSUER', 'PINGONE_MFA_APPROVER_CLAIM'].filter(
      (field) => present(env[field]) !== undefined,
    )
    if (named.length > 0) {
      problems.push({
        field: 'PINGONE_MFA_APPROVER_CLIENT_ID',
        problem: `is missing, though ${named.join(' and ')} is set`,
      })
    }
    return undefined
  }
  if (clientId === undefined) problems.push({ field: 'PINGONE_MFA_APPROVER_CLIENT_ID', problem: 'is missing' })
  if (clientSecret === undefined) problems.push({ field: 'PINGONE_MFA_APPROVER_CLIENT_SECRET', problem: 'is missing' })
  if (at === undefined) problems.push({ field: 'PINGONE_MFA_APPROVER_ISSUER', problem: 'is missing' })
  if (clientId === undefined || clientSecret === undefined || at === undefined) return undefined
  const client = { issuer: at, clientId, clientSecret: new Secret(clientSecret) }
  return claim === undefined ? client : { ...client, claim }
}

/** `name=value`; the value may have equals signs in it. */
function parseClaim(env: Environment, problems: Problem[]): ApproverSignIn['claim'] {
  const field = 'PINGONE_MFA_APPROVER_CLAIM'
  const text = present(env[field])
  if (text === undefined) return undefined
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name !== undefined && value !== undefined) return { name: name.trim(), value: value.trim() }
  problems.push({ field, problem: 'must be a claim and its value, such as groups=mfa-approvers' })
  return undefined
}

function unusable(problems: readonly Problem[]): AppError {
  const list = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  return new AppError('NOT_CONFIGURED', `The HTTP service is not configured: ${list}.`)
}

function withoutIssuer(): AppError {
  return new AppError(
    'NOT_CONFIGURED',
    'PINGONE_MFA_HTTP_ISSUER is missing: without access tokens anybody could call.',
    {
      next: 'Set it to the issuer of your access tokens, or try it on this machine alone with --insecure-loopback.',
    },
  )
}
