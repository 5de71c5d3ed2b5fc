import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import { parseHttpSettings } from '../../src/http/settings.ts'
import { Secret } from '../../src/lib/secret.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.ts'
import { squat } from '../console/loopback.ts'
import { cheapCredential, RIGHT_PASSPHRASE } from '../e2e/rehearsal.ts'
import type { TestIssuer } from './issuer.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** The HTTP service in this process, on a sandbox tenant and a home folder of its own. */
export interface TestService {
  app: App
  sandbox: Sandbox
  server: SandboxServer
  home: string
  url: string
  port: number
  /** What access tokens are for. */
  audience: string
  log: string[]
  /** A request as anybody can send it. */
  send(options: Send): Promise<Answer>
  /** One MCP message with an access token; the answer to it, wherever it stands. */
  rpc(token: string | undefined, method: string, params?: Record<string, unknown>): Promise<Rpc>
  call(token: string | undefined, name: string, args?: Record<string, unknown>): Promise<ToolAnswer>
  enrol(name?: string, email?: string): Promise<void>
  /** By passphrase, as at a terminal of the machine that serves. */
  approve(id: string, name?: string): Promise<boolean>
  /** Ends the service, and leaves the rest. */
  stop(): Promise<void>
  close(): Promise<void>
}

interface Send {
  method?: string
  path?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Without a length that is known before. */
  chunked?: boolean
}

interface Rpc {
  status: number
  headers: IncomingHttpHeaders
  result?: Record<string, unknown>
  error?: { code: number; message: string }
}

export interface ToolAnswer {
  isError: boolean
  text: string
  structured: {
    status: string
    approval: { id: string; token: string; approveAt: string }
    outcome: unknown
    replayed: boolean
  }
}

export const MCP_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
}

export interface ServiceOptions {
  issuer?: TestIssuer | { url: string }
  env?: Record<string, string>
  /** Serves for the owner of the home folder, without access tokens. */
  insecure?: boolean
  sandbox?: SandboxOptions
}

export async function openService(options: ServiceOptions = {}): Promise<TestService> {
  const { issuer, insecure = false } = options
  const sandbox = createSandbox(options.sandbox)
  const server = await serveSandbox(sandbox)
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pingone-mfa-http-'))
  const log: string[] = []
  const { environmentId, clientId, clientSecret, tokenAuthMethod } = sandbox.tenant
  const env: Record<string, string> = {
    PINGONE_MFA_HOME: home,
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tokenAuthMethod,
    PINGONE_MFA_LOG_LEVEL: 'debug',
    ...(issuer === undefined ? {} : { PINGONE_MFA_HTTP_ISSUER: issuer.url }),
    ...options.env,
  }
  const app = createApp({
    env,
    machine: { platform: 'linux', homeFolder: home, userName: 'tester' },
    clock: systemClock,
    randomBytes,
    writeLog: (line) => void log.push(line),
    readTextFile: () => undefined,
  })
  // A port that the system picks is told by the default public URL alone.
  const picked = env['PINGONE_MFA_PUBLIC_URL'] === undefined ? 0 : await freePort()
  const service = await app.serveHttp(
    parseHttpSettings(env, { host: 'localhost', port: String(picked), insecureLoopback: insecure }),
  )
  const port = picked === 0 ? Number(new URL(service.url).port) : picked

  const send = (given: Send) => sendTo(port, given)
  const rpc: TestService['rpc'] = async (token, method, params = {}) => {
    const answer = await send({
      method: 'POST',
      path: '/mcp',
      headers: { ...MCP_HEADERS, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    return { status: answer.status, headers: answer.headers, ...messageOf(answer) }
  }

  return {
    app,
    sandbox,
    server,
    home,
    url: service.url,
    port,
    audience: `${service.url}/mcp`,
    log,
    send,
    rpc,
    async call(token, name, args = {}) {
      const { status, result, error } = await rpc(token, 'tools/call', { name, arguments: args })
      if (result === undefined) throw new Error(`${name} was answered with ${status} ${JSON.stringify(error)}`)
      const { content, isError, structuredContent } = result as {
        content: { text: string }[]
        isError?: boolean
        structuredContent?: unknown
      }
      return {
        isError: isError === true,
        text: content[0]?.text ?? '',
        structured: structuredContent as ToolAnswer['structured'],
      }
    },
    async enrol(name = 'Olga', email = 'olga.approver@example.com') {
      const store = await app.store()
      const [first] = await store.approvers()
      const credential = cheapCredential(RIGHT_PASSPHRASE)
      const vouched = first === undefined ? {} : { vouchedBy: first.name }
      await store.addApprover(
        { name, email, createdAt: Date.now(), kind: 'passphrase', credential, ...vouched },
        { at: Date.now(), kind: 'approver.added', data: { name, email } },
      )
    },
    async approve(id, name = 'Olga') {
      const [approvals, approver] = [await app.approvals(), await (await app.approvers()).find(name)]
      if (approver === undefined) throw new Error(`nobody is called ${name}`)
      const digest = (await approvals.find(id))?.digest ?? ''
      return (await approvals.approve({ id, digest, approver, passphrase: new Secret(RIGHT_PASSPHRASE) })).approved
    },
    stop: () => service.close(),
    async close() {
      await service.close()
      await app.close()
      await server.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const { port, close } = await squat('127.0.0.1')
  await close()
  return port
}

export function sendTo(port: number, given: Send): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body, chunked = false } = given
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      headers: { host: `localhost:${port}`, ...headers },
    })
    let isAnswered = false
    sent.on('response', (response) => {
      isAnswered = true
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      response.on('error', reject)
    })
    sent.on('error', (error) => {
      // A server may answer and close before it has read everything.
      if (!isAnswered) reject(error)
    })
    if (body === undefined) {
      sent.end()
    } else if (chunked) {
      sent.write(body)
      sent.end()
    } else {
      sent.setHeader('content-length', Buffer.byteLength(body))
      sent.end(body)
    }
  })
}

/** Bytes as they are; what comes back until the server ends the connection, or `ms` have passed. */
export function sayTo(port: number, bytes: string | Buffer, ms = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined))
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answer)
    })
  })
}

/** The JSON-RPC answer of a body that is JSON or a stream of events. */
function messageOf({ headers, body }: Answer): Pick<Rpc, 'result' | 'error'> {
  const type = headers['content-type'] ?? ''
  const texts = type.startsWith('text/event-stream')
    ? body.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
    : [body]
  const messages = texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as { id?: unknown; result?: Record<string, unknown>; error?: Rpc['error'] }]
    } catch {
      return []
    }
  })
  const { result, error } =
    messages.find((message) => message.result !== undefined || message.error !== undefined) ?? {}
  // RFC 6750 answers carry a word as `error`, which is no answer to a message.
  return {
    ...(result !== undefined && { result }),
    ...(typeof error === 'object' && { error }),
  }
}
