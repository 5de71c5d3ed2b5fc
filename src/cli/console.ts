import type { Context } from './context.ts'
import { refused } from './failure.ts'

/** The approval pages on loopback, until the program is asked to end. */
export async function console(context: Context, { open }: { open: boolean }): Promise<number> {
  const opened = await (await context.openApp()).console()
  if (opened === undefined) {
    throw refused('The approval console could not be opened on this machine.', 'Next: pingone-mfa-mcp approvals')
  }
  const url = opened.openUrl()
  context.print(url)
  context.say('The link works once, within ten minutes, in the browser that is to see the pages.')
  context.say('Ctrl-C ends it.')
  if (open) {
    const { openInBrowser } = await import('../desktop.ts')
    if (!(await openInBrowser(url, { env: context.env, machine: context.ports.machine })))
      context.say('No browser could be started; open the URL yourself.')
  }
  await context.untilStopped()
  return 0
}
