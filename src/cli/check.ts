import type { App } from '../app.ts'
import { connectionPath } from '../saved-connection.ts'
import { AppError } from '../lib/errors.ts'
import { visibleJson } from '../lib/visible-json.ts'
import { checkWarnings } from './check-warnings.ts'
import type { Context } from './context.ts'
import { failureOf } from './failure.ts'
import { exitCodeOf, type Health, healthText } from './health-text.ts'

export async function check(context: Context, { json }: { json: boolean }): Promise<number> {
  return checkApp(context, await context.openApp(), { json })
}

/** Runs the health checks on what this app is configured with; `connect` asks the same of what it saved. */
export async function checkApp(context: Context, app: App, { json }: { json: boolean }): Promise<number> {
  const health = await runChecks(app, context.stopped)
  context.print(json ? visibleJson(health, { indent: 2 }) : healthText(health, context.paint.output))
  if (!json) context.say(sourceText(app))
  const paint = context.paint.errorOutput
  for (const warning of await checkWarnings(app, context.ports.machine)) {
    context.say(`${paint(['bold', 'yellow'], 'WARNING')} ${warning}`)
  }
  return exitCodeOf(health)
}

async function runChecks(app: App, signal: AbortSignal): Promise<Health> {
  try {
    return await app.health(signal)
  } catch (error) {
    throw failureOf(error, error instanceof AppError && error.code === 'NOT_CONFIGURED' ? 2 : 1)
  }
}

function sourceText(app: App): string {
  const result = app.connection()
  if ('problems' in result) return ''
  const { apiUrl, clientId } = result.connection
  const secret = {
    environment: 'the secret from PINGONE_CLIENT_SECRET',
    command: 'the secret from the command in PINGONE_CLIENT_SECRET_COMMAND',
    saved: `the secret saved in ${connectionPath(app.settings.home)}`,
  }[result.secretOrigin]
  return `Connection: ${apiUrl}, client ${clientId}, with ${secret}.`
}
