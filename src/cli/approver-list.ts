import { isoTime } from '../lib/clock.ts'
import { plainText } from '../lib/text.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'
import { clockTime } from './times.ts'

export async function approverList(context: Context, { json }: { json: boolean }): Promise<number> {
  const enrolled = await (await (await context.openApp()).approvers()).list()
  if (json) {
    const rows = enrolled.map(({ name, email, kind, createdAt, vouchedBy, lastUsedAt }) => ({
      name,
      email,
      credentials: [kind],
      since: isoTime(createdAt),
      ...(vouchedBy === undefined ? {} : { vouchedBy }),
      ...(lastUsedAt === undefined ? {} : { lastUsedAt: isoTime(lastUsedAt) }),
    }))
    context.print(visibleJson(rows, { indent: 2 }))
    return 0
  }
  for (const { name, email, kind, createdAt, vouchedBy } of enrolled) {
    const voucher = vouchedBy === undefined ? 'the first' : `vouched for by ${plainText(vouchedBy)}`
    context.print(`${plainText(name)} <${plainText(email)}>  ${kind}, since ${clockTime(createdAt)}, ${voucher}`)
  }
  if (enrolled.length === 0) {
    context.say('Nobody is enrolled: nothing can be changed in PingOne through this program.')
    context.say('Next: pingone-mfa-mcp approver add --name NAME --email EMAIL --passphrase')
  }
  return 0
}
