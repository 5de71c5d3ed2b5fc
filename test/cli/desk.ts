import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'
import { activateMfaDevice } from '../../src/tools/activate-mfa-device.ts'
import { addSmsDevice } from '../../src/tools/add-sms-device.ts'
import { changeEndpoint } from '../../src/tools/change-endpoint.ts'
import { resetMfaDevices } from '../../src/tools/reset-mfa-devices.ts'
import type { ToolContext } from '../../src/tools/tool.ts'
import type { Terminal } from '../pty.ts'
import { type Finished, programAtTerminal, runProgram, type Running, startProgram } from './run.ts'

export const PASSPHRASE = 'correct horse battery staple'

const TOOLS = { activateMfaDevice, addSmsDevice, changeEndpoint, resetMfaDevices }
const CALLER = { id: 'desk', description: 'test-client 1.0 over stdio' }

/** A tenant, a home folder, and a person in front of a terminal. */
export interface Desk extends AsyncDisposable {
  sandbox: Sandbox
  home: string
  /** Home and connection as a user would export them. */
  env: Record<string, string>
  /** The home alone. */
  bareEnv: Record<string, string>
  app: App
  run(args: readonly string[], options?: { env?: Record<string, string>; input?: string }): Promise<Finished>
  start(args: readonly string[], env?: Record<string, string>): Running
  terminal(args: readonly string[], env?: Record<string, string>): Terminal
  enrol(name?: string, email?: string, passphrase?: string): Promise<void>
  /** What an assistant's tool call leaves behind: a pending approval. */
  ask(tool: keyof typeof TOOLS, input: Record<string, unknown>): Promise<{ id: string; token: string }>
  execute(token: string): Promise<unknown>
  stateOf(id: string): Promise<string | undefined>
  /** A file of the home folder, as text. */
  file(name: string): Promise<string>
}

export async function openDesk(options: SandboxOptions = {}): Promise<Desk> {
  const sandbox = createSandbox(options)
  const server = await serveSandbox(sandbox)
  const home = await mkdtemp(join(tmpdir(), 'desk-'))
  const bareEnv = { PINGONE_MFA_HOME: home, PINGONE_MFA_LOG_LEVEL: 'warn' }
  const env = {
    ...bareEnv,
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: sandbox.tenant.environmentId,
    PINGONE_CLIENT_ID: sandbox.tenant.clientId,
    PINGONE_CLIENT_SECRET: sandbox.tenant.clientSecret,
  }
  const app = createApp({
    env,
    machine: { platform: process.platform, homeFolder: home, userName: userInfo().username },
    clock: systemClock,
    randomBytes,
    writeLog: () => undefined,
    readTextFile: () => undefined,
  })
  const running = new Set<Running>()
  const terminals = new Set<Terminal>()
  const signal = new AbortController().signal
  const toolContext: ToolContext = {
    pingone: app.pingone,
    gate: app.gate,
    catalog: app.catalog,
    search: app.search,
    caller: CALLER,
    clock: systemClock,
    signal,
    progress: () => undefined,
  }
  return {
    sandbox,
    home,
    env,
    bareEnv,
    app,
    run: (args, { env: own = env, input = '' } = {}) => runProgram(args, { env: own, input }),
    start(args, own = env) {
      const started = startProgram(args, own)
      running.add(started)
      return started
    },
    terminal(args, own = env) {
      const opened = programAtTerminal(args, own)
      terminals.add(opened)
      return opened
    },
    async enrol(name = 'Olga', email = 'olga@example.com', passphrase = PASSPHRASE) {
      const approvers = await app.approvers()
      const [first] = await approvers.list()
      const voucher = first === undefined ? undefined : { name: first.name }
      await approvers.enrol({ name, email, passphrase: new Secret(passphrase), voucher })
    },
    async ask(tool, input) {
      const draft = await TOOLS[tool].plan?.(TOOLS[tool].input.schema().parse(input) as never, toolContext)
      if (draft === undefined || 'nothingToDo' in draft) throw new Error('nobody is asked')
      const asked = await (await app.gate()).ask(draft, CALLER, signal)
      if (asked.kind !== 'approval_required') throw new Error(`it was ${asked.kind} at once`)
      return asked.approval
    },
    execute: async (token) => (await app.gate()).execute(token, CALLER, { signal }),
    stateOf: async (id) => (await (await app.approvals()).find(id))?.state,
    file: (name) => readFile(join(home, name), 'utf8'),
    async [Symbol.asyncDispose]() {
      for (const terminal of terminals) terminal.kill('SIGKILL')
      for (const { process: child } of running) child.kill('SIGKILL')
      await app.close()
      await server.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
