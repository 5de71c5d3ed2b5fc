import { randomBytes, scryptSync } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import type { DenyResult } from '../../src/approval/approvals.ts'
import type { ApproveResult } from '../../src/approval/settling.ts'
import { verifyAudit, type Verification } from '../../src/approval/audit.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.ts'
import type { CallResult } from './session.ts'

/**
 * The whole program in this process, under a clock that the test moves: the same composition, the real store, MCP over
 * streams, a tenant over HTTP. For what takes minutes and hours, and for many runs.
 */
export interface Rehearsal {
  sandbox: Sandbox
  server: SandboxServer
  home: string
  env: Record<string, string>
  clock: FakeClock
  app: App
  call(name: string, args?: Record<string, unknown>): Promise<CallResult>
  /** One MCP request as it is. What the server asks back is accepted without being read. */
  request(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** How often the server has asked the client for something. */
  readonly askedBack: number
  enrol(name?: string, email?: string): Promise<void>
  approve(id: string, options?: { by?: string; code?: string; passphrase?: string }): Promise<ApproveResult>
  deny(id: string, reason?: string): Promise<DenyResult>
  /** Replaces the policy file; undefined removes it. */
  setPolicy(policy: unknown): void
  acceptPolicy(): Promise<void>
  verify(knownHead?: string): Promise<Verification>
  /** Another caller's process on the same home. */
  again(env?: Record<string, string>): Promise<Rehearsal>
  close(): Promise<void>
}

export interface FakeClock extends Clock {
  advance(ms: number): void
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const RIGHT_PASSPHRASE = 'as right as rain'

function createFakeClock(start = Date.parse('2026-11-24T09:00:00.000Z')): FakeClock {
  let now = start
  return {
    now: () => now,
    advance: (ms) => void (now += ms),
    // Nothing waits: who sleeps wakes up later at once.
    async sleep(ms, signal) {
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      now += Math.ceil(ms)
    },
  }
}

/** Opens a rehearsal that the end of the test closes. */
export async function rehearse(options: Omit<SandboxOptions, 'clock'> = {}, clock?: FakeClock): Promise<Rehearsal> {
  const rehearsal = await openRehearsal(options, clock)
  onTestFinished(() => rehearsal.close())
  return rehearsal
}

export async function openRehearsal(
  options: Omit<SandboxOptions, 'clock'> = {},
  clock: FakeClock = createFakeClock(),
): Promise<Rehearsal> {
  const sandbox = createSandbox({ ...options, clock })
  const server = await serveSandbox(sandbox)
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rehearsal-'))
  const rehearsal = await play({ clock, sandbox, server, home, env: connectionTo(sandbox, server, home) })
  return {
    ...rehearsal,
    get askedBack() {
      return rehearsal.askedBack
    },
    async close() {
      await rehearsal.close()
      await server.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function connectionTo(sandbox: Sandbox, server: SandboxServer, home: string): Record<string, string> {
  return {
    PINGONE_MFA_HOME: home,
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: sandbox.tenant.environmentId,
    PINGONE_CLIENT_ID: sandbox.tenant.clientId,
    PINGONE_CLIENT_SECRET: sandbox.tenant.clientSecret,
  }
}

/** Reads or changes rows behind the program's back, as somebody with the file could. */
export function onDatabase<T>(home: string, act: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(home, 'approvals.db'), { timeout: 10_000 })
  try {
    return act(db)
  } finally {
    db.close()
  }
}

interface Parts {
  clock: FakeClock
  sandbox: Sandbox
  server: SandboxServer
  home: string
  env: Record<string, string>
}

async function play(parts: Parts): Promise<Rehearsal> {
  const { clock, home, env } = parts
  let policyText: string | undefined
  const app = createApp({
    env,
    machine: { platform: 'linux', homeFolder: home, userName: 'tester' },
    clock,
    randomBytes,
    writeLog: () => undefined,
    readTextFile: (path) => policyText ?? readIfThere(path),
  })
  const wire = await openWire(app)
  const others: Rehearsal[] = []
  const approverCalled = async (name: string) => {
    const found = await (await app.approvers()).find(name)
    if (found === undefined) throw new Error(`nobody is called ${name}`)
    return found
  }

  return {
    ...parts,
    app,
    request: wire.request,
    get askedBack() {
      return wire.askedBack()
    },
    async call(name, args = {}) {
      return toCallResult(await wire.request('tools/call', { name, arguments: args }))
    },
    async enrol(name = 'Olga', email = 'olga.approver@example.com') {
      const store = await app.store()
      const [first] = await store.approvers()
      await store.addApprover(
        {
          name,
          email,
          createdAt: clock.now(),
          kind: 'passphrase',
          credential: cheapCredential(RIGHT_PASSPHRASE),
          ...(first === undefined ? {} : { vouchedBy: first.name }),
        },
        { at: clock.now(), kind: 'approver.added', data: { name, email } },
      )
    },
    async approve(id, { by = 'Olga', code, passphrase = RIGHT_PASSPHRASE } = {}) {
      const approver = await approverCalled(by)
      const approvals = await app.approvals()
      return approvals.approve({
        id,
        digest: (await approvals.find(id))?.digest ?? '',
        approver,
        passphrase: new Secret(passphrase),
        ...(code === undefined ? {} : { code: new Secret(code) }),
      })
    },
    deny: async (id, reason = '') => (await app.approvals()).deny({ id, reason }),
    setPolicy(policy) {
      policyText = policy === undefined || typeof policy === 'string' ? policy : JSON.stringify(policy)
    },
    async acceptPolicy() {
      const { readPolicyFile } = await import('../../src/approval/policy-file.ts')
      const file = readPolicyFile(app.policy)
      if (file === undefined) throw new Error('there is no policy file')
      const data = { hash: file.hash, by: 'Olga', loosened: file.loosened }
      await (await app.store()).acceptPolicy(file.hash, { at: clock.now(), kind: 'policy.accepted', data })
    },
    verify: async (head) => verifyAudit(await app.store(), head === undefined ? {} : { known: [{ head }] }),
    async again(own = {}) {
      const other = await play({ ...parts, env: { ...env, ...own } })
      others.push(other)
      return other
    },
    async close() {
      for (const other of others) await other.close()
      await wire.close()
      await app.close()
    },
  }
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Verified by the same code as any other; only guessing it would be cheap. */
export function cheapCredential(passphrase: string): string {
  const [salt, cost] = [randomBytes(16), { N: 16, r: 1, p: 1 }]
  const key = scryptSync(passphrase, salt, 32, cost)
  return JSON.stringify({ scheme: 'scrypt', ...cost, salt: salt.toString('base64'), key: key.toString('base64') })
}

interface Message {
  id?: number
  method?: string
  result?: Record<string, unknown>
  error?: Record<string, unknown>
}

/** MCP as lines of JSON. The client claims that it can be asked, and says yes to everything. */
async function openWire(app: App) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = app.serveStdio({ input, output })
  const waiting = new Map<number, (message: Message) => void>()
  let count = 0
  let askedBack = 0
  let rest = ''
  const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const receive = (message: Message) => {
    if (message.method !== undefined && message.id !== undefined) {
      askedBack += 1
      send({ id: message.id, result: { action: 'accept', content: { approve: true, confirm: 'yes' } } })
    } else if (message.id !== undefined) waiting.get(message.id)?.(message)
  }
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) receive(JSON.parse(line) as Message)
  })

  const request = (method: string, params: Record<string, unknown> = {}) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const id = ++count
      waiting.set(id, (message) => {
        waiting.delete(id)
        resolve(message.result ?? { error: message.error })
      })
      send({ id, method, params })
    })
  await request('initialize', {
    protocolVersion: '2025-11-25',
    clientInfo: { name: 'rehearsal', version: '1.0.0' },
    capabilities: { elicitation: {}, sampling: {}, roots: { listChanged: true } },
  })
  send({ method: 'notifications/initialized' })
  return {
    request,
    askedBack: () => askedBack,
    async close() {
      input.end()
      await served
    },
  }
}

function toCallResult(raw: Record<string, unknown>): CallResult {
  const result = raw as unknown as CallResult['raw'] & { error?: { message: string } }
  const isError = result.isError === true || result.error !== undefined
  const text = result.content?.[0]?.text ?? result.error?.message ?? ''
  return {
    isError,
    text,
    code: isError ? text.split(':')[0] : undefined,
    structured: result.structuredContent as CallResult['structured'],
    raw: result,
  }
}
