import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import type { ApproveResult } from '../../src/approval/approvals.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

/** The built program, as a user runs it. */
export const PROGRAM = join(import.meta.dirname, '../../dist/main.js')
export const PASSPHRASE = 'canary-passphrase: correct horse battery staple'

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** A tenant, a home folder and a person: what one test plays on. */
export interface Stage {
  sandbox: Sandbox
  server: SandboxServer
  home: string
  env: Record<string, string>
  /** A server process and a client that is connected to it. */
  connect(options?: SessionOptions): Promise<Session>
  /** The program with arguments, without a terminal. */
  run(args: string[], options?: { env?: Record<string, string>; input?: string }): Promise<Finished>
  human: Human
  /** Everything that has been printed or answered so far, for canaries. */
  printed: string[]
  /** Texts that must appear nowhere: add what a test makes secret. */
  canaries: Set<string>
  close(): Promise<void>
}

/** The person at the keyboard: decides through the same code as the terminal, on the same home folder. */
export interface Human {
  enrol(name?: string, email?: string): Promise<void>
  approve(id: string, options?: { by?: string; code?: string; passphrase?: string }): Promise<ApproveResult>
  deny(id: string, reason?: string): Promise<void>
  app: App
}

export async function openStage(options: SandboxOptions = {}): Promise<Stage> {
  const canaries = new Set<string>([PASSPHRASE])
  const sandbox = createSandbox({
    ...options,
    onMessage: (message) => {
      if (message.otp !== undefined) canaries.add(message.otp)
    },
  })
  const server = await serveSandbox(sandbox)
  const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-test-'))
  const { environmentId, clientId, clientSecret, tokenAuthMethod } = sandbox.tenant
  canaries.add(clientSecret)
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    PINGONE_MFA_HOME: home,
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tokenAuthMethod,
    PINGONE_MFA_LOG_LEVEL: 'debug',
  }
  const printed: string[] = []
  const human = createHuman(env)
  const closers: (() => Promise<void>)[] = []

  const connect = async (own: SessionOptions = {}) => {
    const session = await openSession({ ...own, program: PROGRAM, env: { ...env, ...own.env }, printed })
    closers.push(() => session.close())
    return session
  }

  return {
    sandbox,
    server,
    home,
    env,
    printed,
    canaries,
    human,
    connect,
    run: (args, own = {}) => runProgram(args, { ...env, ...own.env }, own.input, printed),
    async close() {
      for (const close of closers.toReversed()) await close()
      await human.app.close()
      await server.close()
      try {
        assertNothingLeaked({ home, printed, canaries })
      } finally {
        rmSync(home, { recursive: true, force: true })
      }
    },
  }
}

/** Opens a stage, plays on it, and looks for canaries in all that was printed, answered and stored. */
export async function onStage(play: (stage: Stage) => Promise<void>, options: SandboxOptions = {}): Promise<void> {
  const stage = await openStage(options)
  try {
    await play(stage)
  } catch (error) {
    stage.canaries.clear()
    await stage.close()
    throw error
  }
  await stage.close()
}

function createHuman(env: Record<string, string>): Human {
  const app = createApp({
    env,
    machine: { platform: 'linux', homeFolder: env['HOME'] ?? '/', userName: 'tester' },
    clock: systemClock,
    randomBytes,
    writeLog: () => {},
    readTextFile: (path) => {
      try {
        return readFileSync(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
  })
  const approverCalled = async (name: string | undefined) => {
    const approvers = await app.approvers()
    const found = name === undefined ? (await approvers.list())[0] : await approvers.find(name)
    if (found === undefined) throw new Error('nobody is enrolled')
    return found
  }
  return {
    app,
    async enrol(name = 'Olga', email = 'olga.approver@example.com') {
      const approvers = await app.approvers()
      const [first] = await approvers.list()
      const voucher = first === undefined ? undefined : { name: first.name }
      await approvers.enrol({ name, email, passphrase: new Secret(PASSPHRASE), voucher })
    },
    async approve(id, { by, code, passphrase = PASSPHRASE } = {}) {
      const approvals = await app.approvals()
      return approvals.approve({
        id,
        approver: await approverCalled(by),
        passphrase: new Secret(passphrase),
        ...(code === undefined ? {} : { code: new Secret(code) }),
      })
    },
    async deny(id, reason = '') {
      const result = await (await app.approvals()).deny({ id, reason })
      if (!result.denied) throw new Error(result.why)
    },
  }
}

function runProgram(
  args: string[],
  env: Record<string, string>,
  input: string | undefined,
  printed: string[],
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
    child.on('error', reject)
    child.on('close', (code) => {
      printed.push(output.stdout, output.stderr)
      resolve({ code, ...output })
    })
    child.stdin.end(input ?? '')
  })
}

/** Fails where a secret stands in something that was printed, answered or stored. */
export function assertNothingLeaked({ home, printed, canaries }: Pick<Stage, 'home' | 'printed' | 'canaries'>): void {
  const stored = filesBelow(home).map((path) => ({ where: path.slice(home.length), bytes: readFileSync(path) }))
  const said = printed.map((text) => ({ where: 'output', bytes: Buffer.from(text) }))
  for (const canary of canaries) {
    for (const { where, bytes } of [...stored, ...said]) {
      const at = bytes.indexOf(canary)
      if (at < 0) continue
      const around = bytes.subarray(Math.max(0, at - 80), at + 40).toString('latin1')
      throw new Error(`a canary (${canary.length} characters) stands in ${where}: …${around}…`)
    }
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'cache') return []
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}
