import type { Command, ParsedArgs } from './command.ts'
import { COMMANDS } from './commands.ts'
import { type Context, createContext, type World } from './context.ts'
import { failureOf, stackLines } from './failure.ts'
import { parseCommandLine } from './parse.ts'

/** Runs one command line to its end and answers the exit code. Whatever was opened is closed then. */
export async function run(world: World): Promise<number> {
  const context = createContext(world)
  try {
    return await runCommandLine(context, world.argv)
  } catch (error) {
    const failure = failureOf(error)
    for (const line of failure.lines) context.say(line)
    const isDebugging = context.env['PINGONE_MFA_LOG_LEVEL']?.trim().toLowerCase() === 'debug'
    if (isDebugging && failure.cause instanceof Error) context.say(stackLines(failure.cause).join('\n'))
    return failure.exitCode
  } finally {
    await context.close()
  }
}

async function runCommandLine(context: Context, argv: readonly string[]): Promise<number> {
  const parsed = await parseCommandLine(argv, COMMANDS)
  if (parsed.kind === 'help') {
    const { helpText } = await import('./help.ts')
    context.print(helpText(COMMANDS, parsed.about))
    return 0
  }
  if (parsed.kind === 'version') {
    const { VERSION } = await import('../version.ts')
    context.print(VERSION)
    return 0
  }
  return runCommand(context, parsed.command, parsed.args)
}

/** A command that does not end by itself when it is asked to is left behind; the app's executions still finish. */
function runCommand(context: Context, command: Command, args: ParsedArgs): Promise<number> {
  const running = command.run(context, args)
  if (command.untilStopped) return running
  const stopped = context.untilStopped().then(() => context.stopped.reason as number)
  return Promise.race([running, stopped])
}
