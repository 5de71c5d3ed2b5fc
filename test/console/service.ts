import { onTestFinished } from 'vitest'
import type { Approvals } from '../../src/approval/approvals.ts'
import type { ApproverSignIn, HttpSettings } from '../../src/http/settings.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createMovingClock } from '../browser/moving-clock.ts'
import { rehearse, type Rehearsal } from '../e2e/rehearsal.ts'
import type { CallResult } from '../e2e/session.ts'
import { openIssuer, type Person, type TestIssuer } from '../http/issuer.ts'
import { type Guest, openGuest } from './guest.ts'
import { squat } from './loopback.ts'

export const GROUP = 'mfa-approvers'
export const ALICE = 'alice@example.com'

/** Who signs in where the test does not say otherwise. */
const PEOPLE: Record<string, Person> = {
  olga: { name: 'Olga Approver', email: 'olga@example.com', email_verified: true, groups: ['staff', GROUP] },
  pavel: { name: 'Pavel Second', email: 'pavel@example.com', email_verified: true, groups: [GROUP] },
  ines: { name: 'Ines Intern', email: 'ines@example.com', email_verified: true, groups: ['staff'] },
  rita: { name: 'Rita Requester', email: 'rita@example.com', email_verified: true, groups: [GROUP] },
  alice: { name: 'Alice Adams', email: ALICE, email_verified: true, groups: [GROUP] },
}

export interface ServiceOptions {
  /** What people see; the loopback address where it is not given. */
  publicUrl?: string
  /** Where people sign in, and who of them approves; null for nowhere. */
  signIn?: Partial<ApproverSignIn> | null
  /** `null`: no claim says who is an approver. */
  claim?: ApproverSignIn['claim'] | null
  /** False: whoever reaches the port is the owner. */
  tokens?: boolean
  /** Access tokens come from another issuer than the one where people sign in. */
  secondIssuer?: boolean
}

/** One process of the HTTP service, with a real issuer beside it and the simulated tenant behind it. */
export interface Service {
  program: Rehearsal
  issuer: TestIssuer
  approvals: Approvals
  /** What people see. */
  publicUrl: string
  openUrl: (() => string) | undefined
  /** An assistant of this principal calls a tool. */
  call(tool: string, args: Record<string, unknown>, who?: Asker): Promise<CallResult>
  /** An assistant asks to remove all devices of somebody: the approval. */
  ask(who?: Asker, email?: string): Promise<CallResult['structured']['approval']>
  stateOf(id: string): Promise<string | undefined>
  /** Of this kind, oldest first, as they were hashed. */
  audited(kind: string): Promise<Record<string, unknown>[]>
  /** Somebody's browser, with nothing in it yet. */
  guest(): Guest
  /** Another process on the same store, under the same public URL. */
  another(): Promise<Service>
}

export interface Asker {
  subject: string
  /** Null: the access token says nothing of it. */
  email?: string | null
  claims?: Record<string, unknown>
}

const RITA: Asker = { subject: 'rita', email: 'rita@example.com' }

export async function openService(options: ServiceOptions = {}): Promise<Service> {
  const issuer = await openIssuer()
  onTestFinished(() => issuer.close())
  for (const [subject, person] of Object.entries(PEOPLE)) issuer.people.set(subject, person)
  const program = await rehearse({}, createMovingClock())
  const tokenIssuer = options.secondIssuer === true ? await openIssuer() : issuer
  if (tokenIssuer !== issuer) onTestFinished(() => tokenIssuer.close())
  return serve(program, { issuer, tokenIssuer }, options)
}

interface Issuers {
  /** Where people sign in. */
  issuer: TestIssuer
  tokenIssuer: TestIssuer
}

async function serve(program: Rehearsal, issuers: Issuers, options: ServiceOptions): Promise<Service> {
  const { issuer, tokenIssuer } = issuers
  const { claim = { name: 'groups', value: GROUP }, signIn = {}, tokens = true } = options
  const port = await freePort()
  const settings: HttpSettings = {
    host: 'localhost',
    port,
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
    ...(tokens && { tokens: { issuer: tokenIssuer.url } }),
    ...(signIn !== null && {
      approvers: {
        issuer: issuer.url,
        clientId: issuer.client.id,
        clientSecret: new Secret(issuer.client.secret),
        ...(claim !== null && { claim }),
        ...signIn,
      },
    }),
  }
  const http = await program.app.serveHttp(settings)
  onTestFinished(() => http.close())
  const publicUrl = http.url
  issuer.allowRedirect(`${publicUrl}/approvals/callback`)
  const approvals = await program.app.approvals()
  const token = async ({ subject, email = `${subject}@example.com`, claims = {} }: Asker) =>
    tokenIssuer.token({
      subject,
      audience: `${publicUrl}/mcp`,
      claims: { ...(email !== null && { email, email_verified: true }), ...claims },
    })

  const service: Service = {
    program,
    issuer,
    approvals,
    publicUrl,
    openUrl: http.openUrl,
    async call(tool, args, who = RITA) {
      const authorization = tokens ? { authorization: `Bearer ${await token(who)}` } : {}
      const answer = await service.guest().raw('POST', '/mcp', {
        headers: {
          ...authorization,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-11-25',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
      })
      return toCallResult(answer.text)
    },
    async ask(who = RITA, email = ALICE) {
      const { structured, text } = await service.call('reset_mfa_devices', { email }, who)
      if (structured?.status !== 'approval_required') throw new Error(`nobody was asked: ${text}`)
      return structured.approval
    },
    stateOf: async (id) => (await approvals.find(id))?.state,
    async audited(kind) {
      const entries = await (await program.app.store()).auditEntries()
      return entries
        .filter((entry) => entry.kind === kind)
        .map(({ data }) => JSON.parse(data) as Record<string, unknown>)
    },
    guest: () => openGuest({ publicUrl, port, issuer }),
    async another() {
      return serve(await program.again(), issuers, { ...options, publicUrl })
    },
  }
  return service
}

/** What a server that asks for any port is given now. */
async function freePort(): Promise<number> {
  const { port, close } = await squat('127.0.0.1')
  await close()
  return port
}

/** The answer stands in the body, or in the one event of a stream. */
function toCallResult(body: string): CallResult {
  const json = body.startsWith('{') ? body : (/^data: (\{.*)$/m.exec(body)?.[1] ?? '{}')
  const { result, error } = JSON.parse(json) as { result?: CallResult['raw']; error?: { message: string } }
  if (result === undefined) throw new Error(error?.message ?? body)
  const text = result.content?.[0]?.text ?? ''
  return {
    isError: result.isError === true,
    text,
    code: result.isError === true ? text.split(':')[0] : undefined,
    structured: result.structuredContent as CallResult['structured'],
    raw: result,
  }
}
