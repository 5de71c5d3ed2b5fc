import { verifyAudit } from '../approval/audit.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'

/** Each entry as it is chained, a line of JSON each; the last line has the chain's head. */
export async function auditExport(context: Context): Promise<number> {
  const store = await (await context.openApp()).store()
  const entries = await store.auditEntries()
  for (const entry of entries) context.print(visibleJson(entry))
  const { broken } = await verifyAudit(store)
  const start = '0'.repeat(64)
  context.print(visibleJson({ head: entries.at(-1)?.hash ?? start, entries: entries.length }))
  if (broken !== undefined) context.say(`The chain does not hold: ${broken.problem}. "audit verify" tells.`)
  return 0
}
