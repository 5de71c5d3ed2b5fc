import { onTestFinished } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import type { SandboxServer } from '../../src/sandbox/serve.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'

interface Item {
  id: string
  name: string
  email: string
  population: { id: string }
}

interface Detail {
  code: string
  target: string
  innerError: Record<string, unknown>
}

type ListName =
  | 'users'
  | 'populations'
  | 'devices'
  | 'roleAssignments'
  | 'deviceAuthenticationPolicies'
  | 'groups'
  | 'groupMemberships'
  | 'applications'
  | 'identityProviders'
  | 'signOnPolicies'
  | 'gateways'
  | 'credentials'
  | 'keys'

interface AnswerBody extends Item {
  code: string
  message: string
  error: string
  error_description: string
  access_token: string
  details: [Detail]
  _links: { self: { href: string }; next: { href: string } }
  _embedded: Record<ListName, Item[]>
  count: number
  size: number
  status: string
  phone: string
  secret: string
  keyUri: string
  test: { otp: string }
  lock: unknown
  block: unknown
  order: unknown
  mfaEnabled: boolean
  enabled: boolean
  credential: string
  previous: unknown
  pairing: { maxAllowedDevices: number }
  tenant: { environmentId: string }
  users: unknown[]
  changes: unknown[]
  requests: unknown[]
  messages: unknown[]
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** What the tests look at, as if all of it were there: the assertions are the judge. */
  body: AnswerBody
}

export interface Ask {
  contentType?: string
  /** Sent as it is where it is a string. */
  body?: unknown
  headers?: Record<string, string>
}

export interface Tenant {
  sandbox: Sandbox
  server: SandboxServer
  /** A request below the environment, with the worker's token. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /** Any request, as it is. */
  send(method: string, path: string, ask?: Ask): Promise<Answer>
  token(): Promise<string>
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = {}
  }
  return { status: response.status, headers: response.headers, text, body: body as AnswerBody }
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

/** A tenant behind a real port, closed when the test ends. */
export async function openTenant(options: SandboxOptions = {}): Promise<Tenant> {
  const sandbox = createSandbox(options)
  const server = await serveSandbox(sandbox)
  onTestFinished(() => server.close())
  let token: string | undefined

  const send: Tenant['send'] = async (method, path, { contentType, body, headers = {} } = {}) =>
    read(
      await fetch(`${server.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...(contentType !== undefined && { 'content-type': contentType }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
  const mint = async (): Promise<string> => {
    const { workerEnvironmentId, clientId, clientSecret } = sandbox.tenant
    const answer = await send('POST', `/${workerEnvironmentId}/as/token`, {
      contentType: 'application/x-www-form-urlencoded',
      body: 'grant_type=client_credentials',
      headers: { authorization: basic(clientId, clientSecret) },
    })
    return answer.body.access_token
  }
  return {
    sandbox,
    server,
    send,
    token: mint,
    ask: async (method, path, ask = {}) => {
      token ??= await mint()
      return send(method, `/v1/environments/${sandbox.tenant.environmentId}${path}`, {
        ...(ask.body !== undefined && typeof ask.body !== 'string' && { contentType: 'application/json' }),
        ...ask,
        headers: { authorization: `Bearer ${token}`, ...ask.headers },
      })
    },
  }
}

export const vendor = (name: string): string => `application/vnd.pingidentity.${name}+json`

/** What changed, by name. */
export function actions(tenant: Tenant): string[] {
  return tenant.sandbox.changes.map(({ action }) => action)
}

export function populationId(tenant: Tenant, name: 'Employees' | 'Contractors' | 'Partners'): string {
  const population = tenant.sandbox.state.populations().find((candidate) => candidate.name === name)
  if (population === undefined) throw new Error(`There is no population ${name}`)
  return population.id
}

/** The detail that tells what was wrong. */
export function detail(answer: Answer | undefined): {
  status: unknown
  code: unknown
  detail: unknown
  target: unknown
} {
  const first = answer?.body?.details?.[0]
  return { status: answer?.status, code: answer?.body?.code, detail: first?.code, target: first?.target }
}
