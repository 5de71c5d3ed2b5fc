import { Secret } from '../lib/secret.ts'
import { sheetOf } from '../approval/sheet.ts'
import { requireApproval } from '../approval/approvals.ts'
import { approvalsApprove } from './approvals-approve.ts'
import { approverAdd } from './approver-add.ts'
import type { Context } from './context.ts'
import { sheetText } from './sheet-text.ts'

/** The person of the story: enrols once, and says yes when asked. */
export interface DemoApprover {
  enrol(): Promise<void>
  approve(id: string): Promise<void>
}

const PERSON = { name: 'Dana', email: 'dana.demo@example.com' }

/** Plays the person: a passphrase that is made up here and kept in memory, never given to the assistant. */
export function demoApprover(context: Context): DemoApprover {
  const passphrase = new Secret(context.ports.randomBytes(18).toString('base64'))
  return {
    async enrol() {
      const approvers = await (await context.openApp()).approvers()
      await approvers.enrol({ ...PERSON, passphrase, voucher: undefined })
    },
    async approve(id) {
      const app = await context.openApp()
      const [approvals, approvers] = [await app.approvals(), await app.approvers()]
      const row = requireApproval(await approvals.find(id), id)
      const look = { paint: context.paint.output, width: Math.min(context.width(), 88), now: context.now() }
      context.print(indented(sheetText(sheetOf(row, { full: true }), look)))
      const approver = await approvers.find(PERSON.name)
      if (approver === undefined) throw new Error('The person of the demonstration is not enrolled.')
      const result = await approvals.approve({ id, digest: row.digest, approver, passphrase })
      if (!result.approved) throw new Error(`The person could not approve: ${result.why}`)
    },
  }
}

/** The person at the keyboard, with the real commands. */
export function interactiveApprover(context: Context): DemoApprover {
  return {
    async enrol() {
      context.say('You are the approver. Choose a passphrase for this demonstration.')
      await approverAdd(context, { ...PERSON, passphrase: true })
    },
    async approve(id) {
      context.say(`$ pingone-mfa-mcp approvals approve ${id}`)
      await approvalsApprove(context, { id })
    },
  }
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
