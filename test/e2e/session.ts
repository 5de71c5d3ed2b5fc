import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Stream } from 'node:stream'
import { type AnswerCheck, createAnswerCheck } from './answer-check.ts'

/** `v1`: the 2025 generation by the v1 SDK; `v2`: the 2026 generation by the v2 client. */
export type Generation = 'v1' | 'v2'

export interface SessionOptions {
  generation?: Generation
  env?: Record<string, string>
  /** What the client says that it is. */
  clientInfo?: { name: string; version: string }
  /** Node's own options, such as a preload. */
  nodeOptions?: string[]
}

export interface CallResult {
  isError: boolean
  text: string
  /** Before the first colon of an error's text. */
  code: string | undefined
  /** What a test expects to be there; reading what is not there fails the test. */
  structured: Structured
  raw: RawResult
}

/** Every field that some tool answers with. */
export interface Structured {
  status: string
  approval: {
    token: string
    id: string
    action: string
    summary: string
    effects: string[]
    approveAt: string
    expiresAt: string
    denialReason: string
  }
  next: string
  action: string
  summary: string
  outcome: {
    user: { id: string; email: string }
    devices: { id: string; type: string; label: string; result: string; error?: string }[]
    request: { method: string; path: string }
    /** Of the answer's HTTP status. */
    status: number
    data: Fields
  }
  replayed: boolean
  user: { id: string; email: string; username: string; enabled: boolean; mfaEnabled: boolean }
  devices: {
    id: string
    type: string
    status: string
    label: string
    nickname?: string
    blocked: boolean
    locked: boolean
    createdAt: string
  }[]
  count: number
  checks: { name: string; ok: boolean; message: string; next?: string }[]
  environment: { id: string; name: string; type: string; region: string }
  confident: boolean
  results: { id: string; method: string; path: string; service: string; effect: string; tool?: string }[]
  hint: string
  id: string
  call: { tool: string; arguments: Record<string, unknown> }
  /** One thing, or a list of them. */
  data: Fields | Fields[]
  page: { count?: number; next?: string }
  truncated: boolean
}

/** Fields of an answer of PingOne's, by name. */
export type Fields = Record<string, unknown>

export interface RawResult {
  content: { type: string; text: string }[]
  structuredContent?: Structured
  isError?: boolean
}

export interface ListedTool {
  name: string
  title: string
  description: string
  inputSchema: Record<string, unknown>
  outputSchema: Record<string, unknown>
  annotations: Record<string, boolean>
}

interface ListedPrompt {
  name: string
  title: string
  description: string
  arguments: { name: string; description: string; required: boolean }[]
}

/** One client with its server process. */
export interface Session {
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: { signal?: AbortSignal; timeoutMs?: number; onProgress?: (progress: unknown) => void },
  ): Promise<CallResult>
  tools(): Promise<ListedTool[]>
  prompts(): Promise<ListedPrompt[]>
  /** The text of a prompt; rejects as the client does. */
  prompt(name: string, args?: Record<string, string>): Promise<string>
  /** What the client would offer for an argument of a prompt. */
  complete(name: string, argument: { name: string; value: string }): Promise<string[]>
  pid: number
  stderr(): string
  /** Ends the server at once, as `kill -9` does. */
  kill(): void
  close(): Promise<void>
}

export async function openSession(
  options: SessionOptions & { program: string; env: Record<string, string>; printed: string[] },
): Promise<Session> {
  const { program, env, printed, generation = 'v2', nodeOptions = [] } = options
  const server = { command: process.execPath, args: [...nodeOptions, program, 'stdio'], env, stderr: 'pipe' as const }
  let said = ''
  const listen = (stderr: Stream | null) => {
    stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      printed.push(chunk.toString())
    })
  }

  const { clientInfo = { name: `test-client-${generation}`, version: '1.0.0' } } = options
  const connect = generation === 'v1' ? connectV1 : connectV2
  const { client, pid, close } = await connect(server, listen, clientInfo)
  const tools = async () => (await client.listTools()).tools as unknown as ListedTool[]
  let check: Promise<AnswerCheck> | undefined
  return {
    pid,
    stderr: () => said,
    kill: () => void process.kill(pid, 'SIGKILL'),
    close,
    tools,
    prompts: async () => (await client.listPrompts()).prompts as unknown as ListedPrompt[],
    async prompt(name, args = {}) {
      const { messages } = await client.getPrompt({ name, arguments: args })
      printed.push(JSON.stringify(messages))
      return messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('\n')
    },
    async complete(name, argument) {
      const { completion } = await client.complete({ ref: { type: 'ref/prompt', name }, argument })
      return completion.values
    },
    async call(name, args = {}, { signal, timeoutMs = 65_000, onProgress } = {}) {
      check ??= tools().then(createAnswerCheck)
      const assertPromised = await check
      const request = { name, arguments: args }
      const extra = { timeout: timeoutMs, ...(signal && { signal }), ...(onProgress && { onprogress: onProgress }) }
      const raw = (await (generation === 'v1'
        ? (client as ClientV1).callTool(request, undefined, extra)
        : (client as ClientV2).callTool(request, extra))) as RawResult
      const text = raw.content[0]?.text ?? ''
      // A claim token is the caller's to know; what must not be there is looked for in the rest.
      printed.push(JSON.stringify(raw))
      assertPromised(name, raw)
      return {
        isError: raw.isError === true,
        text,
        code: raw.isError === true ? text.split(':')[0] : undefined,
        structured: raw.structuredContent as Structured,
        raw,
      }
    },
  }
}

interface Server {
  command: string
  args: string[]
  env: Record<string, string>
  stderr: 'pipe'
}
type ClientInfo = NonNullable<SessionOptions['clientInfo']>
type Listen = (stderr: Stream | null) => void

async function connectV1(server: Server, listen: Listen, clientInfo: ClientInfo) {
  const client = new ClientV1(clientInfo)
  const transport = new StdioV1(server)
  listen(transport.stderr)
  await client.connect(transport)
  return { client, pid: transport.pid ?? 0, close: () => client.close() }
}

async function connectV2(server: Server, listen: Listen, clientInfo: ClientInfo) {
  const client = new ClientV2(clientInfo, { versionNegotiation: { mode: 'auto' } })
  const transport = new StdioV2(server)
  listen(transport.stderr)
  await client.connect(transport)
  return { client, pid: transport.pid ?? 0, close: () => client.close() }
}
