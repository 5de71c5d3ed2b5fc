import type { Context } from './context.ts'

/** MCP over Streamable HTTP, until the program is asked to end. */
export async function http(
  context: Context,
  flags: { host: string; port: string; 'insecure-loopback': boolean },
): Promise<number> {
  const { parseHttpSettings } = await import('../http/settings.ts')
  const settings = parseHttpSettings(context.env, { ...flags, insecureLoopback: flags['insecure-loopback'] })
  const service = await (await context.openApp()).serveHttp(settings)
  context.print(`${service.url}/mcp`)
  if (service.openUrl !== undefined) context.say(`The approval pages, for one browser: ${service.openUrl()}`)
  context.say('Ctrl-C ends it.')
  await context.untilStopped()
  await service.close()
  return 0
}
