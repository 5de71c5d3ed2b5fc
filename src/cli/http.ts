import { AppError } from '../lib/errors.ts'
import type { HttpSettings } from '../http/settings.ts'
import type { Context } from './context.ts'
import { failureOf } from './failure.ts'

interface Flags {
  host: string
  port: string
  'insecure-loopback': boolean
}

/** MCP over Streamable HTTP, until the program is asked to end; what is under way is finished first. */
export async function http(context: Context, flags: Flags): Promise<number> {
  const settings = await settingsOf(context, flags)
  const service = await (await context.openApp()).serveHttp(settings)
  context.print(`${service.url}/mcp`)
  if (service.openUrl !== undefined) context.say(`The approval pages, for one browser: ${service.openUrl()}`)
  context.say('Ctrl-C ends it.')
  await context.untilStopped()
  await service.close()
  return 0
}

async function settingsOf(context: Context, flags: Flags): Promise<HttpSettings> {
  const { parseHttpSettings } = await import('../http/settings.ts')
  try {
    return parseHttpSettings(context.env, { ...flags, insecureLoopback: flags['insecure-loopback'] })
  } catch (error) {
    // A flag that cannot be used is bad input; a variable is not.
    throw failureOf(error, error instanceof AppError && error.code === 'INVALID_INPUT' ? 2 : 1)
  }
}
