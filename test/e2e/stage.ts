import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import type { ApproveResult } from '../../src/approval/settling.ts'
import { readPolicyFile } from '../../src/approval/policy-file.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.ts'
import {
  assertNothingLeaked,
  createCanaries,
  noteCall,
  noteContacts,
  numbersThatMayRest,
  withWatchedCredentials,
} from './canaries.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

/** The built program, as a user runs it. */
export const PROGRAM = join(import.meta.dirname, '../../dist/main.js')
export const PASSPHRASE = 'canary-passphrase: correct horse battery staple'

interface Finished {
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
  /** Texts that stand in no log and are not stored; the caller's answers have them. */
  claimTokens: Set<string>
  /** Fails where a canary stands in anything that was printed, answered, logged or stored so far. */
  assertNothingLeaked(): Promise<void>
  /** Looks for the canaries, unless the test has failed already: the first failure is the one to read. */
  close(how?: { afterFailure?: boolean }): Promise<void>
}

/** The person at the keyboard: decides through the same code as the terminal, on the same home folder. */
interface Human {
  enrol(name?: string, email?: string): Promise<void>
  approve(id: string, options?: { by?: string; code?: string; passphrase?: string }): Promise<ApproveResult>
  deny(id: string, reason?: string): Promise<void>
  /** Writes the policy file of the home folder and accepts it as an approver does. */
  acceptPolicy(policy: unknown): Promise<void>
  app: App
}

export async function openStage(options: SandboxOptions = {}): Promise<Stage> {
  const sandbox = createSandbox({ ...options, onMessage: ({ otp }) => void canaries.everywhere.add(otp) })
  const canaries = createCanaries(sandbox)
  canaries.everywhere.add(PASSPHRASE)
  noteContacts(canaries, sandbox)
  const server = await serveSandbox(withWatchedCredentials(sandbox, canaries))
  const home = mkdtempSync(join(fastestFolder(), 'pingone-mfa-test-'))
  const { environmentId, clientId, clientSecret, tokenAuthMethod } = sandbox.tenant
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
  const ownLog: string[] = []
  const human = createHuman(env, (line) => ownLog.push(line))
  const sessions: Session[] = []
  const closers: (() => Promise<void>)[] = []

  const connect = async (own: SessionOptions = {}) => {
    const session = await openSession({ ...own, program: PROGRAM, env: { ...env, ...own.env }, printed })
    closers.push(() => session.close())
    sessions.push(session)
    const call: Session['call'] = async (name, args = {}, how) => {
      const result = await session.call(name, args, how)
      noteCall(canaries, args, result)
      return result
    }
    return { ...session, call }
  }

  const lookForCanaries = async () => {
    noteContacts(canaries, sandbox)
    const logs = [...sessions.map((session) => session.stderr()), ...ownLog]
    assertNothingLeaked(canaries, { home, printed, logs }, await numbersThatMayRest(human.app, home))
  }

  return {
    assertNothingLeaked: lookForCanaries,
    sandbox,
    server,
    home,
    env,
    printed,
    canaries: canaries.everywhere,
    claimTokens: canaries.claimTokens,
    human,
    connect,
    run: (args, own = {}) => runProgram(args, { ...env, ...own.env }, own.input, printed),
    async close({ afterFailure = false } = {}) {
      for (const close of closers.toReversed()) await close()
      try {
        if (!afterFailure) await lookForCanaries()
      } finally {
        await human.app.close()
        await server.close()
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
    await stage.close({ afterFailure: true })
    throw error
  }
  await stage.close()
}

/** Each change of state is flushed to the disk; where there is a folder in memory, that costs nothing. */
function fastestFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
}

function createHuman(env: Record<string, string>, writeLog: (line: string) => void): Human {
  const app = createApp({
    env,
    machine: { platform: 'linux', homeFolder: env['HOME'] ?? '/', userName: 'tester' },
    clock: systemClock,
    randomBytes,
    writeLog,
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
        digest: (await approvals.find(id))?.digest ?? '',
        approver: await approverCalled(by),
        passphrase: new Secret(passphrase),
        ...(code === undefined ? {} : { code: new Secret(code) }),
      })
    },
    async deny(id, reason = '') {
      const result = await (await app.approvals()).deny({ id, reason })
      if (!result.denied) throw new Error(result.why)
    },
    async acceptPolicy(policy) {
      writeFileSync(app.policy.path, JSON.stringify(policy))
      const hash = readPolicyFile(app.policy)?.hash ?? ''
      await (await app.store()).acceptPolicy(hash, { at: Date.now(), kind: 'policy.accepted', data: { hash } })
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
