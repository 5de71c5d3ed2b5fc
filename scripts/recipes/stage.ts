import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import { sheetOf } from '../../src/approval/sheet.ts'
import { createPaint } from '../../src/cli/paint.ts'
import { sheetText } from '../../src/cli/sheet-text.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type AssistantClient, connectAssistant } from '../../src/mcp/client.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'

/** A simulated tenant, the built program over stdio, and a person who decides: what a conversation is played on. */
export interface RecipeStage {
  sandbox: Sandbox
  assistant: AssistantClient
  person: Person
  close(): Promise<void>
}

/** The approver, through the same code as the terminal. */
interface Person {
  /** What stands on the person's screen. */
  read(id: string): Promise<string>
  approve(id: string, code?: string): Promise<void>
  deny(id: string, reason: string): Promise<void>
}

const PROGRAM = join(import.meta.dirname, '../../dist/main.js')
const PERSON = { name: 'Dana', email: 'dana@example.com' }

export async function openStage(): Promise<RecipeStage> {
  const sandbox = createSandbox()
  const server = await serveSandbox(sandbox)
  const home = await mkdtemp(join(tmpdir(), 'pingone-mfa-recipes-'))
  const { environmentId, clientId, clientSecret, tokenAuthMethod } = sandbox.tenant
  const env = {
    PATH: process.env['PATH'] ?? '',
    PINGONE_MFA_HOME: home,
    PINGONE_MFA_LOG_LEVEL: 'error',
    PINGONE_API_URL: server.apiUrl,
    PINGONE_AUTH_URL: server.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tokenAuthMethod,
  }
  const app = createApp({
    env,
    machine: { platform: 'linux', homeFolder: home, userName: 'dana' },
    clock: systemClock,
    randomBytes,
    writeLog: () => undefined,
    readTextFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  })
  const assistant = await connectAssistant({
    command: process.execPath,
    args: [PROGRAM, 'stdio'],
    env,
    onLog: () => undefined,
  })
  return {
    sandbox,
    assistant,
    person: await enrolPerson(app),
    async close() {
      await assistant.close()
      await app.close()
      await server.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function enrolPerson(app: App): Promise<Person> {
  const [approvals, approvers] = [await app.approvals(), await app.approvers()]
  const passphrase = new Secret(randomBytes(18).toString('base64'))
  await approvers.enrol({ ...PERSON, passphrase, voucher: undefined })
  const find = async (id: string) => {
    const row = await approvals.find(id)
    if (row === undefined) throw new Error(`there is no approval ${id}`)
    return row
  }
  return {
    async read(id) {
      const paint = createPaint({ isTTY: false }, {})
      return sheetText(sheetOf(await find(id), { full: true }), { paint, width: 96, now: Date.now() })
    },
    async approve(id, code) {
      const approver = await approvers.find(PERSON.name)
      if (approver === undefined) throw new Error('the person is not enrolled')
      const { digest } = await find(id)
      const typed = code === undefined ? {} : { code: new Secret(code) }
      const result = await approvals.approve({ id, digest, approver, passphrase, ...typed })
      if (!result.approved) throw new Error(result.why)
    },
    async deny(id, reason) {
      const result = await approvals.deny({ id, reason })
      if (!result.denied) throw new Error(result.why)
    },
  }
}

/** The document as it stands; undefined where there is none. */
export async function readDocument(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined
}
