import { requireApproval } from '../approval/approvals.ts'
import { sheetOf } from '../approval/sheet.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'
import { sheetJson } from './sheet-json.ts'
import { sheetText } from './sheet-text.ts'

/** With `follow` it waits for the end first. */
export async function approvalsShow(
  context: Context,
  { id, json, follow }: { id: string; json: boolean; follow: boolean },
): Promise<number> {
  const approvals = await (await context.openApp()).approvals()
  const row = follow
    ? await (await import('./follow-approval.ts')).followApproval(context, approvals, id)
    : requireApproval(await approvals.find(id), id)
  const sheet = sheetOf(row, { full: false })
  const look = { paint: context.paint.output, width: context.width(), now: context.now() }
  context.print(json ? visibleJson(sheetJson(sheet), { indent: 2 }) : sheetText(sheet, look))
  return 0
}
