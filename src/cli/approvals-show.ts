import { requireApproval } from '../approval/approvals.ts'
import { sheetOf } from '../approval/sheet.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'
import { sheetJson } from './sheet-json.ts'
import { sheetText } from './sheet-text.ts'

export async function approvalsShow(context: Context, { id, json }: { id: string; json: boolean }): Promise<number> {
  const approvals = await (await context.openApp()).approvals()
  const sheet = sheetOf(requireApproval(await approvals.find(id), id), { full: false })
  const look = { paint: context.paint.output, width: context.width(), now: context.now() }
  context.print(json ? visibleJson(sheetJson(sheet), { indent: 2 }) : sheetText(sheet, look))
  return 0
}
