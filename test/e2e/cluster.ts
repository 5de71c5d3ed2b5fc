import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type App, createApp } from '../../src/app.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type AssistantClient, connectAssistant } from '../../src/mcp/client.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'
import { type Guest, openGuest } from '../console/guest.ts'
import { openIssuer, type TestIssuer } from '../http/issuer.ts'
import { MCP_HEADERS, sendTo, type ToolAnswer } from '../http/service.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { cheapCredential, RIGHT_PASSPHRASE } from './rehearsal.ts'
import { PROGRAM } from './stage.ts'

/** Several processes of the HTTP service on one PostgreSQL, as behind a load balancer, with a real issuer. */
export interface Cluster {
  sandbox: Sandbox
  postgres: PostgresServer
  issuer: TestIssuer
  /** Of the approver's side: the terminal on another machine. */
  app: App
  env: Record<string, string>
  nodes: Node[]
  sql: postgres.Sql
  /** A person's browser; `node` says which process gets the next request. */
  guest(node: () => Node): Guest
  /** One more process of the service. */
  another(): Promise<Node>
  /** A server over stdio on the same database, with a client. */
  connectStdio(): Promise<AssistantClient>
  /** The program with arguments, on the same database. */
  run(args: string[]): Promise<{ code: number | null; stdout: string }>
  approve(id: string): Promise<boolean>
  /** Everything that the processes have logged. */
  logged(): string
  close(): Promise<void>
}

export interface Node {
  port: number
  call(name: string, args?: Record<string, unknown>, who?: string): Promise<ToolAnswer>
  status(path: string): Promise<number>
  kill(): Promise<void>
}

const PUBLIC_URL = 'https://mfa.example.test'
export const APPROVERS = 'mfa-approvers'

export async function openCluster(size = 3): Promise<Cluster> {
  const sandbox = createSandbox()
  const [server, database, issuer] = await Promise.all([serveSandbox(sandbox), startPostgres(), openIssuer()])
  issuer.allowRedirect(`${PUBLIC_URL}/approvals/callback`)
  const databaseUrl = await database.createDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'pingone-mfa-cluster-'))
  const { environmentId, clientId, clientSecret, tokenAuthMethod } = sandbox.tenant
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    PINGONE_MFA_HOME: join(folder, 'home'),
    PINGONE_MFA_DATABASE_URL: databaseUrl,
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tokenAuthMethod,
    PINGONE_MFA_PUBLIC_URL: PUBLIC_URL,
    PINGONE_MFA_HTTP_ISSUER: issuer.url,
    PINGONE_MFA_APPROVER_CLIENT_ID: issuer.client.id,
    PINGONE_MFA_APPROVER_CLIENT_SECRET: issuer.client.secret,
    PINGONE_MFA_APPROVER_CLAIM: `groups=${APPROVERS}`,
  }
  const log: string[] = []
  const start = (n: number) => startNode({ ...env, PINGONE_MFA_HOME: join(folder, `node ${n}`) }, { issuer, log })
  const nodes = await Promise.all(Array.from({ length: size }, (_, n) => start(n)))
  const app = createApp({
    env,
    machine: { platform: 'linux', homeFolder: folder, userName: 'tester' },
    clock: systemClock,
    randomBytes,
    writeLog: (line) => void log.push(line),
    readTextFile: () => undefined,
  })
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined, connection: { search_path: 'pingone_mfa' } })
  return {
    sandbox,
    postgres: database,
    issuer,
    app,
    env,
    nodes,
    sql,
    guest: (node) => openGuest({ publicUrl: PUBLIC_URL, port: () => node().port, issuer }),
    async another() {
      const node = await start(nodes.length)
      nodes.push(node)
      return node
    },
    connectStdio: () =>
      connectAssistant({ command: process.execPath, args: [PROGRAM, 'stdio'], env, onLog: (text) => log.push(text) }),
    run: (args) => runProgram(args, env),
    approve: (id) => approveAtTerminal(app, id),
    logged: () => log.join('\n'),
    async close() {
      for (const node of nodes) await node.kill()
      await app.close()
      await sql.end({ timeout: 1 })
      await database.close()
      await issuer.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startNode(
  env: Record<string, string>,
  { issuer, log }: { issuer: TestIssuer; log: string[] },
): Promise<Node> {
  const child = spawn(process.execPath, [PROGRAM, 'http', '--host', '127.0.0.1', '--port', '0'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const port = await portOf(child, log)
  const { host } = new URL(PUBLIC_URL)
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (who: string) => {
    const made =
      tokens.get(who) ??
      issuer.token({
        subject: who,
        audience: `${PUBLIC_URL}/mcp`,
        claims: { email: `${who}@example.com`, email_verified: true },
      })
    tokens.set(who, made)
    return made
  }
  return {
    port,
    async call(name, args = {}, who = 'rita') {
      const answer = await sendTo(port, {
        method: 'POST',
        path: '/mcp',
        headers: { ...MCP_HEADERS, host, authorization: `Bearer ${await tokenOf(who)}` },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      })
      return toolAnswer(answer.status, answer.body)
    },
    status: async (path) => (await sendTo(port, { path })).status,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

function toolAnswer(status: number, body: string): ToolAnswer {
  const json = body.startsWith('{') ? body : (/^data: (\{.*)$/m.exec(body)?.[1] ?? '{}')
  const { result, error } = JSON.parse(json) as {
    result?: { content: { text: string }[]; isError?: boolean; structuredContent?: unknown }
    error?: unknown
  }
  if (result === undefined) throw new Error(`answered with ${status} ${JSON.stringify(error)}`)
  return {
    isError: result.isError === true,
    text: result.content[0]?.text ?? '',
    structured: result.structuredContent as ToolAnswer['structured'],
  }
}

/** The log says on which port it listens. */
function portOf(child: ChildProcess, log: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      log.push(text)
      const port = /"event":"http.listening".*?"port":(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${said}`)))
  })
}

function runProgram(args: string[], env: Record<string, string>): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout }))
  })
}

/** Enrolled by passphrase on the first approval. */
async function approveAtTerminal(app: App, id: string): Promise<boolean> {
  const [approvals, approvers] = [await app.approvals(), await app.approvers()]
  if ((await approvers.list()).length === 0) {
    const person = { name: 'Olga', email: 'olga@example.com' }
    await (
      await app.store()
    ).addApprover(
      { ...person, createdAt: Date.now(), kind: 'passphrase', credential: cheapCredential(RIGHT_PASSPHRASE) },
      { at: Date.now(), kind: 'approver.added', data: person },
    )
  }
  const approver = await approvers.find('Olga')
  if (approver === undefined) throw new Error('nobody is enrolled')
  const digest = (await approvals.find(id))?.digest ?? ''
  return (await approvals.approve({ id, digest, approver, passphrase: new Secret(RIGHT_PASSPHRASE) })).approved
}
