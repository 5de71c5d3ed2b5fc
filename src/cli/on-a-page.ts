import type { Console } from '../console/console.ts'
import { openInBrowser } from '../desktop.ts'
import type { Context } from './context.ts'
import { refused } from './failure.ts'

const LOOK_MS = 300
/** So that the browser has its answer before the pages are gone. */
const LAST_ANSWER_MS = 500

/** The pages, on a port of their own, for what a person does there while the command waits. */
export async function openPages(context: Context): Promise<Console> {
  const pages = await (await context.openApp()).consoleOn(0)
  if (pages === undefined) throw refused('The page for it could not be opened on this machine.')
  return pages
}

/**
 * Prints the URL, opens it where there is a desktop, and waits until `isDone`. False where the time is over or the
 * program is asked to end.
 */
export async function waitForPerson(
  context: Context,
  { url, until, isDone }: { url: string; until: number; isDone: () => Promise<boolean> },
): Promise<boolean> {
  const { clock } = context.ports
  context.print(url)
  if (await openInBrowser(url, { env: context.env, machine: context.ports.machine }))
    context.say('It opens in your browser.')
  else context.say('Open it in a browser on this machine.')
  while (!context.stopped.aborted && clock.now() < until) {
    if (await isDone()) {
      await clock.sleep(LAST_ANSWER_MS, context.stopped).catch(() => undefined)
      return true
    }
    await clock.sleep(LOOK_MS, context.stopped).catch(() => undefined)
  }
  return isDone()
}
