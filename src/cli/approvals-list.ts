import { sheetOf } from '../approval/sheet.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'
import { sheetJson } from './sheet-json.ts'
import { environmentName } from './sheet-text.ts'
import { duration } from './times.ts'

export async function approvalsList(context: Context, { json }: { json: boolean }): Promise<number> {
  const approvals = await (await context.openApp()).approvals()
  const sheets = (await approvals.list()).map((row) => sheetOf(row, { full: false }))
  if (json) {
    context.print(visibleJson(sheets.map(sheetJson), { indent: 2 }))
    return 0
  }
  const paint = context.paint.output
  for (const sheet of sheets) {
    const count = sheet.warnings.length
    const warnings = count === 0 ? [] : [count === 1 ? '1 warning' : `${count} warnings`]
    const details = [environmentName(sheet), `asked by ${sheet.requester}`, ...warnings]
    context.print(`${paint('bold', sheet.id)}  ${sheet.summary}`)
    context.print(
      `${' '.repeat(sheet.id.length)}  ${[...details, `${duration(sheet.expiresAt - context.now())} left`].join(', ')}`,
    )
  }
  const [first] = sheets
  context.say(
    first === undefined ? 'Nothing waits for a person.' : `Next: pingone-mfa-mcp approvals approve ${first.id}`,
  )
  return 0
}
