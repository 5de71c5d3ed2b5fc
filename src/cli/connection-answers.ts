import { text as readText } from 'node:stream/consumers'
import { isKept } from '../config.ts'
import { hasInvisible } from '../lib/text.ts'
import {
  parseBaseUrl,
  parseRegion,
  pingOneId,
  REGION_CODES,
  regionUrls,
  TOKEN_AUTH_METHODS,
  withVersion,
} from '../pingone/endpoint.ts'
import type { SavedConnection } from '../saved-connection.ts'
import type { Context } from './context.ts'
import { badInput } from './failure.ts'

export interface ConnectArgs {
  region: string | undefined
  'environment-id': string | undefined
  'client-id': string | undefined
  'client-secret-stdin': boolean
  'token-auth-method': string | undefined
  'worker-environment-id': string | undefined
}

type Existing = SavedConnection | undefined

/**
 * A whole connection from flags, answers and, for what is left blank, the existing one. Throws with exit code 2 at the
 * first value that cannot be used.
 */
export async function askConnection(context: Context, args: ConnectArgs, existing: Existing): Promise<SavedConnection> {
  const asks = context.terminal.isInteractive && !args['client-secret-stdin']
  /** The new value; undefined where the stored one stays. */
  const answer = async (given: string | undefined, question: string, stored: string | undefined) => {
    const shown = stored === undefined ? question : `${question} [${stored}]`
    const text = given ?? (asks ? await askLine(context, `${shown}: `) : '')
    return isKept(text) ? undefined : text.trim()
  }

  const regionQuestion = `Region (${REGION_CODES.join(', ')}, or the API domain)`
  const regionAnswer = await answer(args.region, regionQuestion, existing?.region)
  const place = resolvePlace(context, regionAnswer, existing)
  const environmentId = requireId(
    '--environment-id',
    (await answer(args['environment-id'], 'Environment id', existing?.environmentId)) ?? existing?.environmentId,
  )
  const clientId = requireId(
    '--client-id',
    (await answer(args['client-id'], 'Client id', existing?.clientId)) ?? existing?.clientId,
  )
  const rest = { ...workerEnvironment(context, args, existing), tokenAuthMethod: authMethod(context, args, existing) }
  const clientSecret = await resolveSecret(context, { ...place, asks, args, existing })
  return { version: 1, ...place, environmentId, clientId, clientSecret, ...rest }
}

async function askLine(context: Context, question: string): Promise<string> {
  const typed = await context.terminal.ask(question)
  if (typed === undefined) throw notAnswered()
  return typed
}

function notAnswered() {
  return badInput('No answer: nothing was saved.')
}

type Place = Pick<SavedConnection, 'apiUrl' | 'authUrl'> & { region?: string }

/** URLs of the environment come first, then those of a region that was named, then the stored ones. */
function resolvePlace({ env }: Context, answer: string | undefined, existing: Existing): Place {
  const region = answer === undefined ? undefined : parseRegion(answer)
  if (answer !== undefined && region === undefined) {
    throw badField('--region', `must be one of ${REGION_CODES.join(', ')}, or an API domain such as api.pingone.eu`)
  }
  const base = region === undefined ? existing : regionUrls(region)
  const apiUrl = requireUrl('PINGONE_API_URL', env['PINGONE_API_URL'], base?.apiUrl)
  const authUrl = requireUrl('PINGONE_AUTH_URL', env['PINGONE_AUTH_URL'], base?.authUrl)
  const named = region ?? existing?.region
  return { ...(named === undefined ? {} : { region: named }), apiUrl: withVersion(apiUrl), authUrl }
}

function requireUrl(name: string, given: string | undefined, fallback: string | undefined): string {
  const text = given === undefined || given.trim() === '' ? fallback : given.trim()
  if (text === undefined) throw badField('--region', 'is missing')
  const parsed = parseBaseUrl(text)
  if ('url' in parsed) return parsed.url
  throw badField(name, parsed.problem)
}

function requireId(name: string, text: string | undefined): string {
  const parsed = pingOneId().safeParse(text)
  if (parsed.success) return parsed.data
  throw badField(name, text === undefined ? 'is missing' : 'must be a UUID')
}

function workerEnvironment({ env }: Context, args: ConnectArgs, existing: Existing) {
  const given = args['worker-environment-id'] ?? env['PINGONE_WORKER_ENVIRONMENT_ID'] ?? ''
  const text = isKept(given) ? existing?.workerEnvironmentId : given.trim()
  return text === undefined ? {} : { workerEnvironmentId: requireId('--worker-environment-id', text) }
}

function authMethod({ env }: Context, args: ConnectArgs, existing: Existing) {
  const given = args['token-auth-method'] ?? env['PINGONE_TOKEN_AUTH_METHOD'] ?? ''
  const text = isKept(given) ? (existing?.tokenAuthMethod ?? 'basic') : given.trim().toLowerCase()
  const method = TOKEN_AUTH_METHODS.find((known) => known === text)
  if (method === undefined) throw badField('--token-auth-method', 'must be basic or post')
  return method
}

interface SecretWanted {
  apiUrl: string
  authUrl: string
  asks: boolean
  args: ConnectArgs
  existing: Existing
}

/** The stored secret stays only with the URLs that it was stored with: under others it is typed anew. */
async function resolveSecret(context: Context, wanted: SecretWanted): Promise<string> {
  const { asks, args, existing } = wanted
  const moved = existing !== undefined && (existing.apiUrl !== wanted.apiUrl || existing.authUrl !== wanted.authUrl)
  const stored = moved ? undefined : existing?.clientSecret
  const text = args['client-secret-stdin']
    ? await readText(context.input)
    : asks
      ? await askSecret(context, { hasStored: stored !== undefined, moved })
      : ''
  const secret = isKept(text) ? stored : text.trim()
  if (secret !== undefined && !hasInvisible(secret)) return secret
  if (secret !== undefined) throw badField('The client secret', 'has line breaks or characters that cannot be seen')
  throw badField(
    'The client secret',
    moved
      ? 'is missing: the stored one was saved for other URLs and is not sent to these; give it anew'
      : 'is missing: type it, or pipe it in with --client-secret-stdin',
  )
}

async function askSecret(context: Context, { hasStored, moved }: { hasStored: boolean; moved: boolean }) {
  if (moved) context.say('The URLs change, so the client secret has to be given anew.')
  const typed = await context.terminal.askBlind(`Client secret (not shown)${hasStored ? ' [••••]' : ''}: `)
  if (typed === undefined) throw notAnswered()
  return typed.reveal()
}

function badField(field: string, problem: string) {
  return badInput(`INVALID_INPUT: ${field} ${problem}. Nothing was saved.`)
}
