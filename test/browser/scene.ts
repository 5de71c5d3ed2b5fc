import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { Console } from '../../src/console/console.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { startProgram } from '../cli/run.ts'
import { type Rehearsal, rehearse } from '../e2e/rehearsal.ts'
import { createMovingClock } from './moving-clock.ts'
import { visit, type Visitor } from './visitor.ts'

export const OLGA = { name: 'Olga', email: 'olga.approver@example.com' }

/** What an assistant got for a change that it asked for. */
interface Asked {
  id: string
  token: string
  approveAt: string
}

/** A tenant, an assistant's session with its console, and a person in front of a browser. */
export interface Scene extends Visitor {
  program: Rehearsal
  /** An assistant asks for a change. */
  ask(tool: string, args: Record<string, unknown>): Promise<Asked>
  /** An assistant asks for a change, and the person opens the page where it is decided. */
  askAndOpen(tool: string, args: Record<string, unknown>): Promise<Asked>
  stateOf(id: string): Promise<string | undefined>
  /** Opens the link that `console` prints: from then on this browser sees every page. */
  letIn(): Promise<void>
}

export interface SceneOptions {
  sandbox?: Omit<SandboxOptions, 'clock'>
  browser?: BrowserContextOptions
  /** Who sits there, enrolled with the passkey of their authenticator: Olga, unless said otherwise; null for nobody. */
  enrolled?: typeof OLGA | null
}

export async function openScene(browser: Browser, options: SceneOptions = {}): Promise<Scene> {
  const program = await rehearse(options.sandbox, createMovingClock())
  const visitor = await visit(browser, options.browser)
  if (options.enrolled !== null) await enrolOnPage(program, visitor.page, options.enrolled ?? OLGA)

  const ask = async (tool: string, args: Record<string, unknown>): Promise<Asked> => {
    const { structured, text } = await program.call(tool, args)
    if (structured?.status !== 'approval_required') throw new Error(`nobody was asked: ${text}`)
    return structured.approval
  }
  return {
    ...visitor,
    program,
    ask,
    async askAndOpen(tool, args) {
      const asked = await ask(tool, args)
      await visitor.page.goto(asked.approveAt)
      return asked
    },
    stateOf: async (id) => (await (await program.app.approvals()).find(id))?.state,
    async letIn() {
      await visitor.page.goto((await consoleOf(program)).openUrl())
    },
  }
}

async function consoleOf({ app }: Rehearsal): Promise<Console> {
  const opened = await app.console()
  if (opened === undefined) throw new Error('no console could be opened')
  return opened
}

/** The link that `approver add` prints, without a process for it. */
export async function enrolmentLink(program: Rehearsal, person = OLGA): Promise<string> {
  const token = await (await program.app.enrolments()).open({ ...person, voucher: undefined })
  return (await consoleOf(program)).enrolUrl(token)
}

/** `approver add` in a terminal: the link that it prints, and how it ends. */
export async function runApproverAdd(program: Rehearsal, { name, email } = OLGA) {
  const running = startProgram(['approver', 'add', '--name', name, '--email', email], program.env)
  onTestFinished(() => void running.process.kill('SIGKILL'))
  const [link] = await running.sees('stdout', /http:\/\/localhost:\d+\/\S+/)
  return { link, finished: running.finished }
}

async function enrolOnPage(program: Rehearsal, page: Page, person: typeof OLGA): Promise<void> {
  await page.goto(await enrolmentLink(program, person))
  await makePasskey(page, `${person.name}’s key`)
}

export async function makePasskey(page: Page, credentialName: string): Promise<void> {
  await page.getByLabel('What is this passkey called?').fill(credentialName)
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByRole('heading', { name: /can approve now/ }).waitFor()
}
