import { verifyAudit } from '../approval/audit.ts'
import { plainText } from '../lib/text.ts'
import type { Context } from './context.ts'

export async function auditVerify(context: Context, args: { head: string | undefined }): Promise<number> {
  const store = await (await context.openApp()).store()
  const { entries, head, broken } = await verifyAudit(store, args.head)
  context.print(`entries ${entries}`)
  context.print(`head ${head}`)
  if (broken !== undefined) {
    context.say(`BROKEN at entry ${broken.seq}: ${plainText(broken.problem)}.`)
    return 1
  }
  context.say(
    args.head === undefined
      ? 'The audit log holds. Note the head elsewhere: "audit verify --head" then shows whether the log was cut or rewritten.'
      : 'The audit log holds, and the head that was noted is in it.',
  )
  return 0
}
