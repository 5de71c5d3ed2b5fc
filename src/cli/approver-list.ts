import { isoTime } from '../lib/clock.ts'
import { plainText } from '../lib/text.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { CredentialRow } from '../store/approver-rows.ts'
import type { Context } from './context.ts'
import { clockTime } from './times.ts'

export async function approverList(context: Context, { json }: { json: boolean }): Promise<number> {
  const enrolled = await (await (await context.openApp()).approvers()).list()
  if (json) {
    const rows = enrolled.map(({ name, email, createdAt, vouchedBy, credentials }) => ({
      name,
      email,
      credentials: credentials.map((credential) => ({
        id: credential.id,
        kind: credential.kind,
        name: credential.name,
        since: isoTime(credential.createdAt),
        ...(credential.lastUsedAt === undefined ? {} : { lastUsedAt: isoTime(credential.lastUsedAt) }),
      })),
      since: isoTime(createdAt),
      ...(vouchedBy === undefined ? {} : { vouchedBy }),
    }))
    context.print(visibleJson(rows, { indent: 2 }))
    return 0
  }
  for (const { name, email, credentials, createdAt, vouchedBy } of enrolled) {
    const voucher = vouchedBy === undefined ? 'the first' : `vouched for by ${plainText(vouchedBy)}`
    const kinds = credentials.map(credentialText).join(', ')
    context.print(`${plainText(name)} <${plainText(email)}>  ${kinds}, since ${clockTime(createdAt)}, ${voucher}`)
  }
  if (enrolled.length === 0) {
    context.say('Nobody is enrolled: nothing can be changed in PingOne through this program.')
    context.say('Next: pingone-mfa-mcp approver add --name NAME --email EMAIL')
  }
  return 0
}

/** `passkey "Blue key"`; a name that says no more than the kind is left out. */
function credentialText({ kind, name }: CredentialRow): string {
  return name === kind ? kind : `${kind} "${plainText(name, 60)}"`
}
