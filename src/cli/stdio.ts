import type { Context } from './context.ts'

/** MCP over stdin and stdout, until stdin ends or the program is asked to end. */
export async function stdio(context: Context): Promise<number> {
  const app = await context.openApp()
  await Promise.race([app.serveStdio({ input: context.input, output: context.output }), context.untilStopped()])
  return 0
}
