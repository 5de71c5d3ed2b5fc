import { DECIDE, decision } from './decision.ts'
import { ACTIVATE, ADD, LOOK, WHO_ASKS } from './device-steps.ts'
import type { Workflow } from './workflow.ts'

export function startOver({ email }: { email: string }): Workflow {
  return {
    task: 'All MFA devices of a user are to be removed, and the user enrols anew.',
    given: { email },
    steps: [
      WHO_ASKS,
      `${LOOK} If \`count\` is 0 there is nothing to remove: go on with step 6.`,
      'Before you ask for anything, say what a reset means: every device in the list goes, and until the user has enrolled again they are locked out of everything that asks for MFA. Ask how they will enrol again, and whether removing one device (`unpair_mfa_device`) would do. Without a clear yes to the reset, stop here.',
      `Call \`reset_mfa_devices\` with the \`email\` and a short \`reason\`. ${DECIDE}`,
      'Call `list_mfa_devices` again: `count` has to be 0. If something is left, say what and why, and stop.',
      `If the person gives a number in international form, read it back and pair it; otherwise tell the user to enrol in the way that the organisation has for it, and stop. ${ADD}`,
      ACTIVATE,
      'Call `list_mfa_devices` once more. Say which device the user has now.',
    ],
    section: decision('list_mfa_devices'),
  }
}
