import type { Environment } from '../home.ts'
import { connectionPath, readSavedConnection, type SavedConnection, saveConnection } from '../saved-connection.ts'
import { checkApp } from './check.ts'
import { askConnection, type ConnectArgs } from './connection-answers.ts'
import type { Context } from './context.ts'

/** Asks for the connection, saves it whole or not at all, and checks what was saved. */
export async function connect(context: Context, args: ConnectArgs): Promise<number> {
  const { settings } = await context.openApp()
  const existing = existingConnection(context, settings.home)
  const connection = await askConnection(context, args, existing)
  context.terminal.close()
  saveConnection(settings.home, connection)
  context.say(`Saved in ${connectionPath(settings.home)}, readable by you alone.`)
  for (const name of overriding(context.env)) {
    context.say(`Note: ${name} is set in this environment and wins over what was saved.`)
  }
  const app = await context.openApp(withoutConnection(context.env))
  return checkApp(context, app, { json: false })
}

function existingConnection(context: Context, home: string): SavedConnection | undefined {
  const saved = readSavedConnection(home)
  if (saved === undefined || !('problem' in saved)) return saved
  context.say(`${connectionPath(home)} ${saved.problem}; it is going to be replaced.`)
  return undefined
}

const CONNECTION_VARIABLE = /^PINGONE_(?!MFA_)/
/** Saved alike, or of no consequence beside what is saved. */
const SAVED_WITH = new Set([
  'PINGONE_API_URL',
  'PINGONE_AUTH_URL',
  'PINGONE_TOKEN_AUTH_METHOD',
  'PINGONE_WORKER_ENVIRONMENT_ID',
])

function overriding(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => CONNECTION_VARIABLE.test(name) && !SAVED_WITH.has(name) && (env[name] ?? '').trim() !== '')
    .toSorted()
}

/** What was saved has to stand on its own. */
function withoutConnection(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !CONNECTION_VARIABLE.test(name)))
}
